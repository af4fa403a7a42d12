package dev.culvert.ovsdb.log;

import dev.culvert.jsonrpc.JsonException;
import dev.culvert.jsonrpc.JsonLimits;
import dev.culvert.jsonrpc.JsonReader;
import dev.culvert.ovsdb.data.OvsdbException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads records until the first that is not whole and right. */
final class LogReader {
    /** One record of a compacted log holds all rows, so only memory limits it. */
    private static final JsonLimits LIMITS = new JsonLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, 1000);

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final String name;
    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private final MessageDigest sha1 = LogFormat.sha1();
    private final long size;
    private int position;
    private int limit;
    private long offset;

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
     * The next record, or null at the end of the file.
     *
     * @throws OvsdbException if what follows is no good record; {@link #offset} is where it begins
     */
    @Nullable
    ObjectNode next() throws IOException, OvsdbException {
        if (offset == size) {
            return null;
        }
        String line = line();
        LogFormat.Header header = LogFormat.parseHeader(line);
        long dataOffset = offset + line.length() + 1;
        if (header == null || !header.magic().equals("JSON")) {
            throw OvsdbException.syntax(
                    null, name + ": parse error at offset " + offset + " in header line \"" + printable(line) + "\"");
        }
        String where = name + ": " + header.length() + " bytes starting at offset " + dataOffset;
        if (header.length() > size - dataOffset || header.length() > Integer.MAX_VALUE - 16) {
            throw OvsdbException.syntax(
                    null, name + ": error reading " + header.length() + " bytes starting at offset " + dataOffset);
        }
        byte[] data = data((int) header.length());
        String hash = LogFormat.hash(sha1, data);
        if (!hash.equalsIgnoreCase(header.sha1())) {
            throw OvsdbException.syntax(
                    null, where + " have SHA-1 hash " + hash + " but should have hash " + header.sha1());
        }
        ObjectNode json = json(where, data);
        offset = dataOffset + header.length();
        return json;
    }

    private static ObjectNode json(String where, byte[] data) throws OvsdbException {
        JsonNode json;
        try {
            if (!isAscii(data)) {
                // the parser is not so strict with what is no UTF-8
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data));
            }
            json = JsonReader.parse(data, LIMITS);
        } catch (JsonException | CharacterCodingException e) {
            throw OvsdbException.syntax(null, where + " are not valid JSON (" + e.getMessage() + ")");
        }
        if (json instanceof ObjectNode object) {
            return object;
        }
        throw OvsdbException.syntax(null, where + " are not a JSON object");
    }

    private static boolean isAscii(byte[] data) {
        int at = 0;
        for (; at <= data.length - Long.BYTES; at += Long.BYTES) {
            if (((long) LONGS.get(data, at) & 0x8080808080808080L) != 0) {
                return false;
            }
        }
        for (; at < data.length; at++) {
            if (data[at] < 0) {
                return false;
            }
        }
        return true;
    }

    /** The bytes up to the next line end, which is skipped; at most as many as a header may have. */
    private String line() throws IOException {
        StringBuilder line = new StringBuilder(LogFormat.MAX_HEADER);
        while (line.length() < LogFormat.MAX_HEADER && fill()) {
            byte next = buffer[position++];
            if (next == '\n') {
                break;
            }
            line.append((char) (next & 0xff));
        }
        return line.toString();
    }

    private byte[] data(int length) throws IOException {
        int buffered = Math.min(length, limit - position);
        byte[] data = Arrays.copyOfRange(buffer, position, position + length > limit ? limit : position + length);
        position += buffered;
        if (buffered == length) {
            return data;
        }
        byte[] all = Arrays.copyOf(data, length);
        int read = buffered + in.readNBytes(all, buffered, length - buffered);
        return read == length ? all : Arrays.copyOf(all, read);
    }

    /** Makes sure that a byte is there; false at the end of the file. */
    private boolean fill() throws IOException {
        if (position == limit) {
            position = 0;
            limit = Math.max(0, in.read(buffer));
        }
        return position < limit;
    }

    private static String printable(String line) {
        StringBuilder text = new StringBuilder(line.length());
        line.chars().forEach(c -> text.append(c >= 0x20 && c < 0x7f ? (char) c : '?'));
        return text.toString();
    }
}
