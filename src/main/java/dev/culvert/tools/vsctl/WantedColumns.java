package dev.culvert.tools.vsctl;

import java.util.Collection;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What the commands of a run must know of the database: nothing else is asked of the server. */
final class WantedColumns {
    private final Map<String, SortedSet<String>> tables = new TreeMap<>();

    /** The table, its rows at least. */
    WantedColumns table(String table) {
        columns(table);
        return this;
    }

    /** Columns of a table. */
    WantedColumns columns(String table, String... columns) {
        return columns(table, java.util.Arrays.asList(columns));
    }

    /** Columns of a table. */
    WantedColumns columns(String table, Collection<String> columns) {
        tables.computeIfAbsent(table, _ -> new TreeSet<>()).addAll(columns);
        return this;
    }

    /** The {@code <monitor-requests>} (RFC 7047 section 4.1.5) for everything that was named. */
    ObjectNode toMonitorRequests() {
        ObjectNode requests = JsonNodeFactory.instance.objectNode();
        tables.forEach((table, columns) -> {
            ArrayNode names = requests.putArray(table).addObject().putArray("columns");
            columns.forEach(names::add);
        });
        return requests;
    }
}
