package dev.culvert.ovsdb.engine;

import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.AtomicType;
import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.ColumnType;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.Datums;
import dev.culvert.ovsdb.data.NamedUuids;
import dev.culvert.ovsdb.data.OvsdbError;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.data.Row;
import dev.culvert.ovsdb.data.TableSchema;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One {@code <mutation>} of RFC 7047 section 5.1.
 *
 * @param column what it changes
 * @param mutator how
 * @param argument with what
 */
record Mutation(ColumnSchema column, Mutator mutator, Datum argument) {
    enum Mutator {
        ADD("+="),
        SUBTRACT("-="),
        MULTIPLY("*="),
        DIVIDE("/="),
        MODULO("%="),
        INSERT("insert"),
        DELETE("delete");

        final String word;

        Mutator(String word) {
            this.word = word;
        }

        static Mutator named(String word) throws OvsdbException {
            for (Mutator mutator : values()) {
                if (mutator.word.equals(word)) {
                    return mutator;
                }
            }
            throw new OvsdbException("unknown mutator", "No mutator named " + word + ".");
        }
    }

    /** Parses a list of mutations. */
    static List<Mutation> parse(TableSchema table, JsonNode json, @Nullable NamedUuids names) throws OvsdbException {
        List<Mutation> mutations = new ArrayList<>(json.size());
        for (JsonNode mutation : json) {
            mutations.add(parseOne(table, mutation, names));
        }
        return mutations;
    }

    private static Mutation parseOne(TableSchema table, JsonNode json, @Nullable NamedUuids names)
            throws OvsdbException {
        if (!json.isArray()
                || json.size() != 3
                || !json.get(0).isString()
                || !json.get(1).isString()) {
            throw OvsdbException.syntax(json, "Parse error in mutation.");
        }
        ColumnSchema column = Condition.column(table, json);
        if (!column.mutable()) {
            throw new OvsdbException(OvsdbError.about(
                    json,
                    OvsdbError.CONSTRAINT_VIOLATION,
                    "Cannot mutate immutable column " + column.name() + " in table " + table + "."));
        }
        Mutator mutator = Mutator.named(json.get(1).stringValue());
        ColumnType type = column.type();
        boolean suits = switch (mutator) {
            case INSERT, DELETE -> !type.isScalar();
            default -> isArithmetic(type, mutator);
        };
        if (!suits) {
            throw Condition.mismatch(json, mutator.word, column);
        }
        return new Mutation(column, mutator, argument(type, mutator, json.get(2), names));
    }

    private static boolean isArithmetic(ColumnType type, Mutator mutator) {
        AtomicType key = type.key().type();
        return !type.isMap() && (key == AtomicType.INTEGER || (key == AtomicType.REAL && mutator != Mutator.MODULO));
    }

    private static Datum argument(ColumnType type, Mutator mutator, JsonNode json, @Nullable NamedUuids names)
            throws OvsdbException {
        return switch (mutator) {
            case INSERT -> Datum.parse(type.withBounds(0, type.max()), json, names);
            case DELETE -> {
                ColumnType any = type.withBounds(0, ColumnType.UNLIMITED);
                try {
                    yield Datum.parse(any, json, names);
                } catch (OvsdbException e) {
                    if (!type.isMap()) {
                        throw e;
                    }
                    // From a map, keys alone may be taken away as well.
                    yield Datum.parse(new ColumnType(any.key(), null, 0, any.max()), json, names);
                }
            }
            default -> Datum.parse(new ColumnType(type.key().unconstrained(), null, 1, 1), json, names);
        };
    }

    /** The row after the mutation. */
    Row apply(Row row) throws OvsdbException {
        Datum before = row.get(column);
        Datum after = switch (mutator) {
            case INSERT -> counted(Datums.union(before, argument));
            case DELETE -> counted(Datums.subtract(before, argument));
            default -> calculated(before);
        };
        return row.with(column, after);
    }

    private Datum counted(Datum value) throws OvsdbException {
        ColumnType type = column.type();
        if (value.size() < type.min() || value.size() > type.max()) {
            throw new OvsdbException(
                    OvsdbError.CONSTRAINT_VIOLATION,
                    "Attempted to store " + value.size() + " elements in " + type.toEnglish() + ".");
        }
        return value;
    }

    private Datum calculated(Datum before) throws OvsdbException {
        List<Atom> results = new ArrayList<>(before.size());
        for (Atom atom : before.keys()) {
            results.add(calculated(atom, argument.key(0)));
        }
        for (Atom result : results) {
            column.type().key().check(result);
        }
        Set<Atom> distinct = new LinkedHashSet<>(results);
        if (distinct.size() < results.size()) {
            throw new OvsdbException(
                    OvsdbError.CONSTRAINT_VIOLATION,
                    "Result of \"" + mutator.word + "\" operation contains duplicates.");
        }
        return Datum.set(distinct);
    }

    private Atom calculated(Atom atom, Atom operand) throws OvsdbException {
        if (atom instanceof Atom.OfInteger(long x) && operand instanceof Atom.OfInteger(long y)) {
            return Atom.of(calculated(x, y));
        }
        return Atom.of(calculated(((Atom.OfReal) atom).value(), ((Atom.OfReal) operand).value()));
    }

    private long calculated(long x, long y) throws OvsdbException {
        boolean division = mutator == Mutator.DIVIDE || mutator == Mutator.MODULO;
        if (division && y == 0) {
            throw divisionByZero();
        }
        try {
            return switch (mutator) {
                case ADD -> Math.addExact(x, y);
                case SUBTRACT -> Math.subtractExact(x, y);
                case MULTIPLY -> Math.multiplyExact(x, y);
                case DIVIDE -> Math.divideExact(x, y);
                default -> x % (x == Long.MIN_VALUE && y == -1 ? Math.divideExact(x, y) : y);
            };
        } catch (ArithmeticException e) {
            throw outOfRange();
        }
    }

    private double calculated(double x, double y) throws OvsdbException {
        if (mutator == Mutator.DIVIDE && y == 0) {
            throw divisionByZero();
        }
        double result = switch (mutator) {
            case ADD -> x + y;
            case SUBTRACT -> x - y;
            case MULTIPLY -> x * y;
            default -> x / y;
        };
        if (!Double.isFinite(result)) {
            throw outOfRange();
        }
        return result;
    }

    private static OvsdbException divisionByZero() {
        return new OvsdbException("domain error", "Division by zero.");
    }

    private OvsdbException outOfRange() {
        return new OvsdbException("range error", "Result of \"" + mutator.word + "\" operation is out of range.");
    }
}
