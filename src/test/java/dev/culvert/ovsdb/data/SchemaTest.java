package dev.culvert.ovsdb.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaTest {
    private static DatabaseSchema schema(String tables) throws OvsdbException {
        return DatabaseSchema.parse(Json.parse("{\"name\":\"d\",\"tables\":" + tables.replace('\'', '"') + "}"));
    }

    @Test
    void theSchemaThatWeBringSurvivesPrinting() throws OvsdbException {
        DatabaseSchema schema = Schemas.openVSwitch();
        assertThat(schema.name()).isEqualTo("Open_vSwitch");
        assertThat(schema.tables()).hasSizeGreaterThanOrEqualTo(19);
        assertThat(DatabaseSchema.parse(schema.toJson()).toJson()).isEqualTo(schema.toJson());
        TableSchema bridge = schema.table("Bridge");
        assertThat(bridge.isRoot()).isFalse();
        assertThat(bridge.column("name").mutable()).isFalse();
        assertThat(bridge.indexes()).hasSize(1);
        assertThat(bridge.columns().get(TableSchema.UUID).name()).isEqualTo("_uuid");
        assertThat(schema.table("Open_vSwitch").maxRows()).isEqualTo(1);
        assertThat(Schemas.server().table("Database").isRoot()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'_t':{'columns':{'a':{'type':'integer'}}}} | names beginning with \"_\" are reserved",
                "{'t-':{'columns':{'a':{'type':'integer'}}}} | name must be a valid id",
                "{'t':{'columns':{}}} | table must have at least one column",
                "{'t':{'columns':{'a':{'type':'integer'}},'maxRows':0}} | maxRows must be at least 1",
                "{'t':{'columns':{'a':{'type':'int'}}}} | \"int\" is not an atomic-type",
                "{'t':{'columns':{'a':{'type':{'key':'integer','min':2,'max':3}}}}} | "
                        + "ovsdb type fails constraint checks",
                "{'t':{'columns':{'a':{'type':{'key':'integer','min':-1}}}}} | bad min or max value",
                "{'t':{'columns':{'a':{'type':'integer','x':1}}}} | "
                        + "Parsing schema for column a failed: Member 'x' is present but not allowed here.",
                "{'t':{'columns':{'a':{}}}} | "
                        + "Parsing schema for column a failed: Required 'type' member is missing.",
                "{'t':{'columns':{'a':{'type':5}}}} | "
                        + "Parsing schema for column a failed: Type mismatch for member 'type'.",
                "{'t':{'columns':{'a':{'type':{'key':{'type':'uuid','refTable':'u'}}}}}} | "
                        + "column a key refers to undefined table u",
                "{'t':{'columns':{'a':{'type':'integer','ephemeral':true}},'indexes':[['a']]}} | "
                        + "ephemeral columns (such as a) may not be indexed",
                "{'t':{'columns':{'a':{'type':'integer'}},'indexes':[[]]}} | index must have at least one column",
                "{'t':{'columns':{'a':{'type':'integer'}},'indexes':[['b']]}} | b is not a valid column name",
                "{'t':{'columns':{'a':{'type':'integer'}},'indexes':[['a','a']]}} | "
                        + "array of distinct column names expected",
                "{'t':{'columns':{'a':{'type':{'key':{'type':'integer','minInteger':5,'maxInteger':4}}}}}} | "
                        + "minInteger exceeds maxInteger",
                "{'t':{'columns':{'a':{'type':{'key':{'type':'string','minLength':-1}}}}}} | "
                        + "minLength out of valid range 0 to 4294967295",
            })
    void wrongSchemasAreRefusedInTheServersWords(String tables, String details) {
        assertThatThrownBy(() -> schema(tables))
                .isInstanceOfSatisfying(
                        OvsdbException.class,
                        e -> assertThat(e.error().details()).isEqualTo(details));
    }

    @Test
    void withoutAnyRootEveryTableIsOne() throws OvsdbException {
        assertThat(schema("{'t':{'columns':{'a':{'type':'integer'}}}}")
                        .table("t")
                        .isRoot())
                .isTrue();
    }

    @Test
    void whatKeepsRowsAliveIsNeverEphemeralAndWeakReferencesAreMutable() throws OvsdbException {
        DatabaseSchema schema = schema("{'r':{'isRoot':true,'columns':{"
                + "'strong':{'ephemeral':true,'type':{'key':{'type':'uuid','refTable':'c'}}},"
                + "'weak':{'mutable':false,'type':{'key':{'type':'uuid','refTable':'c','refType':'weak'}}}}},"
                + "'c':{'columns':{'a':{'type':'integer'}}}}");
        assertThat(schema.table("r").column("strong").ephemeral()).isFalse();
        assertThat(schema.table("r").column("weak").mutable()).isTrue();
    }

    @Test
    void typesInWords() throws OvsdbException {
        assertThat(ColumnType.parse(Json.parse("{\"key\":\"integer\",\"min\":0,\"max\":2}"))
                        .toEnglish())
                .isEqualTo("set of up to 2 integers");
        assertThat(ColumnType.parse(Json.parse(
                                "{\"key\":\"integer\",\"value\":\"string\",\"min\":1,\"max\":\"unlimited\"}"))
                        .toEnglish())
                .isEqualTo("map of 1 or more (integer, string) pairs");
        assertThat(ColumnType.scalar(AtomicType.REAL).toEnglish()).isEqualTo("real");
    }
}
