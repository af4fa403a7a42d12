package dev.culvert.tools.ofctl;

import dev.culvert.openflow.field.Field;
import dev.culvert.openflow.field.Fields;
import dev.culvert.openflow.field.Match.Condition;
import dev.culvert.openflow.message.FlowStats;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One thing that flows are sorted by.
 *
 * @param field a field of the match; empty for the priority. Flows that do not match it come last, either way
 * @param ascending whether the least comes first
 */
record SortKey(Optional<Field> field, boolean ascending) {
    /** The key that {@code --sort} or {@code --rsort} names; without a name, the priority. */
    static SortKey parse(@Nullable String name, boolean ascending) throws OfctlException {
        if (name == null || name.equals("priority")) {
            return new SortKey(Optional.empty(), ascending);
        }
        Optional<Field> field = Fields.find(name.equals("in_port") ? "in_port_oxm" : name);
        if (field.isEmpty()) {
            throw new OfctlException(name + ": unknown field name");
        }
        return new SortKey(field, ascending);
    }

    /** Orders flows by the first of {@code keys} that tells them apart. */
    static Comparator<FlowStats> comparator(List<SortKey> keys) {
        return (a, b) -> {
            for (SortKey key : keys) {
                int order = key.compare(a, b);
                if (order != 0) {
                    return order;
                }
            }
            return 0;
        };
    }

    private int compare(FlowStats a, FlowStats b) {
        int order;
        if (field.isEmpty()) {
            order = Integer.compare(a.priority(), b.priority());
        } else {
            Optional<Condition> left = a.match().get(field.get());
            Optional<Condition> right = b.match().get(field.get());
            if (left.isEmpty() || right.isEmpty()) {
                return Boolean.compare(left.isEmpty(), right.isEmpty());
            }
            order = Arrays.compareUnsigned(
                    left.get().value().toBytes(), right.get().value().toBytes());
        }
        return ascending ? order : -order;
    }
}
