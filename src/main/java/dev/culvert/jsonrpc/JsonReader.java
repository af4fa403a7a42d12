package dev.culvert.jsonrpc;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;
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
 * pair are errors, as in Open vSwitch.
 *
 * <p>The tree is built here and not by Jackson's mapper: the mapper costs a command-line tool more time than all else
 * that it does, and knows no limit per value.
 */
public final class JsonReader implements Closeable {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** Making one costs as much as parsing a short text; there are as many as kinds of limits. */
    private static final Map<JsonLimits, JsonFactory> FACTORIES = new ConcurrentHashMap<>();

    private final Metered in;
    private final JsonParser parser;
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
        this.parser = factory(limits).createParser(ObjectReadContext.empty(), this.in);
    }

    private JsonReader(byte[] text, JsonLimits limits) {
        this.in = new Metered(InputStream.nullInputStream(), limits.maxBytes());
        this.limits = limits;
        this.parser = factory(limits).createParser(ObjectReadContext.empty(), text);
    }

    private static JsonFactory factory(JsonLimits limits) {
        JsonFactory known = FACTORIES.get(limits);
        return known != null ? known : FACTORIES.computeIfAbsent(limits, JsonReader::newFactory);
    }

    private static JsonFactory newFactory(JsonLimits limits) {
        StreamReadConstraints constraints = StreamReadConstraints.builder()
                .maxNestingDepth(limits.maxDepth())
                .maxStringLength(limits.maxBytes())
                .maxNameLength(limits.maxBytes())
                .maxNumberLength(1000)
                .maxDocumentLength(-1)
                .maxTokenCount(-1)
                .build();
        // Not the charset by its looks: Open vSwitch speaks UTF-8 only, and looking means waiting for four bytes.
        return JsonFactory.builder()
                .streamReadConstraints(constraints)
                .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
                .build();
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
     * @param text in UTF-8
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
        try {
            JsonToken token = parser.nextToken();
            return token == null ? null : value(token);
        } catch (JacksonIOException e) {
            throw e.getCause();
        } catch (StreamConstraintsException e) {
            throw new JsonException("input exceeds the limits of nesting, string or number length");
        } catch (UnexpectedEndOfInputException e) {
            throw new JsonException("unexpected end of input");
        } catch (JacksonException e) {
            throw new JsonException(oneLine(e.getOriginalMessage()));
        }
    }

    private JsonNode value(JsonToken token) throws JsonException {
        return switch (token) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_STRING -> NODES.stringNode(string());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number();
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            default -> throw new JsonException("syntax error at " + token.name());
        };
    }

    private ObjectNode object() throws JsonException {
        ObjectNode object = NODES.objectNode();
        for (JsonToken token = token(); token != JsonToken.END_OBJECT; token = token()) {
            String name = string();
            object.set(name, value(token()));
        }
        return object;
    }

    private ArrayNode array() throws JsonException {
        ArrayNode array = NODES.arrayNode();
        for (JsonToken token = token(); token != JsonToken.END_ARRAY; token = token()) {
            array.add(value(token));
        }
        return array;
    }

    private JsonToken token() throws JsonException {
        if (++tokens > limits.maxTokens()) {
            throw new JsonException("input has more than " + limits.maxTokens() + " elements");
        }
        JsonToken token = parser.nextToken();
        if (token == null) {
            throw new JsonException("unexpected end of input");
        }
        return token;
    }

    private String string() throws JsonException {
        String text = parser.getString();
        if (text.indexOf('\0') >= 0) {
            throw new JsonException("null bytes not supported in quoted strings");
        }
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!Character.isSurrogatePair(text.charAt(i), i + 1 < text.length() ? text.charAt(i + 1) : 0)) {
                    throw new JsonException("malformed escaped surrogate pair");
                }
                i++;
            }
        }
        return text;
    }

    private JsonNode number() throws JsonException {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            return NODES.numberNode(parser.getLongValue());
        }
        double real = parser.getDoubleValue();
        if (Double.isInfinite(real)) {
            throw new JsonException("number outside valid range");
        }
        // 2^63 as a double is the first that no long holds.
        boolean integral = real == Math.rint(real) && real >= -0x1p63 && real < 0x1p63;
        return integral ? NODES.numberNode((long) real) : NODES.numberNode(real);
    }

    /** Parser messages quote the input, whose line breaks must not forge a line in a log, and say where it came from. */
    private static String oneLine(@Nullable String message) {
        if (message == null) {
            return "syntax error";
        }
        int source = message.indexOf(" (for ");
        StringBuilder line = new StringBuilder();
        message.substring(0, source < 0 ? message.length() : source)
                .chars()
                .limit(200)
                .forEach(c -> line.append(Character.isISOControl(c) ? ' ' : (char) c));
        return line.toString();
    }

    /** Closes the underlying stream. */
    @Override
    public void close() {
        parser.close();
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
