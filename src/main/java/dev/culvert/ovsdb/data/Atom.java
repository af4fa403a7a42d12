package dev.culvert.ovsdb.data;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One value of an atomic type (RFC 7047 section 3.1). Atoms of one type have a total order, Open vSwitch's own, in which
 * sets and maps are kept; comparing atoms of different types is a mistake of the caller.
 */
public sealed interface Atom extends Comparable<Atom> {
    /**
     * A signed integer of 64 bits.
     *
     * @param value the integer
     */
    record OfInteger(long value) implements Atom {}

    /**
     * A real.
     *
     * @param value the number
     */
    record OfReal(double value) implements Atom {}

    /**
     * True or false.
     *
     * @param value the truth
     */
    record OfBoolean(boolean value) implements Atom {}

    /**
     * Text.
     *
     * @param value the text
     */
    record OfString(String value) implements Atom {
        // by hand: what the compiler makes is linked anew in every start, and slow until then

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof OfString(String text) && value.equals(text);
        }

        @Override
        public int hashCode() {
            return value.hashCode();
        }
    }

    /**
     * A UUID, most often a row's name.
     *
     * @param value the UUID
     */
    record OfUuid(UUID value) implements Atom {}

    /** The UUID that no row has, the default of its type. */
    UUID ZERO_UUID = new UUID(0, 0);

    /**
     * Makes an integer.
     *
     * @param value the integer
     * @return its atom
     */
    static Atom of(long value) {
        return new OfInteger(value);
    }

    /**
     * Makes a real.
     *
     * @param value the number
     * @return its atom
     */
    static Atom of(double value) {
        return new OfReal(value);
    }

    /**
     * Makes a boolean.
     *
     * @param value the truth
     * @return its atom
     */
    static Atom of(boolean value) {
        return new OfBoolean(value);
    }

    /**
     * Makes a string.
     *
     * @param value the text
     * @return its atom
     */
    static Atom of(String value) {
        return new OfString(value);
    }

    /**
     * Makes a UUID.
     *
     * @param value the UUID
     * @return its atom
     */
    static Atom of(UUID value) {
        return new OfUuid(value);
    }

    /**
     * The default of a type (RFC 7047 section 5.2.1).
     *
     * @param type the type
     * @return 0, 0.0, false, the empty string or the UUID of zeros
     */
    static Atom defaultOf(AtomicType type) {
        return switch (type) {
            case INTEGER -> of(0L);
            case REAL -> of(0.0);
            case BOOLEAN -> of(false);
            case STRING -> of("");
            case UUID -> of(ZERO_UUID);
        };
    }

    /**
     * The atom's type.
     *
     * @return the type
     */
    default AtomicType type() {
        return switch (this) {
            case OfInteger _ -> AtomicType.INTEGER;
            case OfReal _ -> AtomicType.REAL;
            case OfBoolean _ -> AtomicType.BOOLEAN;
            case OfString _ -> AtomicType.STRING;
            case OfUuid _ -> AtomicType.UUID;
        };
    }

    @Override
    default int compareTo(Atom other) {
        return switch (this) {
            case OfInteger(long a) -> Long.compare(a, ((OfInteger) other).value);
            case OfReal(double a) -> Double.compare(a, ((OfReal) other).value);
            case OfBoolean(boolean a) -> Boolean.compare(a, ((OfBoolean) other).value);
            case OfString(String a) -> compareText(a, ((OfString) other).value);
            case OfUuid(UUID a) -> compareUuids(a, ((OfUuid) other).value);
        };
    }

    /**
     * The atom in JSON ({@code <atom>} of RFC 7047 section 5.1).
     *
     * @return a number, a boolean, a string, or {@code ["uuid", "..."]}
     */
    default JsonNode toJson() {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (this) {
            case OfInteger(long value) -> nodes.numberNode(value);
            case OfReal(double value) -> Json.real(value);
            case OfBoolean(boolean value) -> nodes.booleanNode(value);
            case OfString(String value) -> nodes.stringNode(value);
            case OfUuid(UUID value) -> nodes.arrayNode().add("uuid").add(value.toString());
        };
    }

    /**
     * The atom as ovs-vsctl prints it: a string is quoted only where it could be taken for something else.
     *
     * @return the text
     */
    default String toText() {
        return switch (this) {
            case OfInteger(long value) -> Long.toString(value);
            case OfReal(double value) -> Json.realText(value);
            case OfBoolean(boolean value) -> Boolean.toString(value);
            case OfString(String value) -> needsQuotes(value) ? Json.text(toJson()) : value;
            case OfUuid(UUID value) -> value.toString();
        };
    }

    private static boolean needsQuotes(String text) {
        if (text.isEmpty() || !(isLetter(text.charAt(0)) || text.charAt(0) == '_')) {
            return true;
        }
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isLetter(c) && !(c >= '0' && c <= '9') && c != '_' && c != '-' && c != '.') {
                return true;
            }
        }
        return text.equals("true") || text.equals("false") || Uuids.parse(text) != null;
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    /** Orders as the bytes of UTF-8 do, which is the order of code points. */
    private static int compareText(String a, String b) {
        int common = Math.min(a.length(), b.length());
        for (int i = 0; i < common; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                // A surrogate stands for a code point above every other char's.
                boolean surrogates = Character.isSurrogate(x) != Character.isSurrogate(y);
                return surrogates ? (Character.isSurrogate(x) ? 1 : -1) : Character.compare(x, y);
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    /** Orders as unsigned numbers of 128 bits. */
    private static int compareUuids(UUID a, UUID b) {
        int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
    }
}
