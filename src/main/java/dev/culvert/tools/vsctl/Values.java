package dev.culvert.tools.vsctl;

import dev.culvert.jsonrpc.JsonText;
import dev.culvert.jsonrpc.StrayBytes;
import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.BaseType;
import dev.culvert.ovsdb.data.ColumnType;
import dev.culvert.ovsdb.data.Constraint;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.OvsdbError;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.data.Uuids;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Reads values as they are typed; ovs-vsctl(8), "Database Values". */
final class Values {
    /** The most integers that a range such as 1-10 may stand for. */
    private static final int MAX_RANGE = 4096;

    private final Symbols symbols;

    /**
     * A reader.
     *
     * @param symbols where {@code @name} is looked up
     */
    Values(Symbols symbols) {
        this.symbols = symbols;
    }

    /**
     * Reads a value: elements or pairs {@code key=value}, divided by blanks or commas, all in brackets or not.
     *
     * @throws Fatal when it is no value of the type
     */
    Datum datum(ColumnType type, String text) {
        Tokens tokens = new Tokens(text);
        tokens.skipBlanks();
        char open = type.isMap() ? '{' : '[';
        boolean bracketed = tokens.skip(open);
        char close = bracketed ? (type.isMap() ? '}' : ']') : '\0';
        if (!bracketed && tokens.atEnd()) {
            throw new Fatal(
                    type.isMap() ? "use \"{}\" to specify the empty map" : "use \"[]\" to specify the empty set");
        }
        tokens.skipBlanks();
        List<Atom> keys = new ArrayList<>();
        Map<Atom, Atom> pairs = new HashMap<>();
        while (!tokens.atEnd() && tokens.peek() != close) {
            if (tokens.atDelimiter()) {
                throw new Fatal(text + ": unexpected \"" + tokens.peek() + "\" parsing " + type.toEnglish());
            }
            readElement(type, tokens, keys, pairs);
            tokens.skipBlanks();
            if (tokens.skip(',')) {
                tokens.skipBlanks();
            }
        }
        checkEnd(tokens, bracketed, close);
        checkCount(type, text, keys.size());
        if (keys.size() != keys.stream().distinct().count()) {
            throw new Fatal(text + (type.isMap() ? ": map contains duplicate key" : ": set contains duplicate value"));
        }
        return type.isMap() ? Datum.map(pairs) : Datum.set(keys);
    }

    private void readElement(ColumnType type, Tokens tokens, List<Atom> keys, Map<Atom, Atom> pairs) {
        String start = tokens.rest();
        List<Atom> elements = range(type.key(), tokens.next());
        keys.addAll(elements);
        BaseType valueType = type.value();
        if (valueType == null) {
            return;
        }
        tokens.skipBlanks();
        if (!tokens.skip('=')) {
            // At the end of the text the genuine tool puts its terminating NUL here, and the message ends with it.
            String found = tokens.atEnd() ? "" : tokens.peek() + "\" expecting \"=\"";
            throw new Fatal(start + ": syntax error at \"" + found);
        }
        tokens.skipBlanks();
        Atom value = atom(valueType, tokens.next());
        elements.forEach(key -> pairs.put(key, value));
    }

    private static void checkEnd(Tokens tokens, boolean bracketed, char close) {
        if (!bracketed) {
            return;
        }
        if (!tokens.skip(close)) {
            throw new Fatal(tokens.text() + ": missing \"" + close + "\" at end of data");
        }
        tokens.skipBlanks();
        if (!tokens.atEnd()) {
            throw new Fatal(tokens.text() + ": trailing garbage after \"" + close + "\"");
        }
    }

    private static void checkCount(ColumnType type, String text, int count) {
        String specified = text + ": " + count + (type.isMap() ? " pair(s)" : " value(s)") + " specified but the ";
        if (count < type.min()) {
            throw new Fatal(specified + "minimum number is " + type.min());
        } else if (count > type.max()) {
            throw new Fatal(specified + "maximum number is " + type.max());
        }
    }

    /** One atom, or the integers of a range {@code FIRST-LAST}. */
    private List<Atom> range(BaseType type, String text) {
        CNumbers.Prefix first = CNumbers.strtoll(text);
        boolean dash = first.end() > 0 && first.end() < text.length() && text.charAt(first.end()) == '-';
        Long last = switch (type.type()) {
            case INTEGER -> dash && first.inRange() ? CNumbers.wholeInteger(text.substring(first.end() + 1)) : null;
            default -> null;
        };
        if (last == null) {
            return List.of(atom(type, text));
        }
        long start = first.value();
        if (last < start) {
            throw new Fatal("\"" + text + "\" is not a valid range. Range end cannot be before start.");
        }
        check(type, Atom.of(start));
        boolean tooBig = Long.compareUnsigned(last - start, MAX_RANGE) >= 0;
        if (type.constraint() instanceof Constraint.Enumeration && !tooBig) {
            for (long i = start + 1; i <= last; i++) {
                check(type, Atom.of(i));
            }
        } else {
            check(type, Atom.of((long) last));
        }
        if (tooBig) {
            throw new Fatal("constraint violation: Range \"" + start + "-" + last
                    + "\" is too big. Maximum allowed size is " + MAX_RANGE + ".");
        }
        List<Atom> atoms = new ArrayList<>();
        for (long i = start; i <= last; i++) {
            atoms.add(Atom.of(i));
        }
        return Collections.unmodifiableList(atoms);
    }

    /**
     * Reads a single atom.
     *
     * @throws Fatal when it is none of the type, or breaks the type's constraint
     */
    Atom atom(BaseType type, String text) {
        Atom atom = switch (type.type()) {
            case INTEGER -> integer(text);
            case REAL -> real(text);
            case BOOLEAN -> truth(text);
            case STRING -> string(text);
            case UUID -> uuid(type, text);
        };
        check(type, atom);
        return atom;
    }

    private static void check(BaseType type, Atom atom) {
        try {
            type.check(atom);
        } catch (OvsdbException e) {
            throw new Fatal(e.error().toString());
        }
    }

    private static Atom integer(String text) {
        Long value = CNumbers.wholeInteger(text);
        if (value == null) {
            throw new Fatal("\"" + text + "\" is not a valid integer or range");
        }
        return Atom.of((long) value);
    }

    private static Atom real(String text) {
        try {
            double value = Double.parseDouble(text);
            if (!Double.isInfinite(value) && !text.endsWith("d") && !text.endsWith("f")) {
                return Atom.of(value == 0 ? 0.0 : value);
            }
        } catch (NumberFormatException e) {
            // falls through to the one message for all that is wrong with it
        }
        throw new Fatal("\"" + text + "\" is not a valid real number");
    }

    private static Atom truth(String text) {
        return switch (text) {
            case "true", "yes", "on", "1" -> Atom.of(true);
            case "false", "no", "off", "0" -> Atom.of(false);
            default -> throw new Fatal("\"" + text + "\" is not a valid boolean (use \"true\" or \"false\")");
        };
    }

    private static Atom string(String text) {
        if (text.isEmpty()) {
            throw new Fatal("An empty string is not valid as input; use \"\" to represent the empty string");
        }
        String value = text;
        if (text.startsWith("\"")) {
            if (text.length() < 2 || !text.endsWith("\"")) {
                throw new Fatal(text + ": missing quote at end of quoted string");
            }
            value = QuotedString.unescape(text);
        }
        String complaint = StrayBytes.complaint(value);
        if (complaint != null) {
            throw new Fatal(OvsdbError.CONSTRAINT_VIOLATION + ": " + complaint);
        }
        return Atom.of(value);
    }

    private Atom uuid(BaseType type, String text) {
        if (text.startsWith("@")) {
            return Atom.of(symbols.mention(text, type));
        }
        UUID uuid = Uuids.parse(text);
        if (uuid == null) {
            throw new Fatal("\"" + text + "\" is not a valid UUID");
        }
        return Atom.of(uuid);
    }

    /** A value without brackets and quotes, as scripts like it. */
    static String bare(Datum datum) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < datum.size(); i++) {
            out.append(i > 0 ? " " : "").append(bare(datum.key(i)));
            if (datum.hasValues()) {
                out.append('=').append(bare(datum.value(i)));
            }
        }
        return out.toString();
    }

    private static String bare(Atom atom) {
        return atom instanceof Atom.OfString(String value) ? value : atom.toText();
    }

    /** A value in compact JSON, each object's members sorted (there are none in a value). */
    static String json(Datum datum, ColumnType type) {
        return JsonText.of(datum.toJson(type));
    }
}
