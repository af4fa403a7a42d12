package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.TableSchema;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
        return columns(table, Arrays.asList(columns));
    }

    /** Columns of a table. */
    WantedColumns columns(String table, Collection<String> columns) {
        tables.computeIfAbsent(table, _ -> new TreeSet<>()).addAll(columns);
        return this;
    }

    /**
     * The {@code <monitor-requests>} (RFC 7047 section 4.1.5) for everything that was named, and for the rows that it refers to,
     * so that it can be told which of those exist.
     */
    ObjectNode toMonitorRequests(DatabaseSchema schema) {
        Set<String> referred = new TreeSet<>();
        tables.forEach((name, columns) -> {
            TableSchema table = Objects.requireNonNull(schema.table(name), name);
            for (String column : columns) {
                String other = Replica.referredTable(Names.known(table, column).type());
                if (other != null) {
                    referred.add(other);
                }
            }
        });
        referred.forEach(this::table);
        ObjectNode requests = JsonNodeFactory.instance.objectNode();
        tables.forEach((table, columns) -> {
            ArrayNode names = requests.putArray(table).addObject().putArray("columns");
            columns.forEach(names::add);
        });
        return requests;
    }
}
