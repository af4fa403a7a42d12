package dev.culvert.jsonrpc;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON token by token, for those who want no tree of it. What Open vSwitch refuses is refused here: a null character in a
 * string, half a surrogate pair, a number beyond all bounds. What it takes is taken: bytes that belong to no UTF-8 are
 * {@link StrayBytes}.
 */
public final class JsonTokens implements Closeable {
    /** Making one costs as much as parsing a short text; there are as many as kinds of limits. */
    private static final Map<JsonLimits, JsonFactory> FACTORIES = new ConcurrentHashMap<>();

    /** 2^63 as a double is the first that no long holds. */
    private static final double BEYOND_LONG = 0x1p63;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long BACKSLASHES = '\\' * ONES;

    private final JsonParser parser;
    private final InputStream in;

    /** Whether no string can hold what Open vSwitch refuses: there is nothing but ASCII, and nothing is escaped. */
    private final boolean plain;

    /** Whether there are bytes that belong to no UTF-8, by what has been read so far. */
    private final BooleanSupplier stray;

    /**
     * Tokens of a stream.
     *
     * @param in is read in blocks, so what follows the last token may be consumed as well
     * @param limits only nesting and the length of strings; counting is the caller's
     */
    JsonTokens(InputStream in, JsonLimits limits) {
        Utf8Input text = new Utf8Input(in);
        this.parser = factory(limits).createParser(ObjectReadContext.empty(), text);
        this.in = in;
        this.plain = false;
        this.stray = text::hasStray;
    }

    /**
     * Tokens of a text.
     *
     * @param text in UTF-8, as a rule
     * @param offset where it begins
     * @param length its bytes
     * @param limits only nesting and the length of strings; counting is the caller's
     */
    public JsonTokens(byte[] text, int offset, int length, JsonLimits limits) {
        this.in = InputStream.nullInputStream();
        this.plain = isPlain(text, offset, offset + length);
        byte[] read = plain ? text : Utf8Input.of(text, offset, length);
        boolean changed = read != text;
        this.parser = factory(limits)
                .createParser(ObjectReadContext.empty(), read, changed ? 0 : offset, changed ? read.length : length);
        this.stray = () -> changed;
    }

    private static boolean isPlain(byte[] text, int from, int to) {
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            long eight = (long) LONGS.get(text, at);
            long backslash = eight ^ BACKSLASHES; // a byte of it is zero where there is one
            if (((eight | ((backslash - ONES) & ~backslash)) & HIGH_BITS) != 0) {
                return false;
            }
        }
        for (; at < to; at++) {
            if (text[at] < 0 || text[at] == '\\') {
                return false;
            }
        }
        return true;
    }

    private static JsonFactory factory(JsonLimits limits) {
        JsonFactory known = FACTORIES.get(limits);
        return known != null ? known : FACTORIES.computeIfAbsent(limits, JsonTokens::newFactory);
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
                // Who reads a socket to its end may still want to write to it.
                .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
                .build();
    }

    /**
     * The next token.
     *
     * @return the token, or null at the end
     * @throws JsonException if what comes is not JSON, or too much of it
     * @throws IOException if the stream fails
     */
    public @Nullable JsonToken next() throws IOException {
        try {
            return parser.nextToken();
        } catch (JacksonException e) {
            throw translated(e);
        }
    }

    /**
     * The string or the member's name that was read last.
     *
     * @return the text
     * @throws JsonException if Open vSwitch takes no such string
     */
    public String string() throws IOException {
        try {
            String text = parser.getString();
            return plain ? text : checked(text);
        } catch (JacksonException e) {
            throw translated(e);
        }
    }

    /**
     * Whether the number that was read last is one that a long holds, as it is written; 1e3 and 2.0 are too.
     *
     * @return true for an integer
     */
    public boolean isInteger() throws IOException {
        return isWrittenAsLong() || isIntegral(real());
    }

    /**
     * The number that was read last.
     *
     * @return its value, if {@link #isInteger}
     */
    public long integer() throws IOException {
        return isWrittenAsLong() ? parser.getLongValue() : (long) real();
    }

    /**
     * The number that was read last.
     *
     * @return the nearest double
     * @throws JsonException if it is beyond all doubles
     */
    public double real() throws IOException {
        try {
            double real = parser.getDoubleValue();
            if (Double.isInfinite(real)) {
                throw new JsonException("number outside valid range");
            }
            return real;
        } catch (JacksonException e) {
            throw translated(e);
        }
    }

    private boolean isWrittenAsLong() throws IOException {
        try {
            return parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                    && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        } catch (JacksonException e) {
            throw translated(e);
        }
    }

    private static boolean isIntegral(double real) {
        return real == Math.rint(real) && real >= -BEYOND_LONG && real < BEYOND_LONG;
    }

    private String checked(String text) throws JsonException {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new JsonException("null bytes not supported in quoted strings");
            }
            if (Character.isSurrogate(c)) {
                if (!Character.isSurrogatePair(c, i + 1 < text.length() ? text.charAt(i + 1) : 0)) {
                    throw new JsonException("malformed escaped surrogate pair");
                }
                i++;
            }
        }
        return stray.getAsBoolean() ? Utf8Input.restored(text) : text;
    }

    private static IOException translated(JacksonException e) {
        if (e instanceof JacksonIOException failed && failed.getCause() != null) {
            return failed.getCause();
        }
        return new JsonException(
                switch (e) {
                    case StreamConstraintsException _ -> "input exceeds the limits of nesting, string or number length";
                    case UnexpectedEndOfInputException _ -> "unexpected end of input";
                    default -> oneLine(e.getOriginalMessage());
                });
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
    public void close() throws IOException {
        parser.close();
        in.close();
    }
}
