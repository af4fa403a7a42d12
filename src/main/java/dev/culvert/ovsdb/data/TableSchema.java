package dev.culvert.ovsdb.data;

import dev.culvert.ovsdb.data.Constraint.Strength;
import dev.culvert.ovsdb.data.MemberParser.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A table: {@code <table-schema>} of RFC 7047 section 3.2. Immutable. */
public final class TableSchema {
    /** The place in every row of the column {@code _uuid}, the row's name. */
    public static final int UUID = 0;

    /** The place in every row of the column {@code _version}, which changes with every change of the row. */
    public static final int VERSION = 1;

    private final String name;
    private final boolean mutable;
    private final boolean root;
    private final long maxRows;
    private final List<ColumnSchema> columns;
    private final Map<String, ColumnSchema> byName;
    private final List<List<ColumnSchema>> indexes;
    private final Map<Strength, List<ColumnSchema>> referring = new EnumMap<>(Strength.class);

    private TableSchema(
            String name,
            boolean mutable,
            boolean root,
            long maxRows,
            List<ColumnSchema> columns,
            List<List<ColumnSchema>> indexes) {
        this.name = name;
        this.mutable = mutable;
        this.root = root;
        this.maxRows = maxRows;
        this.columns = List.copyOf(columns);
        Map<String, ColumnSchema> names = LinkedHashMap.newLinkedHashMap(columns.size());
        columns.forEach(column -> names.put(column.name(), column));
        this.byName = Collections.unmodifiableMap(names);
        this.indexes = List.copyOf(indexes);
        for (Strength strength : Strength.values()) {
            referring.put(
                    strength,
                    columns.stream().filter(column -> column.refers(strength)).toList());
        }
    }

    static TableSchema parse(String name, JsonNode json) throws OvsdbException {
        MemberParser members = new MemberParser(json, "table schema for table " + name);
        JsonNode columnsJson = members.required("columns", Kind.OBJECT);
        JsonNode mutable = members.optional("mutable", Kind.BOOLEAN);
        JsonNode maxRowsJson = members.optional("maxRows", Kind.INTEGER);
        JsonNode rootJson = members.optional("isRoot", Kind.BOOLEAN);
        JsonNode indexesJson = members.optional("indexes", Kind.ARRAY);
        members.finish();
        long maxRows = maxRowsJson == null ? ColumnType.UNLIMITED : Json.integer(maxRowsJson);
        if (maxRows <= 0) {
            throw OvsdbException.syntax(json, "maxRows must be at least 1");
        }
        if (columnsJson.isEmpty()) {
            throw OvsdbException.syntax(json, "table must have at least one column");
        }
        TableSchema bare = new TableSchema(
                name,
                mutable == null || mutable.booleanValue(),
                rootJson != null && rootJson.booleanValue(),
                Math.min(maxRows, ColumnType.UNLIMITED),
                parseColumns(json, columnsJson),
                List.of());
        return indexesJson == null ? bare : bare.withIndexes(bare.parseIndexes(json, indexesJson));
    }

    private static List<ColumnSchema> parseColumns(JsonNode json, JsonNode columnsJson) throws OvsdbException {
        List<ColumnSchema> columns = new ArrayList<>(columnsJson.size() + 2);
        columns.add(new ColumnSchema("_uuid", UUID, ColumnType.scalar(AtomicType.UUID), false, false));
        columns.add(new ColumnSchema("_version", VERSION, ColumnType.scalar(AtomicType.UUID), false, true));
        Map<String, JsonNode> sorted = new TreeMap<>();
        columnsJson.properties().forEach(member -> sorted.put(member.getKey(), member.getValue()));
        for (Map.Entry<String, JsonNode> member : sorted.entrySet()) {
            checkName(json, member.getKey());
            columns.add(ColumnSchema.parse(member.getKey(), columns.size(), member.getValue()));
        }
        return columns;
    }

    /** Refuses what may not name a table or a column. */
    static void checkName(JsonNode json, String name) throws OvsdbException {
        if (name.startsWith("_")) {
            throw OvsdbException.syntax(json, "names beginning with \"_\" are reserved");
        } else if (!MemberParser.isId(name)) {
            throw OvsdbException.syntax(json, "name must be a valid id");
        }
    }

    private List<List<ColumnSchema>> parseIndexes(JsonNode json, JsonNode indexesJson) throws OvsdbException {
        List<List<ColumnSchema>> parsed = new ArrayList<>();
        for (JsonNode indexJson : indexesJson) {
            List<ColumnSchema> index = columns(indexJson);
            if (index.isEmpty()) {
                throw OvsdbException.syntax(json, "index must have at least one column");
            }
            for (ColumnSchema column : index) {
                if (column.ephemeral()) {
                    throw OvsdbException.syntax(
                            json, "ephemeral columns (such as " + column.name() + ") may not be indexed");
                }
            }
            parsed.add(index);
        }
        return parsed;
    }

    private TableSchema withIndexes(List<List<ColumnSchema>> newIndexes) {
        return new TableSchema(name, mutable, root, maxRows, columns, newIndexes);
    }

    /** The same table with other columns and another answer to whether its rows live without references. */
    TableSchema with(boolean newRoot, List<ColumnSchema> newColumns) {
        return new TableSchema(name, mutable, newRoot, maxRows, newColumns, indexes);
    }

    /**
     * The columns whose values refer to rows.
     *
     * @param strength with that strength
     * @return the columns, in the order of {@link #columns()}
     */
    public List<ColumnSchema> referring(Strength strength) {
        return referring.getOrDefault(strength, List.of());
    }

    /**
     * Parses a list of distinct column names.
     *
     * @param json an array of strings, or null for all columns
     * @return the columns, in the list's order
     * @throws OvsdbException with tag "syntax error"
     */
    public List<ColumnSchema> columns(@Nullable JsonNode json) throws OvsdbException {
        if (json == null) {
            return columns;
        }
        List<ColumnSchema> found = new ArrayList<>();
        for (JsonNode element : json) {
            if (!json.isArray() || !element.isString()) {
                throw OvsdbException.syntax(json, "array of distinct column names expected");
            }
            ColumnSchema column = byName.get(element.stringValue());
            if (column == null) {
                throw OvsdbException.syntax(json, element.stringValue() + " is not a valid column name");
            }
            if (found.contains(column)) {
                throw OvsdbException.syntax(json, "array of distinct column names expected");
            }
            found.add(column);
        }
        if (!json.isArray()) {
            throw OvsdbException.syntax(json, "array of distinct column names expected");
        }
        return List.copyOf(found);
    }

    /**
     * The table's name.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * Whether rows live without being referred to; otherwise they are deleted with the last strong reference.
     *
     * @return true for a table of the root set
     */
    public boolean isRoot() {
        return root;
    }

    /**
     * How many rows there may be after a transaction.
     *
     * @return the limit, {@link ColumnType#UNLIMITED} for none
     */
    public long maxRows() {
        return maxRows;
    }

    /**
     * All columns, {@code _uuid} and {@code _version} first, then by name.
     *
     * @return an unmodifiable list, in which every column stands at its own index
     */
    public List<ColumnSchema> columns() {
        return columns;
    }

    /**
     * Finds a column.
     *
     * @param column its name
     * @return the column, or null if there is none of that name
     */
    public @Nullable ColumnSchema column(String column) {
        return byName.get(column);
    }

    /**
     * The sets of columns whose values no two rows may share.
     *
     * @return an unmodifiable list
     */
    public List<List<ColumnSchema>> indexes() {
        return indexes;
    }

    JsonNode toJson(boolean rootByDefault) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ObjectNode columnsJson = json.putObject("columns");
        for (ColumnSchema column : columns) {
            if (column.index() > VERSION) {
                columnsJson.set(column.name(), column.toJson());
            }
        }
        if (!indexes.isEmpty()) {
            ArrayNode indexesJson = json.putArray("indexes");
            for (List<ColumnSchema> index : indexes) {
                ArrayNode indexJson = indexesJson.addArray();
                index.forEach(column -> indexJson.add(column.name()));
            }
        }
        if (root != rootByDefault) {
            json.put("isRoot", root);
        }
        if (maxRows != ColumnType.UNLIMITED) {
            json.put("maxRows", maxRows);
        }
        if (!mutable) {
            json.put("mutable", false);
        }
        return json;
    }

    /** The table's name, for messages. */
    @Override
    public String toString() {
        return name;
    }
}
