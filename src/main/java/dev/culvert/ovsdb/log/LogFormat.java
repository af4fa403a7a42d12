package dev.culvert.ovsdb.log;

import dev.culvert.jsonrpc.JsonText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import tools.jackson.databind.JsonNode;

/**
 * A record of ovsdb(5): a header line {@code OVSDB JSON <length> <sha1>} and a line of JSON. The length counts the JSON's bytes with
 * their line end, and the hash covers the same.
 */
final class LogFormat {
    /** No header is longer than this, line end included. */
    static final int MAX_HEADER = 128;

    /** Bytes of a hash. */
    static final int HASH = 20;

    /** Its digits in a header. */
    static final int DIGITS = 2 * HASH;

    /** What the header of a standalone database's record begins with; a clustered one says CLUSTER. */
    private static final byte[] START = "OVSDB JSON ".getBytes(StandardCharsets.US_ASCII);

    private static final int MAX_LENGTH_DIGITS = 18;

    private LogFormat() {}

    /** A record as it goes to the file, in UTF-8. */
    static byte[] encode(JsonNode json) {
        byte[] data = JsonText.bytes(json);
        MessageDigest digest = sha1();
        digest.update(data);
        digest.update((byte) '\n');
        String header = "OVSDB JSON " + (data.length + 1) + " " + HexFormat.of().formatHex(digest.digest()) + "\n";
        byte[] start = header.getBytes(StandardCharsets.US_ASCII);
        byte[] record = new byte[start.length + data.length + 1];
        System.arraycopy(start, 0, record, 0, start.length);
        System.arraycopy(data, 0, record, start.length, data.length);
        record[record.length - 1] = '\n';
        return record;
    }

    /**
     * Parses a header line.
     *
     * @param text where it is
     * @param from its first byte
     * @param to its line end, right after the digits of the hash
     * @return the number of bytes that follow; -1 if it is no header
     */
    static long parseHeader(byte[] text, int from, int to) {
        int hash = to - DIGITS;
        int digits = from + START.length;
        if (hash - 1 <= digits
                || hash - 1 - digits > MAX_LENGTH_DIGITS
                || !Arrays.equals(text, from, digits, START, 0, START.length)
                || text[hash - 1] != ' ') {
            return -1;
        }
        long bytes = 0;
        for (int i = digits; i < hash - 1; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            bytes = 10 * bytes + digit;
        }
        for (int i = hash; i < to; i++) {
            if (!HexFormat.isHexDigit(text[i])) {
                return -1;
            }
        }
        return bytes;
    }

    /** The hash of a record's data, as a header has it. */
    static String hash(byte[] data) {
        return HexFormat.of().formatHex(sha1().digest(data));
    }

    /** A fresh digest. */
    static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-1", e);
        }
    }
}
