package dev.culvert.ovsdb.log;

import dev.culvert.jsonrpc.JsonText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A record of ovsdb(5): a header line {@code OVSDB JSON <length> <sha1>} and a line of JSON. The length counts the JSON's bytes with
 * their line end, and the hash covers the same.
 */
final class LogFormat {
    /** No header is longer than this, line end included. */
    static final int MAX_HEADER = 128;

    private static final int SHA1_DIGITS = 40;
    private static final int MAX_LENGTH_DIGITS = 18;

    private LogFormat() {}

    /**
     * A parsed header line.
     *
     * @param magic {@code "JSON"} for a standalone database, {@code "CLUSTER"} for a clustered one
     * @param length the number of bytes that follow
     * @param sha1 their hash
     */
    record Header(String magic, long length, String sha1) {}

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

    /** Parses a header line without its line end; null if it is none. */
    static @Nullable Header parseHeader(String line) {
        int magic = line.indexOf(' ') + 1;
        int length = line.indexOf(' ', magic) + 1;
        int hash = line.indexOf(' ', length) + 1;
        if (!line.startsWith("OVSDB ") || magic >= length - 1 || length >= hash - 1) {
            return null;
        }
        long bytes = 0;
        for (int i = length; i < hash - 1; i++) {
            int digit = line.charAt(i) - '0';
            if (digit < 0 || digit > 9 || i - length >= MAX_LENGTH_DIGITS) {
                return null;
            }
            bytes = 10 * bytes + digit;
        }
        if (line.length() - hash != SHA1_DIGITS) {
            return null;
        }
        for (int i = hash; i < line.length(); i++) {
            if (!HexFormat.isHexDigit(line.charAt(i))) {
                return null;
            }
        }
        return new Header(line.substring(magic, length - 1), bytes, line.substring(hash));
    }

    /** The hash of a record's data, as a header has it. */
    static String hash(byte[] data) {
        return hash(sha1(), data);
    }

    /** The same, by a digest that the caller keeps: finding one costs as much as a short record. */
    static String hash(MessageDigest sha1, byte[] data) {
        return HexFormat.of().formatHex(sha1.digest(data));
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
