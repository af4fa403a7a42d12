package dev.culvert.ovsdb.data;

import dev.culvert.ovsdb.data.Constraint.Strength;
import dev.culvert.ovsdb.data.MemberParser.Kind;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A column: {@code <column-schema>} of RFC 7047 section 3.2.
 *
 * @param name its name
 * @param index its place in a row; {@link TableSchema#UUID} and {@link TableSchema#VERSION} are the first two
 * @param type what it holds
 * @param mutable whether it may change after the row's insertion
 * @param ephemeral whether it is forgotten when the server stops
 */
public record ColumnSchema(String name, int index, ColumnType type, boolean mutable, boolean ephemeral) {
    static ColumnSchema parse(String name, int index, JsonNode json) throws OvsdbException {
        MemberParser members = new MemberParser(json, "schema for column " + name);
        JsonNode mutable = members.optional("mutable", Kind.BOOLEAN);
        JsonNode ephemeral = members.optional("ephemeral", Kind.BOOLEAN);
        JsonNode typeJson = members.required("type", Kind.STRING, Kind.OBJECT);
        members.finish();
        ColumnType type = ColumnType.parse(typeJson);
        // A weak reference must be able to vanish with the row that it names, whatever the schema says.
        boolean changes = mutable == null || mutable.booleanValue() || refers(type, Strength.WEAK);
        return new ColumnSchema(name, index, type, changes, ephemeral != null && ephemeral.booleanValue());
    }

    private static boolean refers(ColumnType type, Strength strength) {
        return type.key().refers(strength)
                || (type.value() != null && type.value().refers(strength));
    }

    /**
     * Whether keys or values are references of some strength.
     *
     * @param strength which
     * @return true if either are
     */
    public boolean refers(Strength strength) {
        return refers(type, strength);
    }

    /** The same column, written to the log whatever the schema says. */
    ColumnSchema kept() {
        return new ColumnSchema(name, index, type, mutable, false);
    }

    JsonNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (ephemeral) {
            json.put("ephemeral", true);
        }
        if (!mutable) {
            json.put("mutable", false);
        }
        json.set("type", type.toJson());
        return json;
    }
}
