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
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A list of {@code <condition>} of RFC 7047 section 5.1, with ovsdb-server(7)'s extensions: comparisons of optional numbers, and
 * plain booleans.
 */
public final class Condition {
    /** The condition without clauses, which every row matches. */
    public static final Condition ALWAYS = new Condition(List.of());

    private final List<Clause> clauses;

    private Condition(List<Clause> clauses) {
        this.clauses = clauses;
    }

    private sealed interface Clause {
        boolean matches(Row row);
    }

    private record Constant(boolean truth) implements Clause {
        @Override
        public boolean matches(Row row) {
            return truth;
        }
    }

    private enum Function {
        LT("<"),
        LE("<="),
        EQ("=="),
        NE("!="),
        GE(">="),
        GT(">"),
        INCLUDES("includes"),
        EXCLUDES("excludes");

        final String word;

        Function(String word) {
            this.word = word;
        }

        boolean isOrder() {
            return this == LT || this == LE || this == GE || this == GT;
        }

        boolean holds(int order) {
            return switch (this) {
                case LT -> order < 0;
                case LE -> order <= 0;
                case EQ, INCLUDES -> order == 0;
                case NE, EXCLUDES -> order != 0;
                case GE -> order >= 0;
                case GT -> order > 0;
            };
        }

        static Function named(String word) throws OvsdbException {
            for (Function function : values()) {
                if (function.word.equals(word)) {
                    return function;
                }
            }
            throw new OvsdbException("unknown function", "No function named " + word + ".");
        }
    }

    private record Comparison(ColumnSchema column, Function function, Datum argument) implements Clause {
        @Override
        public boolean matches(Row row) {
            Datum value = row.get(column);
            if (function.isOrder()) {
                return !value.isEmpty() && function.holds(value.key(0).compareTo(argument.key(0)));
            }
            return switch (function) {
                case EQ -> value.equals(argument);
                case NE -> !value.equals(argument);
                case INCLUDES -> Datums.includesAll(argument, value);
                default -> Datums.excludesAll(argument, value);
            };
        }
    }

    /**
     * Parses a list of conditions.
     *
     * @param table the table whose rows are meant
     * @param json an array
     * @param names what named UUIDs stand for, or null where none are allowed
     * @return the condition
     * @throws OvsdbException with tag "syntax error", "unknown column" or "unknown function"
     */
    public static Condition parse(TableSchema table, JsonNode json, @Nullable NamedUuids names) throws OvsdbException {
        List<Clause> clauses = new ArrayList<>(json.size());
        for (JsonNode clause : json) {
            clauses.add(clause.isBoolean() ? new Constant(clause.booleanValue()) : comparison(table, clause, names));
        }
        return clauses.isEmpty() ? ALWAYS : new Condition(List.copyOf(clauses));
    }

    private static Comparison comparison(TableSchema table, JsonNode json, @Nullable NamedUuids names)
            throws OvsdbException {
        if (!json.isArray()
                || json.size() != 3
                || !json.get(0).isString()
                || !json.get(1).isString()) {
            throw OvsdbException.syntax(json, "Parse error in condition.");
        }
        ColumnSchema column = column(table, json);
        Function function = Function.named(json.get(1).stringValue());
        ColumnType type = column.type();
        ColumnType argument = switch (function) {
            case LT, LE, GT, GE -> {
                if (!isOrdered(type)) {
                    throw mismatch(json, function.word, column);
                }
                yield type.withBounds(1, type.max());
            }
            case EQ, NE -> type;
            case INCLUDES -> type.isScalar() ? type : type.withBounds(0, type.max());
            case EXCLUDES -> type.isScalar() ? type : type.withBounds(0, ColumnType.UNLIMITED);
        };
        return new Comparison(column, function, Datum.parse(argument, json.get(2), names));
    }

    /** The column that the first element of a condition or mutation names. */
    static ColumnSchema column(TableSchema table, JsonNode json) throws OvsdbException {
        String name = json.get(0).stringValue();
        ColumnSchema column = table.column(name);
        if (column == null) {
            throw new OvsdbException(
                    OvsdbError.about(json, "unknown column", "No column " + name + " in table " + table + "."));
        }
        return column;
    }

    /** What the server says when an operator does not suit a column. */
    static OvsdbException mismatch(JsonNode json, String operator, ColumnSchema column) {
        return OvsdbException.syntax(
                json,
                "Type mismatch: \"" + operator + "\" operator may not be applied to column " + column.name()
                        + " of type " + column.type().toEnglish() + ".");
    }

    private static boolean isOrdered(ColumnType type) {
        AtomicType key = type.key().type();
        return (type.isScalar() || type.isOptionalScalar()) && (key == AtomicType.INTEGER || key == AtomicType.REAL);
    }

    /**
     * Whether a row matches all clauses, as an operation of a transaction wants it.
     *
     * @param row a row of the table
     * @return true if it does; also if there is no clause
     */
    public boolean matchesAll(Row row) {
        for (Clause clause : clauses) {
            if (!clause.matches(row)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether a row matches at least one clause, as a conditional monitor wants it.
     *
     * @param row a row of the table
     * @return true if it does; also if there is no clause
     */
    public boolean matchesAny(Row row) {
        for (Clause clause : clauses) {
            if (clause.matches(row)) {
                return true;
            }
        }
        return clauses.isEmpty();
    }

    /** The rows of a table that match all clauses, as a transaction sees them. */
    List<Row> select(Transaction transaction, Table table) {
        UUID only = onlyUuid();
        if (only != null) {
            Row row = transaction.row(table, only);
            return row != null && matchesAll(row) ? List.of(row) : List.of();
        }
        List<Row> rows = transaction.rows(table);
        rows.removeIf(row -> !matchesAll(row));
        return rows;
    }

    /** The one row that can match, if some clause names it; most operations of real clients do. */
    private @Nullable UUID onlyUuid() {
        for (Clause clause : clauses) {
            if (clause instanceof Comparison(ColumnSchema column, Function function, Datum argument)
                    && column.index() == TableSchema.UUID
                    && (function == Function.EQ || function == Function.INCLUDES)
                    && argument.size() == 1) {
                return ((Atom.OfUuid) argument.key(0)).value();
            }
        }
        return null;
    }
}
