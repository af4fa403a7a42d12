package dev.culvert.jsonrpc;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Makes UTF-8 of any bytes, as Open vSwitch takes any: a byte that belongs to no UTF-8 becomes one of the last 128 characters of all,
 * which are nobody's. {@link #restored} makes {@link StrayBytes} of them.
 */
final class Utf8Input extends InputStream {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final byte[] NOTHING = {};
    private static final int LONGEST = 4;
    private static final int STAND_INS = 0x10ff80;
    private static final char STAND_INS_HIGH = Character.highSurrogate(STAND_INS);
    private static final char STAND_INS_LOW = Character.lowSurrogate(STAND_INS);

    private final InputStream in;

    /** The beginning of a character whose other bytes have not come yet. */
    private byte[] begun = NOTHING;

    private byte[] made = NOTHING;
    private int position;
    private boolean stray;

    Utf8Input(InputStream in) {
        this.in = in;
    }

    /** Whether there was any byte that belongs to no UTF-8. */
    boolean hasStray() {
        return stray;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        while (position == made.length) {
            int n = in.read(target, offset, length);
            if (n < 0 && begun.length == 0) {
                return -1;
            }
            int good = begun.length == 0 ? wellFormed(target, offset, offset + n) - offset : 0;
            if (good < n || n < 0) {
                byte[] rest = Arrays.copyOf(begun, begun.length + Math.max(n, 0) - good);
                System.arraycopy(target, offset + good, rest, begun.length, rest.length - begun.length);
                make(rest, n < 0);
            }
            if (good > 0) {
                return good;
            }
        }
        int n = Math.min(length, made.length - position);
        System.arraycopy(made, position, target, offset, n);
        position += n;
        return n;
    }

    private void make(byte[] bytes, boolean last) {
        int end = last ? bytes.length : complete(bytes);
        begun = Arrays.copyOfRange(bytes, end, bytes.length);
        made = escaped(bytes, 0, end);
        position = 0;
        stray |= made.length > end;
    }

    /** Where a character begins at the end whose other bytes may still come. */
    private static int complete(byte[] bytes) {
        for (int at = Math.max(0, bytes.length - LONGEST + 1); at < bytes.length; at++) {
            if (sequence(bytes, at, bytes.length) < 0) {
                return at;
            }
        }
        return bytes.length;
    }

    /**
     * A text as this stream would bring it.
     *
     * @return the array itself, if the text is UTF-8, otherwise one of its own, in which the text fills all
     */
    static byte[] of(byte[] text, int offset, int length) {
        int end = offset + length;
        return wellFormed(text, offset, end) == end ? text : escaped(text, offset, end);
    }

    private static byte[] escaped(byte[] bytes, int from, int to) {
        byte[] out = new byte[LONGEST * (to - from)];
        int length = 0;
        for (int at = from; at < to; ) {
            int n = sequence(bytes, at, to);
            if (n > 0) {
                System.arraycopy(bytes, at, out, length, n);
                at += n;
                length += n;
            } else {
                int character = STAND_INS + (bytes[at++] & 0x7f);
                out[length++] = (byte) (0xf0 | character >> 18);
                out[length++] = (byte) (0x80 | (character >> 12 & 0x3f));
                out[length++] = (byte) (0x80 | (character >> 6 & 0x3f));
                out[length++] = (byte) (0x80 | (character & 0x3f));
            }
        }
        return Arrays.copyOf(out, length);
    }

    /** A string out of what such a stream brought, if there was any stray byte. */
    static String restored(String text) {
        if (text.indexOf(STAND_INS_HIGH) < 0) {
            return text;
        }
        StringBuilder restored = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == STAND_INS_HIGH && text.charAt(i + 1) >= STAND_INS_LOW) {
                c = (char) (text.charAt(++i) - STAND_INS_LOW + StrayBytes.FIRST_UNIT);
            }
            restored.append(c);
        }
        return restored.toString();
    }

    /** Up to where there is UTF-8 only. */
    private static int wellFormed(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            if (at <= to - Long.BYTES && ((long) LONGS.get(bytes, at) & HIGH_BITS) == 0) {
                at += Long.BYTES;
            } else {
                int n = sequence(bytes, at, to);
                if (n <= 0) {
                    return at;
                }
                at += n;
            }
        }
        return at;
    }

    /** How many bytes a character has (the Unicode Standard, table 3-7); 0 if there is none, -1 if its end is missing. */
    private static int sequence(byte[] bytes, int at, int end) {
        int first = bytes[at] & 0xff;
        if (first < 0x80) {
            return 1;
        } else if (first < 0xc2 || first > 0xf4) {
            return 0;
        }
        int length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : LONGEST;
        int least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        int greatest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        for (int i = 1; i < length; i++) {
            if (at + i == end) {
                return -1;
            }
            int next = bytes[at + i] & 0xff;
            if (next < least || next > greatest) {
                return 0;
            }
            least = 0x80;
            greatest = 0xbf;
        }
        return length;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
