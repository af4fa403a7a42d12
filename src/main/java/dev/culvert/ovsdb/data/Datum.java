package dev.culvert.ovsdb.data;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A column's value in one row: an immutable set of atoms, or map from atoms to atoms, sorted by key without duplicates
 * (RFC 7047 section 5.1, {@code <value>}). A scalar is a set of one.
 */
public final class Datum implements Comparable<Datum> {
    private static final Atom[] NO_ATOMS = {};

    /** The empty set, which is the empty map as well. */
    public static final Datum EMPTY = new Datum(NO_ATOMS, null);

    /** The defaults of scalars: each row has several, and they are the same. */
    private static final Map<AtomicType, Datum> DEFAULTS = defaults();

    private final Atom[] keys;
    private final Atom @Nullable [] values;

    /** Takes over arrays that are sorted and free of duplicates. */
    Datum(Atom[] keys, Atom @Nullable [] values) {
        this.keys = keys;
        this.values = keys.length == 0 ? null : values;
    }

    private static Map<AtomicType, Datum> defaults() {
        Map<AtomicType, Datum> defaults = new EnumMap<>(AtomicType.class);
        for (AtomicType type : AtomicType.values()) {
            defaults.put(type, of(Atom.defaultOf(type)));
        }
        return defaults;
    }

    /** The default of a column that has exactly one value of this type. */
    static Datum defaultOf(AtomicType type) {
        return Objects.requireNonNull(DEFAULTS.get(type));
    }

    /**
     * A set of one atom.
     *
     * @param atom the atom
     * @return the set
     */
    public static Datum of(Atom atom) {
        return new Datum(new Atom[] {atom}, null);
    }

    /**
     * A map of one pair.
     *
     * @param key the key
     * @param value the value
     * @return the map
     */
    public static Datum pair(Atom key, Atom value) {
        return new Datum(new Atom[] {key}, new Atom[] {value});
    }

    /**
     * A set; duplicates count once.
     *
     * @param atoms atoms of one type, in any order
     * @return the set
     */
    public static Datum set(Collection<? extends Atom> atoms) {
        Atom[] sorted = atoms.stream().distinct().sorted().toArray(Atom[]::new);
        return sorted.length == 0 ? EMPTY : new Datum(sorted, null);
    }

    /**
     * A map.
     *
     * @param pairs keys of one type and values of one type, in any order
     * @return the map
     */
    public static Datum map(Map<? extends Atom, ? extends Atom> pairs) {
        Atom[] keys = pairs.keySet().stream().sorted().toArray(Atom[]::new);
        Atom[] values = new Atom[keys.length];
        Arrays.setAll(values, i -> pairs.get(keys[i]));
        return keys.length == 0 ? EMPTY : new Datum(keys, values);
    }

    /**
     * A set of strings.
     *
     * @param strings the strings
     * @return the set
     */
    public static Datum strings(Collection<String> strings) {
        return set(strings.stream().map(Atom::of).toList());
    }

    /**
     * A set of UUIDs.
     *
     * @param uuids the UUIDs
     * @return the set
     */
    public static Datum uuids(Collection<UUID> uuids) {
        return set(uuids.stream().map(Atom::of).toList());
    }

    /**
     * A map from strings to strings, such as an {@code external_ids}.
     *
     * @param pairs the pairs
     * @return the map
     */
    public static Datum stringMap(Map<String, String> pairs) {
        Map<Atom, Atom> atoms = new LinkedHashMap<>();
        pairs.forEach((key, value) -> atoms.put(Atom.of(key), Atom.of(value)));
        return map(atoms);
    }

    /**
     * Parses {@code <value>}, checks it against the type's constraints, and sorts it.
     *
     * @param type what it must be
     * @param json the value
     * @param names what named UUIDs stand for, or null where none are allowed
     * @return the value
     * @throws OvsdbException with tag "syntax error", "constraint violation", or "ovsdb error" for duplicates
     */
    public static Datum parse(ColumnType type, JsonNode json, @Nullable NamedUuids names) throws OvsdbException {
        return DatumParser.parse(type, json, names);
    }

    /**
     * The number of elements or pairs.
     *
     * @return the number
     */
    public int size() {
        return keys.length;
    }

    /**
     * Whether there is no element.
     *
     * @return true if there is none
     */
    public boolean isEmpty() {
        return keys.length == 0;
    }

    /**
     * The elements, or a map's keys, in order.
     *
     * @return an unmodifiable list
     */
    public List<Atom> keys() {
        return List.of(keys);
    }

    /**
     * A key by its place.
     *
     * @param index from 0
     * @return the key
     */
    public Atom key(int index) {
        return keys[index];
    }

    /**
     * A map's value by its place.
     *
     * @param index from 0
     * @return the value
     * @throws IllegalStateException if this is a set
     */
    public Atom value(int index) {
        if (values == null) {
            throw new IllegalStateException("a set has no values");
        }
        return values[index];
    }

    /**
     * Whether there are values beside the keys.
     *
     * @return true for a map that is not empty
     */
    public boolean hasValues() {
        return values != null;
    }

    /**
     * Finds a key.
     *
     * @param key an atom of the keys' type
     * @return its place, or a negative number
     */
    public int find(Atom key) {
        return Arrays.binarySearch(keys, key);
    }

    /**
     * Whether there is a key.
     *
     * @param key an atom of the keys' type
     * @return true if it is there
     */
    public boolean contains(Atom key) {
        return find(key) >= 0;
    }

    /**
     * A map's value.
     *
     * @param key an atom of the keys' type
     * @return its value, or null if there is none
     */
    public @Nullable Atom get(Atom key) {
        int index = find(key);
        return index < 0 || values == null ? null : values[index];
    }

    /**
     * The value in JSON (RFC 7047 section 5.1).
     *
     * @return an atom for a set of one, otherwise {@code ["set", ...]} or {@code ["map", ...]}; an empty one is a set
     */
    public JsonNode toJson() {
        return toJson(values != null, Atom::toJson);
    }

    /**
     * The value in JSON, where an empty one must be told by its column's type.
     *
     * @param type the column's type
     * @return an atom for a set of one, otherwise {@code ["set", ...]} or {@code ["map", ...]}
     */
    public JsonNode toJson(ColumnType type) {
        return toJson(type.isMap(), Atom::toJson);
    }

    /**
     * The value in JSON with its atoms written in some other way.
     *
     * @param type the column's type
     * @param atoms how an atom is written
     * @return an atom for a set of one, otherwise {@code ["set", ...]} or {@code ["map", ...]}
     */
    public JsonNode toJson(ColumnType type, Function<Atom, JsonNode> atoms) {
        return toJson(type.isMap(), atoms);
    }

    private JsonNode toJson(boolean map, Function<Atom, JsonNode> atoms) {
        if (!map && keys.length == 1) {
            return atoms.apply(keys[0]);
        }
        ArrayNode elements = JsonNodeFactory.instance.arrayNode(keys.length);
        for (int i = 0; i < keys.length; i++) {
            if (map) {
                elements.addArray().add(atoms.apply(keys[i])).add(atoms.apply(value(i)));
            } else {
                elements.add(atoms.apply(keys[i]));
            }
        }
        return JsonNodeFactory.instance.arrayNode(2).add(map ? "map" : "set").add(elements);
    }

    /**
     * The value as ovs-vsctl prints it.
     *
     * @param type the column's type
     * @return for example {@code [a, b]} or {@code {a=b}}, an atom alone where the type allows at most one
     */
    public String toText(ColumnType type) {
        StringBuilder text = new StringBuilder();
        boolean brackets = type.max() > 1 || keys.length == 0;
        if (brackets) {
            text.append(type.isMap() ? '{' : '[');
        }
        for (int i = 0; i < keys.length; i++) {
            text.append(i > 0 ? ", " : "").append(keys[i].toText());
            if (type.isMap()) {
                text.append('=').append(value(i).toText());
            }
        }
        if (brackets) {
            text.append(type.isMap() ? '}' : ']');
        }
        return text.toString();
    }

    /** Orders by size, then keys, then values, as Open vSwitch does. */
    @Override
    public int compareTo(Datum other) {
        int order = Integer.compare(keys.length, other.keys.length);
        for (int i = 0; order == 0 && i < keys.length; i++) {
            order = keys[i].compareTo(other.keys[i]);
        }
        if (values != null && other.values != null) {
            for (int i = 0; order == 0 && i < keys.length; i++) {
                order = values[i].compareTo(other.values[i]);
            }
        }
        return order;
    }

    /**
     * About how much memory it takes.
     *
     * @return bytes
     */
    public long weight() {
        long weight = 32L * keys.length;
        for (Atom key : keys) {
            weight += key instanceof Atom.OfString(String text) ? text.length() : 0;
        }
        if (values != null) {
            for (Atom value : values) {
                weight += value instanceof Atom.OfString(String text) ? 32 + text.length() : 32;
            }
        }
        return weight;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Datum datum && Arrays.equals(keys, datum.keys) && Arrays.equals(values, datum.values);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(keys) + Arrays.hashCode(values);
    }

    /** The value in JSON, for debugging. */
    @Override
    public String toString() {
        return Json.text(toJson());
    }
}
