package dev.culvert.ovsdb.data;

import java.util.Arrays;
import java.util.Comparator;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads {@code <value>} and {@code <atom>} of RFC 7047 section 5.1, and says what is wrong in the server's own words. */
final class DatumParser {
    private final ColumnType type;
    private final @Nullable NamedUuids names;

    private DatumParser(ColumnType type, @Nullable NamedUuids names) {
        this.type = type;
        this.names = names;
    }

    static Datum parse(ColumnType type, JsonNode json, @Nullable NamedUuids names) throws OvsdbException {
        return new DatumParser(type, names).value(json);
    }

    private Datum value(JsonNode json) throws OvsdbException {
        if (type.value() != null) {
            return map(inner(json, "map"), type.value());
        }
        boolean set = json.isArray()
                && !json.isEmpty()
                && json.get(0).isString()
                && json.get(0).stringValue().equals("set");
        return set ? set(inner(json, "set")) : Datum.of(atom(json, type.key()));
    }

    private JsonNode inner(JsonNode json, String kind) throws OvsdbException {
        if (!isTagged(json, kind) || !json.get(1).isArray()) {
            throw OvsdbException.syntax(json, "expected [\"" + kind + "\", <array>]");
        }
        JsonNode inner = json.get(1);
        int size = inner.size();
        if (size >= type.min() && size <= type.max()) {
            return inner;
        }
        String bounds = type.min() == 1 && type.max() == 1
                ? " must have exactly one member but "
                : " must have " + type.min() + " to " + type.max() + " members but ";
        throw OvsdbException.syntax(json, kind + bounds + size + " are present");
    }

    private Datum set(JsonNode elements) throws OvsdbException {
        Atom[] atoms = new Atom[elements.size()];
        for (int i = 0; i < atoms.length; i++) {
            atoms[i] = atom(elements.get(i), type.key());
        }
        Arrays.sort(atoms);
        for (int i = 1; i < atoms.length; i++) {
            if (atoms[i].compareTo(atoms[i - 1]) == 0) {
                throw new OvsdbException(OvsdbError.OVSDB_ERROR, "set contains duplicate");
            }
        }
        return atoms.length == 0 ? Datum.EMPTY : new Datum(atoms, null);
    }

    private record Pair(Atom key, Atom value) {}

    private Datum map(JsonNode elements, BaseType valueType) throws OvsdbException {
        Pair[] pairs = new Pair[elements.size()];
        for (int i = 0; i < pairs.length; i++) {
            JsonNode element = elements.get(i);
            if (!element.isArray() || element.size() != 2) {
                throw OvsdbException.syntax(element, "expected 2-element array");
            }
            pairs[i] = new Pair(KeyAtoms.of(atom(element.get(0), type.key())), atom(element.get(1), valueType));
        }
        Arrays.sort(pairs, Comparator.comparing(Pair::key));
        Atom[] keys = new Atom[pairs.length];
        Atom[] values = new Atom[pairs.length];
        for (int i = 0; i < pairs.length; i++) {
            keys[i] = pairs[i].key;
            values[i] = pairs[i].value;
            if (i > 0 && keys[i].compareTo(keys[i - 1]) == 0) {
                throw new OvsdbException(OvsdbError.OVSDB_ERROR, "map contains duplicate key");
            }
        }
        return keys.length == 0 ? Datum.EMPTY : new Datum(keys, values);
    }

    private Atom atom(JsonNode json, BaseType base) throws OvsdbException {
        Atom atom = switch (base.type()) {
            case INTEGER -> Json.isInteger(json) ? Atom.of(Json.integer(json)) : null;
            case REAL -> json.isNumber() ? Atom.of(json.doubleValue()) : null;
            case BOOLEAN -> json.isBoolean() ? Atom.of(json.booleanValue()) : null;
            case STRING -> json.isString() ? Atom.of(json.stringValue()) : null;
            case UUID -> Atom.of(uuid(json));
        };
        if (atom == null) {
            throw OvsdbException.syntax(json, "expected " + base.type().word());
        }
        base.check(atom);
        return atom;
    }

    private UUID uuid(JsonNode json) throws OvsdbException {
        if (isTagged(json, "uuid") && json.get(1).isString()) {
            UUID uuid = Uuids.parse(json.get(1).stringValue());
            if (uuid == null) {
                throw OvsdbException.syntax(json, "\"" + json.get(1).stringValue() + "\" is not a valid UUID");
            }
            return uuid;
        }
        if (names != null && isTagged(json, "named-uuid") && json.get(1).isString()) {
            String name = json.get(1).stringValue();
            if (!MemberParser.isId(name)) {
                throw OvsdbException.syntax(json, "named-uuid string is not a valid <id>");
            }
            return names.resolve(name);
        }
        throw OvsdbException.syntax(json, "expected [\"uuid\", <string>]");
    }

    private static boolean isTagged(JsonNode json, String tag) {
        return json.isArray()
                && json.size() == 2
                && json.get(0).isString()
                && json.get(0).stringValue().equals(tag);
    }
}
