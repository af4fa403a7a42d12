package dev.culvert.openflow.message;

import dev.culvert.openflow.field.Field;
import dev.culvert.openflow.field.Fields;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What a flow table can do. Sets keep the fields' and enums' own order when they are printed.
 *
 * @param table its number
 * @param name its name, at most 31 bytes; may be empty
 * @param metadataMatch the metadata bits that it can match
 * @param metadataWrite the metadata bits that it can change
 * @param config {@code ofp_table_config} bits; 0 means that a miss goes to the controller in OpenFlow 1.1 and 1.2
 * @param maxEntries how many flows it holds, unsigned
 * @param instructions the instructions it can do
 * @param nextTables the tables that goto_table can name
 * @param actions the actions that it can apply or write
 * @param match the fields that it can match at all
 * @param masked those among them that it can match under any mask
 * @param wildcards those among them that it can leave out of a match
 * @param setFields the fields that set_field can set
 */
public record TableFeatures(
        int table,
        String name,
        long metadataMatch,
        long metadataWrite,
        int config,
        int maxEntries,
        Set<InstructionKind> instructions,
        Set<Integer> nextTables,
        Set<ActionKind> actions,
        Set<Field> match,
        Set<Field> masked,
        Set<Field> wildcards,
        Set<Field> setFields) {
    /** Every table but the last can go to every later one; all fields, actions and instructions work in all of them. */
    public static TableFeatures uniform(int table, int tables, int maxEntries) {
        Set<Integer> next = new TreeSet<>();
        for (int later = table + 1; later < tables; later++) {
            next.add(later);
        }
        Set<InstructionKind> instructions = EnumSet.allOf(InstructionKind.class);
        if (next.isEmpty()) {
            instructions.remove(InstructionKind.GOTO_TABLE);
        }
        return new TableFeatures(
                table,
                "",
                -1,
                -1,
                0,
                maxEntries,
                Collections.unmodifiableSet(instructions),
                Collections.unmodifiableSet(next),
                Uniform.ACTIONS,
                Uniform.MATCH,
                Uniform.MASKED,
                Uniform.MATCH,
                Uniform.SET);
    }

    /** What all uniform tables share, made when the first of them is. */
    private static final class Uniform {
        static final Set<ActionKind> ACTIONS = Collections.unmodifiableSet(EnumSet.allOf(ActionKind.class));
        static final Set<Field> MATCH = fields(field -> true);
        static final Set<Field> MASKED = fields(Field::isMaskable);
        static final Set<Field> SET = fields(Field::isWritable);

        private static Set<Field> fields(Predicate<Field> wanted) {
            Set<Field> fields = new TreeSet<>(Fields.all());
            fields.removeIf(field -> field.codes().isEmpty() || !wanted.test(field));
            return Collections.unmodifiableSet(fields);
        }
    }
}
