package dev.culvert.ovsdb.data;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Arithmetic of sets and maps: union, subtraction, inclusion, and the difference that update2 and the log carry. */
public final class Datums {
    private Datums() {}

    /**
     * Adds elements or pairs; a key that is there already keeps its value (RFC 7047 section 5.1, mutator "insert").
     *
     * @param a a set or map
     * @param b what to add, of the same type
     * @return their union
     */
    public static Datum union(Datum a, Datum b) {
        if (b.isEmpty()) {
            return a;
        }
        if (a.isEmpty()) {
            return b;
        }
        Merge merge = new Merge(a.size() + b.size(), a.hasValues());
        walk(a, b, (x, y) -> merge.take(x >= 0 ? a : b, x >= 0 ? x : y));
        return merge.done();
    }

    /**
     * Takes elements or pairs away (RFC 7047 section 5.1, mutator "delete").
     *
     * @param a a set or map
     * @param b the elements to take away; for a map either pairs, which must match wholly, or a set of keys
     * @return what is left
     */
    public static Datum subtract(Datum a, Datum b) {
        return keepIf(a, i -> {
            int found = b.find(a.key(i));
            return found < 0 || (b.hasValues() && !b.value(found).equals(a.value(i)));
        });
    }

    /**
     * Keeps some of the elements or pairs.
     *
     * @param a a set or map
     * @param keep which places to keep
     * @return what is left; the same object if that is everything
     */
    public static Datum keepIf(Datum a, IntPredicate keep) {
        Merge merge = new Merge(a.size(), a.hasValues());
        for (int i = 0; i < a.size(); i++) {
            if (keep.test(i)) {
                merge.take(a, i);
            }
        }
        return merge.size() == a.size() ? a : merge.done();
    }

    /**
     * Whether every element or pair of one is in the other.
     *
     * @param part the smaller one
     * @param whole the larger one, of the same type
     * @return true if it is
     */
    public static boolean includesAll(Datum part, Datum whole) {
        for (int i = 0; i < part.size(); i++) {
            if (!includes(part, i, whole)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether no element or pair of one is in the other.
     *
     * @param part one
     * @param whole the other, of the same type
     * @return true if they share nothing
     */
    public static boolean excludesAll(Datum part, Datum whole) {
        for (int i = 0; i < part.size(); i++) {
            if (includes(part, i, whole)) {
                return false;
            }
        }
        return true;
    }

    private static boolean includes(Datum part, int index, Datum whole) {
        int found = whole.find(part.key(index));
        return found >= 0 && (!part.hasValues() || whole.value(found).equals(part.value(index)));
    }

    /**
     * The difference between two values (ovsdb-server(7) section 4.1.14): elements of only one of two sets; pairs whose keys
     * are in only one of two maps, and the new pairs where the values differ. A column that holds one element at most has its
     * new value instead; that choice is the caller's.
     *
     * @param before the old value
     * @param after the new value, of the same type
     * @return the difference, empty if they are equal
     */
    public static Datum diff(Datum before, Datum after) {
        boolean map = before.hasValues() || after.hasValues();
        Merge merge = new Merge(before.size() + after.size(), map);
        walk(before, after, (x, y) -> {
            if (x < 0) {
                merge.take(after, y);
            } else if (y < 0) {
                merge.take(before, x);
            } else if (map && !before.value(x).equals(after.value(y))) {
                merge.take(after, y);
            }
        });
        return merge.done();
    }

    /**
     * Applies a difference made by {@link #diff}.
     *
     * @param before the old value
     * @param diff the difference
     * @return the new value
     */
    public static Datum applyDiff(Datum before, Datum diff) {
        boolean map = before.hasValues() || diff.hasValues();
        Merge merge = new Merge(before.size() + diff.size(), map);
        walk(before, diff, (x, y) -> {
            if (y < 0) {
                merge.take(before, x);
            } else if (x < 0 || (map && !before.value(x).equals(diff.value(y)))) {
                merge.take(diff, y);
            }
        });
        return merge.done();
    }

    @FunctionalInterface
    private interface Step {
        /** Sees one key: its place in the first and the second datum, -1 where it is missing. */
        void at(int x, int y);
    }

    /** Visits the keys of both in order. */
    private static void walk(Datum a, Datum b, Step step) {
        int x = 0;
        int y = 0;
        while (x < a.size() || y < b.size()) {
            int order = x == a.size() ? 1 : y == b.size() ? -1 : a.key(x).compareTo(b.key(y));
            step.at(order <= 0 ? x : -1, order >= 0 ? y : -1);
            x += order <= 0 ? 1 : 0;
            y += order >= 0 ? 1 : 0;
        }
    }

    /** Collects elements that come in order. */
    private static final class Merge {
        private final List<Atom> keys;
        private final @Nullable List<Atom> values;

        Merge(int capacity, boolean map) {
            keys = new ArrayList<>(capacity);
            values = map ? new ArrayList<>(capacity) : null;
        }

        void take(Datum from, int index) {
            keys.add(from.key(index));
            if (values != null) {
                values.add(from.value(index));
            }
        }

        int size() {
            return keys.size();
        }

        Datum done() {
            if (keys.isEmpty()) {
                return Datum.EMPTY;
            }
            return new Datum(keys.toArray(Atom[]::new), values == null ? null : values.toArray(Atom[]::new));
        }
    }
}
