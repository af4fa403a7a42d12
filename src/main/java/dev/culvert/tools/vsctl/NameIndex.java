package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.Uuids;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where rows with a certain text in a column may be, so that of a thousand commands that name rows not every one walks the
 * table. What it tells are candidates: they may hold something else by now, or have gone.
 */
final class NameIndex {
    private final Map<String, Set<Row>> byText = new HashMap<>();

    /** Those whose text is a UUID, which may be named by its beginning. */
    private final Set<Row> uuids = new LinkedHashSet<>();

    /**
     * Reads a column.
     *
     * @param rows all rows of the table, those that the transaction has inserted among them
     * @param column a column of strings
     */
    NameIndex(List<Row> rows, ColumnSchema column) {
        rows.forEach(row -> add(row, row.get(column)));
    }

    /** Notes that a row holds something new. */
    void add(Row row, Datum value) {
        for (Atom atom : value.keys()) {
            String text = Row.string(atom);
            byText.computeIfAbsent(text, _ -> new LinkedHashSet<>()).add(row);
            if (Uuids.parse(text) != null) {
                uuids.add(row);
            }
        }
    }

    /** The rows that may be meant, each once. */
    List<Row> candidates(String name) {
        Set<Row> named = byText.getOrDefault(name, Set.of());
        if (uuids.isEmpty()) {
            return List.copyOf(named);
        }
        List<Row> candidates = new ArrayList<>(named);
        uuids.stream().filter(row -> !named.contains(row)).forEach(candidates::add);
        return candidates;
    }
}
