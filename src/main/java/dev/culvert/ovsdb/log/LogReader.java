package dev.culvert.ovsdb.log;

import dev.culvert.jsonrpc.JsonException;
import dev.culvert.jsonrpc.JsonLimits;
import dev.culvert.jsonrpc.JsonReader;
import dev.culvert.ovsdb.data.OvsdbException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads records until the first that is not whole and right. */
final class LogReader {
    /** One record of a compacted log holds all rows, so only memory limits it. */
    private static final JsonLimits LIMITS = new JsonLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, 1000);

    private final String name;
    private final InputStream in;
    private final long size;
    private long offset;

    /**
     * Reads a file from its beginning.
     *
     * @param name the file's name for messages
     * @param in its bytes
     * @param size how many there are
     */
    LogReader(String name, InputStream in, long size) {
        this.name = name;
        this.in = new BufferedInputStream(in, 1 << 16);
        this.size = size;
    }

    /** Where the last good record ends. */
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
        byte[] data = in.readNBytes((int) header.length());
        String hash = LogFormat.hash(data);
        if (!hash.equals(header.sha1().toLowerCase(Locale.ROOT))) {
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
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(data))
                    .toString();
            json = JsonReader.parse(text, LIMITS);
        } catch (JsonException | CharacterCodingException e) {
            throw OvsdbException.syntax(null, where + " are not valid JSON (" + e.getMessage() + ")");
        }
        if (json instanceof ObjectNode object) {
            return object;
        }
        throw OvsdbException.syntax(null, where + " are not a JSON object");
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(LogFormat.MAX_HEADER);
        for (int c = in.read(); c >= 0 && c != '\n' && line.length() < LogFormat.MAX_HEADER; c = in.read()) {
            line.append((char) c);
        }
        return line.toString();
    }

    private static String printable(String line) {
        StringBuilder text = new StringBuilder(line.length());
        line.chars().forEach(c -> text.append(c >= 0x20 && c < 0x7f ? (char) c : '?'));
        return text.toString();
    }
}
