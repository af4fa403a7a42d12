package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.TableSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An argument {@code COLUMN[:KEY]} or {@code COLUMN[:KEY]=VALUE}, taken apart.
 *
 * @param column the column
 * @param key the key as typed, or null without one
 * @param operator what stands before the value; empty when no value was wanted
 * @param value the value as typed; empty when none was wanted
 */
record ColumnArgument(ColumnSchema column, @Nullable String key, String operator, String value) {
    private static final List<String> ASSIGNMENT = List.of("=");

    /** The column that the argument begins with; {@link Fatal} when it begins with none. */
    static ColumnSchema column(TableSchema table, String argument) {
        return column(table, new Tokens(argument));
    }

    private static ColumnSchema column(TableSchema table, Tokens tokens) {
        String name = tokens.next();
        if (name.isEmpty()) {
            throw new Fatal(tokens.text() + ": missing column name");
        }
        return Names.column(table, name);
    }

    /** An argument without a value. */
    static ColumnArgument place(TableSchema table, String argument) {
        Tokens tokens = new Tokens(argument);
        ColumnSchema column = column(table, tokens);
        String key = tokens.skip(':') ? tokens.next() : null;
        if (!tokens.atEnd()) {
            throw new Fatal(argument + ": trailing garbage \"" + tokens.rest() + "\" in argument");
        }
        return new ColumnArgument(column, key, "", "");
    }

    /** An argument with {@code =} and a value. */
    static ColumnArgument assignment(TableSchema table, String argument) {
        return withOperator(table, argument, ASSIGNMENT);
    }

    /** An argument with one of several operators and a value. */
    static ColumnArgument withOperator(TableSchema table, String argument, List<String> operators) {
        Tokens tokens = new Tokens(argument);
        ColumnSchema column = column(table, tokens);
        String key = tokens.skip(':') ? tokens.next() : null;
        String rest = tokens.rest();
        String best = "";
        for (String operator : operators) {
            if (operator.length() > best.length() && rest.startsWith(operator) && rest.length() > operator.length()) {
                best = operator;
            }
        }
        if (best.isEmpty()) {
            throw new Fatal(
                    argument + ": argument does not end in " + alternatives(operators) + " followed by a value.");
        }
        return new ColumnArgument(column, key, best, rest.substring(best.length()));
    }

    private static String alternatives(List<String> operators) {
        StringBuilder text = new StringBuilder();
        int last = operators.size() - 1;
        for (int i = 0; i <= last; i++) {
            String separator = i == 0 ? "" : i < last ? ", " : last == 1 ? " or " : ", or ";
            text.append(separator).append('"').append(operators.get(i)).append('"');
        }
        return text.toString();
    }
}
