package dev.culvert.ovsdb.data;

import dev.culvert.ovsdb.data.Constraint.Strength;
import dev.culvert.ovsdb.data.MemberParser.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A database's tables: {@code <database-schema>} of RFC 7047 section 3.2. Immutable. */
public final class DatabaseSchema {
    private final String name;
    private final String version;
    private final String checksum;
    private final Map<String, TableSchema> tables;

    private DatabaseSchema(String name, String version, String checksum, Map<String, TableSchema> tables) {
        this.name = name;
        this.version = version;
        this.checksum = checksum;
        this.tables = Collections.unmodifiableMap(tables);
    }

    /**
     * Parses a schema and checks that its references lead somewhere.
     *
     * @param json the schema
     * @return the schema
     * @throws OvsdbException with tag "syntax error"
     */
    public static DatabaseSchema parse(JsonNode json) throws OvsdbException {
        MemberParser members = new MemberParser(json, "database schema");
        JsonNode name = members.required("name", Kind.ID);
        JsonNode version = members.optional("version", Kind.STRING);
        JsonNode checksum = members.optional("cksum", Kind.STRING);
        JsonNode tablesJson = members.required("tables", Kind.OBJECT);
        members.finish();
        if (version != null && !isVersion(version.stringValue())) {
            throw OvsdbException.syntax(json, "schema version \"" + version.stringValue() + "\" not in format x.y.z");
        }
        Map<String, TableSchema> tables = new TreeMap<>();
        for (Map.Entry<String, JsonNode> member : tablesJson.properties()) {
            TableSchema.checkName(json, member.getKey());
            tables.put(member.getKey(), TableSchema.parse(member.getKey(), member.getValue()));
        }
        return new DatabaseSchema(
                name.stringValue(),
                version == null ? "" : version.stringValue(),
                checksum == null ? "" : checksum.stringValue(),
                settle(tables));
    }

    private static boolean isVersion(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 3) {
            return false;
        }
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 10 || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return false;
            }
        }
        return true;
    }

    /** Does what needs a view of all tables: the root set, and the references. */
    private static Map<String, TableSchema> settle(Map<String, TableSchema> tables) throws OvsdbException {
        // Schemas older than garbage collection name no root: then all tables are.
        boolean allRoot = tables.values().stream().noneMatch(TableSchema::isRoot);
        Map<String, TableSchema> settled = new TreeMap<>();
        for (TableSchema table : tables.values()) {
            List<ColumnSchema> columns = new ArrayList<>();
            for (ColumnSchema column : table.columns()) {
                boolean key = keepsAlive(tables, allRoot, column, column.type().key(), "key");
                boolean value = column.type().value() != null
                        && keepsAlive(tables, allRoot, column, column.type().value(), "value");
                // The log must hold whatever keeps a row alive, or its rows would be lost when it is read again.
                columns.add(column.ephemeral() && (key || value) ? column.kept() : column);
            }
            settled.put(table.name(), table.with(allRoot || table.isRoot(), columns));
        }
        return settled;
    }

    private static boolean keepsAlive(
            Map<String, TableSchema> tables, boolean allRoot, ColumnSchema column, BaseType base, String part)
            throws OvsdbException {
        Constraint.Reference reference = base.reference();
        if (reference == null) {
            return false;
        }
        TableSchema target = tables.get(reference.table());
        if (target == null) {
            throw OvsdbException.syntax(
                    null, "column " + column.name() + " " + part + " refers to undefined table " + reference.table());
        }
        return reference.strength() == Strength.STRONG && !allRoot && !target.isRoot();
    }

    /**
     * The database's name.
     *
     * @return for example {@code "Open_vSwitch"}
     */
    public String name() {
        return name;
    }

    /**
     * The schema's version.
     *
     * @return three numbers with dots, or the empty string if the schema does not say
     */
    public String version() {
        return version;
    }

    /**
     * The schema's checksum, which people compare.
     *
     * @return what the schema says, or the empty string
     */
    public String checksum() {
        return checksum;
    }

    /**
     * All tables, by name.
     *
     * @return an unmodifiable collection
     */
    public Collection<TableSchema> tables() {
        return tables.values();
    }

    /**
     * Finds a table.
     *
     * @param table its name
     * @return the table, or null if there is none of that name
     */
    public @Nullable TableSchema table(String table) {
        return tables.get(table);
    }

    /**
     * The schema in JSON, without members that have their defaults.
     *
     * @return the schema
     */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (!checksum.isEmpty()) {
            json.put("cksum", checksum);
        }
        json.put("name", name);
        ObjectNode tablesJson = json.putObject("tables");
        boolean rootByDefault = tables.values().stream().allMatch(TableSchema::isRoot);
        tables.values().forEach(table -> tablesJson.set(table.name(), table.toJson(rootByDefault)));
        if (!version.isEmpty()) {
            json.put("version", version);
        }
        return json;
    }
}
