package dev.culvert.jsonrpc;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads one JSON value after the other from UTF-8 bytes and returns each as soon as its last byte is there.
 *
 * <p>Numbers come out as Open vSwitch sees them: every number without a fraction that fits 64 bits, {@code 1e3} and
 * {@code 2.0} too, is a {@code LongNode}, every other one a {@code DoubleNode}. The last of several members with one
 * name wins (ovsdb-server(7)). A null character in a string and half a surrogate
 * pair are errors, as in Open vSwitch; bytes that are no UTF-8 are not ({@link StrayBytes}).
 *
 * <p>The tree is built here and not by Jackson's mapper: the mapper costs a command-line tool more time than all else
 * that it does, and knows no limit per value.
 */
public final class JsonReader implements Closeable {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Metered in;
    private final JsonTokens source;
    private final JsonLimits limits;
    private int tokens;

    /**
     * A reader of everything that {@code in} brings.
     *
     * @param in is read in blocks, so what follows the last value may be consumed as well
     */
    public JsonReader(InputStream in, JsonLimits limits) {
        this.in = new Metered(in, limits.maxBytes());
        this.limits = limits;
        this.source = new JsonTokens(this.in, limits);
    }

    private JsonReader(byte[] text, JsonLimits limits) {
        this.in = new Metered(InputStream.nullInputStream(), limits.maxBytes());
        this.limits = limits;
        this.source = new JsonTokens(text, 0, text.length, limits);
    }

    /**
     * Parses one text that holds exactly one value.
     *
     * @throws JsonException if it does not
     */
    public static JsonNode parse(String text, JsonLimits limits) throws JsonException {
        return parse(text.getBytes(StandardCharsets.UTF_8), limits);
    }

    /**
     * Parses one text that holds exactly one value.
     *
     * @param text in UTF-8, as a rule
     * @throws JsonException if it does not
     */
    public static JsonNode parse(byte[] text, JsonLimits limits) throws JsonException {
        if (text.length > limits.maxBytes()) {
            throw new JsonException("input exceeds " + limits.maxBytes() + " bytes");
        }
        try (JsonReader reader = new JsonReader(text, limits)) {
            JsonNode value = reader.next();
            if (value == null) {
                throw new JsonException("empty input");
            }
            if (reader.next() != null) {
                throw new JsonException("trailing garbage at end of input");
            }
            return value;
        } catch (JsonException e) {
            throw e;
        } catch (IOException e) {
            throw new IllegalStateException("no bytes in memory fail to be read", e);
        }
    }

    /**
     * The next value, or null at the stream's end.
     *
     * @throws JsonException if there is something that is not JSON, or too much of it; nothing more can be read then
     * @throws IOException if the stream fails
     */
    public @Nullable JsonNode next() throws IOException {
        in.left = limits.maxBytes();
        tokens = 0;
        JsonToken token = source.next();
        return token == null ? null : value(token);
    }

    private JsonNode value(JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_STRING -> NODES.stringNode(source.string());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                source.isInteger() ? NODES.numberNode(source.integer()) : NODES.numberNode(source.real());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            default -> throw new JsonException("syntax error at " + token.name());
        };
    }

    private ObjectNode object() throws IOException {
        ObjectNode object = NODES.objectNode();
        for (JsonToken token = token(); token != JsonToken.END_OBJECT; token = token()) {
            String name = source.string();
            object.set(name, value(token()));
        }
        return object;
    }

    private ArrayNode array() throws IOException {
        ArrayNode array = NODES.arrayNode();
        for (JsonToken token = token(); token != JsonToken.END_ARRAY; token = token()) {
            array.add(value(token));
        }
        return array;
    }

    private JsonToken token() throws IOException {
        if (++tokens > limits.maxTokens()) {
            throw new JsonException("input has more than " + limits.maxTokens() + " elements");
        }
        JsonToken token = source.next();
        if (token == null) {
            throw new JsonException("unexpected end of input");
        }
        return token;
    }

    /** Closes the underlying stream. */
    @Override
    public void close() throws IOException {
        source.close();
    }

    /** Counts what the current value may still cost; the parser reads ahead, so it counts in blocks of a few KB. */
    private static final class Metered extends InputStream {
        private final InputStream in;
        private final int limit;
        private int left;

        Metered(InputStream in, int limit) {
            this.in = in;
            this.limit = limit;
            this.left = limit;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left <= 0) {
                throw new JsonException("input exceeds " + limit + " bytes");
            }
            int n = in.read(target, offset, length);
            left -= Math.max(n, 0);
            return n;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
