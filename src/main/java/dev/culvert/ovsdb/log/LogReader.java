package dev.culvert.ovsdb.log;

import dev.culvert.jsonrpc.JsonException;
import dev.culvert.jsonrpc.JsonLimits;
import dev.culvert.jsonrpc.JsonReader;
import dev.culvert.jsonrpc.JsonTokens;
import dev.culvert.ovsdb.data.OvsdbException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads records until the first that is not whole and right. A record stays where it was read to: a start with a long log is
 * mostly this, and each copy of a record costs as much as its hash.
 */
final class LogReader {
    /** One record of a compacted log holds all rows, so only memory limits it. */
    private static final JsonLimits LIMITS = new JsonLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, 1000);

    private static final int LONGEST = Integer.MAX_VALUE - 1024;

    private final String name;
    private final InputStream in;
    private final MessageDigest sha1 = LogFormat.sha1();
    private final byte[] hash = new byte[LogFormat.HASH];
    private final long size;
    private byte[] buffer = new byte[1 << 16];
    private int position;
    private int limit;
    private long offset;
    private int data;
    private int length;

    /**
     * Reads a file from where a record begins.
     *
     * @param name the file's name for messages
     * @param in its bytes from there on
     * @param offset how many come before
     * @param size how many there are
     */
    LogReader(String name, InputStream in, long offset, long size) {
        this.name = name;
        this.in = in;
        this.offset = offset;
        this.size = size;
    }

    /** Where the last record ends that was read. */
    long offset() {
        return offset;
    }

    /**
     * Goes on to the next record, whose hash is right.
     *
     * @return false at the end of the file
     * @throws OvsdbException if what follows is no good record; {@link #offset} is where it begins
     */
    boolean next() throws IOException, OvsdbException {
        if (offset == size) {
            return false;
        }
        fill(LogFormat.MAX_HEADER);
        int end = position;
        int most = Math.min(limit, position + LogFormat.MAX_HEADER);
        while (end < most && buffer[end] != '\n') {
            end++;
        }
        long announced = LogFormat.parseHeader(buffer, position, end);
        if (announced < 0) {
            throw OvsdbException.syntax(
                    null, name + ": parse error at offset " + offset + " in header line \"" + printable(end) + "\"");
        }
        long dataOffset = offset + end - position + 1;
        if (announced > size - dataOffset || announced > LONGEST) {
            throw OvsdbException.syntax(
                    null, name + ": error reading " + announced + " bytes starting at offset " + dataOffset);
        }
        int header = end + 1 - position;
        length = (int) announced;
        fill(header + length);
        data = position + header;
        length = Math.min(length, limit - data);
        end = position + header - 1; // filling may have moved it
        if (!isHashed(end)) {
            throw OvsdbException.syntax(
                    null,
                    where(dataOffset) + " have SHA-1 hash " + HexFormat.of().formatHex(hash) + " but should have hash "
                            + new String(buffer, end - LogFormat.DIGITS, LogFormat.DIGITS, StandardCharsets.US_ASCII));
        }
        position = data + length;
        offset = dataOffset + length;
        return true;
    }

    /** The record as tokens, until the next one is read. */
    JsonTokens tokens() {
        return new JsonTokens(buffer, data, length, LIMITS);
    }

    /**
     * The record as a tree.
     *
     * @throws OvsdbException if it is not JSON or no object
     */
    ObjectNode json() throws OvsdbException {
        JsonNode json;
        try {
            json = JsonReader.parse(Arrays.copyOfRange(buffer, data, data + length), LIMITS);
        } catch (JsonException e) {
            throw invalid(offset - length, e);
        }
        if (json instanceof ObjectNode object) {
            return object;
        }
        throw OvsdbException.syntax(null, where(offset - length) + " are not a JSON object");
    }

    private String where(long dataOffset) {
        return name + ": " + length + " bytes starting at offset " + dataOffset;
    }

    private OvsdbException invalid(long dataOffset, IOException e) {
        return OvsdbException.syntax(null, where(dataOffset) + " are not valid JSON (" + e.getMessage() + ")");
    }

    /** Compares the data's hash with the digits that the header ends with. */
    private boolean isHashed(int headerEnd) {
        sha1.update(buffer, data, length);
        try {
            sha1.digest(hash, 0, hash.length);
        } catch (DigestException e) {
            throw new AssertionError("the array is as long as the hash", e);
        }
        int digits = headerEnd - LogFormat.DIGITS;
        for (int i = 0; i < hash.length; i++) {
            int high = HexFormat.fromHexDigit(buffer[digits + 2 * i]);
            int low = HexFormat.fromHexDigit(buffer[digits + 2 * i + 1]);
            if ((byte) (high << 4 | low) != hash[i]) {
                return false;
            }
        }
        return true;
    }

    /** Reads until so many bytes are there, or all that the file has. */
    private void fill(int wanted) throws IOException {
        if (limit - position >= wanted) {
            return;
        }
        byte[] target = wanted <= buffer.length ? buffer : new byte[wanted];
        System.arraycopy(buffer, position, target, 0, limit - position);
        limit -= position;
        position = 0;
        buffer = target;
        limit += in.readNBytes(buffer, limit, buffer.length - limit);
    }

    private String printable(int end) {
        StringBuilder text = new StringBuilder(end - position);
        for (int i = position; i < end; i++) {
            text.append(buffer[i] >= 0x20 && buffer[i] < 0x7f ? (char) buffer[i] : '?');
        }
        return text.toString();
    }
}
