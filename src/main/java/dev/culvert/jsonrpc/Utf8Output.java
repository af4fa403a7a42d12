package dev.culvert.jsonrpc;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Text on its way to bytes. It grows by pieces that are joined once, so that the longest of messages costs twice its length and not
 * the four times of a builder, its string and its bytes.
 */
final class Utf8Output {
    private static final int FIRST_PIECE = 512;
    private static final int LONGEST_PIECE = 1 << 18;

    private final List<byte[]> full = new ArrayList<>(0);
    private byte[] piece = new byte[FIRST_PIECE];
    private int position;
    private int before;

    /** Adds an ASCII character. */
    void put(char c) {
        if (position == piece.length) {
            grow();
        }
        piece[position++] = (byte) c;
    }

    private void grow() {
        full.add(piece);
        before += piece.length;
        piece = new byte[Math.min(2 * piece.length, LONGEST_PIECE)];
        position = 0;
    }

    /** Adds ASCII characters. */
    void put(String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            put(ascii.charAt(i));
        }
    }

    /** Adds a character of any kind, or a stray byte; other halves of pairs become question marks, as with {@link String#getBytes()}. */
    void putCodePoint(int codePoint) {
        if (codePoint < 0x80) {
            put((char) codePoint);
        } else if (codePoint < 0x800) {
            put((char) (0xc0 | (codePoint >> 6)));
            continuation(codePoint);
        } else if (StrayBytes.isUnit(codePoint)) {
            put((char) (codePoint & 0xff));
        } else if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
            put('?');
        } else if (codePoint < 0x10000) {
            put((char) (0xe0 | (codePoint >> 12)));
            continuation(codePoint >> 6);
            continuation(codePoint);
        } else {
            put((char) (0xf0 | (codePoint >> 18)));
            continuation(codePoint >> 12);
            continuation(codePoint >> 6);
            continuation(codePoint);
        }
    }

    private void continuation(int bits) {
        put((char) (0x80 | (bits & 0x3f)));
    }

    /** All of it. */
    byte[] toBytes() {
        byte[] all = new byte[before + position];
        int at = 0;
        for (byte[] each : full) {
            System.arraycopy(each, 0, all, at, each.length);
            at += each.length;
        }
        System.arraycopy(piece, 0, all, at, position);
        return all;
    }

    @Override
    public String toString() {
        return new String(toBytes(), StandardCharsets.UTF_8);
    }
}
