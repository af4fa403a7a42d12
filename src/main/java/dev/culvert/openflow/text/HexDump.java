package dev.culvert.openflow.text;

/** Bytes as rows of sixteen: offset, hexadecimal with a dash in the middle, printable characters. */
public final class HexDump {
    private static final int ROW = 16;
    private static final String DIGITS = "0123456789abcdef";

    private HexDump() {}

    /** The rows, each ended by a newline. */
    public static String of(byte[] bytes) {
        StringBuilder out = new StringBuilder();
        for (int row = 0; row < bytes.length; row += ROW) {
            row(out, bytes, row);
        }
        return out.toString();
    }

    private static void row(StringBuilder out, byte[] bytes, int row) {
        for (int shift = 28; shift >= 0; shift -= 4) {
            out.append(DIGITS.charAt(row >>> shift & 15));
        }
        out.append(' ');
        for (int i = row; i < row + ROW; i++) {
            boolean there = i < bytes.length;
            out.append(i == row + ROW / 2 && i - 1 < bytes.length ? '-' : ' ');
            out.append(there ? hex(bytes[i]) : "  ");
        }
        out.append(" |");
        for (int i = row; i < row + ROW; i++) {
            int value = i < bytes.length ? bytes[i] & 0xff : ' ';
            out.append(value >= 0x20 && value < 0x7f ? (char) value : '.');
        }
        out.append("|\n");
    }

    private static String hex(byte value) {
        return "" + DIGITS.charAt(value >> 4 & 15) + DIGITS.charAt(value & 15);
    }
}
