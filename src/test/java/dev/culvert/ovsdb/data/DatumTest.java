package dev.culvert.ovsdb.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.jsonrpc.JsonLimits;
import dev.culvert.jsonrpc.JsonTokens;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatumTest {
    private static Datum parse(String type, String value) throws OvsdbException {
        return Datum.parse(ColumnType.parse(Json.parse(type)), Json.parse(value), null);
    }

    private static String roundTrip(String type, String value) throws OvsdbException {
        return Json.text(parse(type, value).toJson(ColumnType.parse(Json.parse(type))));
    }

    /** What reads a log's records: the same values, but it leaves counting and the words for errors to others. */
    private static @Nullable Datum read(String type, String value) throws Exception {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        try (JsonTokens tokens = new JsonTokens(text, 0, text.length, JsonLimits.DEFAULT)) {
            return new DatumReader(tokens).read(ColumnType.parse(Json.parse(type)));
        } catch (OvsdbException e) {
            return null;
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"integer\" | 5 | 5",
                "\"integer\" | 1e3 | 1000",
                "\"integer\" | 9223372036854775807 | 9223372036854775807",
                "\"real\" | 5 | 5",
                "\"real\" | -0.0 | 0",
                "\"real\" | 1e300 | 1e+300",
                "\"real\" | 0.5 | 0.5",
                "\"boolean\" | true | true",
                "\"string\" | \"a\\nb\" | \"a\\nb\"",
                "\"string\" | [\"set\",[\"x\"]] | \"x\"",
                "{\"key\":\"integer\",\"min\":0,\"max\":3} | [\"set\",[3,1,2]] | [\"set\",[1,2,3]]",
                "{\"key\":\"integer\",\"min\":0,\"max\":3} | [\"set\",[]] | [\"set\",[]]",
                "{\"key\":\"integer\",\"min\":0,\"max\":3} | 7 | 7",
                "{\"key\":\"string\",\"value\":\"integer\",\"min\":0,\"max\":3} | [\"map\",[[\"b\",1],[\"a\",2]]]"
                        + " | [\"map\",[[\"a\",2],[\"b\",1]]]",
                "{\"key\":\"string\",\"value\":\"integer\",\"min\":0,\"max\":3} | [\"map\",[]] | [\"map\",[]]",
                "\"uuid\" | [\"uuid\",\"550E8400-e29b-41d4-a716-446655440000\"]"
                        + " | [\"uuid\",\"550e8400-e29b-41d4-a716-446655440000\"]",
            })
    void valuesAreReadSortedAndPrinted(String type, String value, String printed) throws Exception {
        assertThat(roundTrip(type, value)).isEqualTo(printed);
        assertThat(read(type, value)).isEqualTo(parse(type, value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"integer\" | 1.5 | syntax \"1.5\": syntax error: expected integer",
                "\"integer\" | 9223372036854775808 | syntax \"9.2233720368547758e+18\": syntax error: expected integer",
                "\"boolean\" | 1 | syntax \"1\": syntax error: expected boolean",
                "\"string\" | [\"set\",[]] | syntax \"[\"set\",[]]\": syntax error: "
                        + "set must have exactly one member but 0 are present",
                "{\"key\":\"integer\",\"min\":0,\"max\":2} | [\"set\",[1,2,3]] | syntax \"[\"set\",[1,2,3]]\": "
                        + "syntax error: set must have 0 to 2 members but 3 are present",
                "{\"key\":\"integer\",\"min\":0,\"max\":2} | [\"set\",[1,1]] | ovsdb error: set contains duplicate",
                "{\"key\":\"integer\",\"value\":\"integer\",\"max\":2} | [\"map\",[[1,1],[1,2]]] | "
                        + "ovsdb error: map contains duplicate key",
                "{\"key\":\"integer\",\"value\":\"integer\",\"max\":2} | [\"map\",[[1]]] | "
                        + "syntax \"[1]\": syntax error: expected 2-element array",
                "{\"key\":\"integer\",\"value\":\"integer\",\"max\":2} | [\"set\",[]] | "
                        + "syntax \"[\"set\",[]]\": syntax error: expected [\"map\", <array>]",
                "\"uuid\" | [\"uuid\",\"1-1-1-1-1\"] | syntax \"[\"uuid\",\"1-1-1-1-1\"]\": "
                        + "syntax error: \"1-1-1-1-1\" is not a valid UUID",
                "\"uuid\" | [\"named-uuid\",\"x\"] | syntax \"[\"named-uuid\",\"x\"]\": "
                        + "syntax error: expected [\"uuid\", <string>]",
                "{\"key\":{\"type\":\"string\",\"enum\":[\"set\",[\"b\",\"a c\"]]}} | \"c\" | constraint violation: "
                        + "c is not one of the allowed values ([\"a c\", b])",
                "{\"key\":{\"type\":\"integer\",\"minInteger\":1,\"maxInteger\":3}} | 4 | constraint violation: "
                        + "4 is not in the valid range 1 to 3 (inclusive)",
                "{\"key\":{\"type\":\"integer\",\"minInteger\":1}} | 0 | constraint violation: "
                        + "0 is less than minimum allowed value 1",
                "{\"key\":{\"type\":\"real\",\"maxReal\":1.5}} | 1e20 | constraint violation: "
                        + "1e+20 is greater than maximum allowed value 1.5",
                "{\"key\":{\"type\":\"string\",\"minLength\":2}} | \"x\" | constraint violation: "
                        + "\"x\" length 1 is less than minimum allowed length 2",
                "{\"key\":{\"type\":\"string\",\"maxLength\":2}} | \"xyz\" | constraint violation: "
                        + "\"xyz\" length 3 is greater than maximum allowed length 2",
            })
    void wrongValuesAreRefusedInTheServersWords(String type, String value, String message) throws Exception {
        assertThatThrownBy(() -> parse(type, value))
                .isInstanceOf(OvsdbException.class)
                .hasMessage(message);
        if (!message.contains("are present")) {
            assertThat(read(type, value)).isNull();
        }
    }

    @Test
    void aNamedUuidStandsForItsRow() throws OvsdbException {
        UUID row = UUID.randomUUID();
        Datum datum = Datum.parse(
                ColumnType.scalar(AtomicType.UUID),
                Json.parse("[\"named-uuid\",\"x\"]"),
                name -> name.equals("x") ? row : Atom.ZERO_UUID);
        assertThat(datum).isEqualTo(Datum.of(Atom.of(row)));
    }

    @Test
    void textIsOrderedByCodePointAndUuidsWithoutSign() {
        String astral = "\ud83d\ude00";
        assertThat(Datum.strings(List.of(astral, "\uffee", "b", "a")).keys())
                .containsExactly(Atom.of("a"), Atom.of("b"), Atom.of("\uffee"), Atom.of(astral));
        UUID high = UUID.fromString("f0000000-0000-0000-0000-000000000000");
        UUID low = UUID.fromString("10000000-0000-0000-0000-000000000000");
        assertThat(Datum.uuids(List.of(high, low)).keys()).containsExactly(Atom.of(low), Atom.of(high));
    }

    @Test
    void setsAndMapsAreAddedAndTakenAway() {
        Datum a = Datum.stringMap(Map.of("a", "1", "b", "2"));
        Datum b = Datum.stringMap(Map.of("b", "9", "c", "3"));
        assertThat(Datums.union(a, b)).isEqualTo(Datum.stringMap(Map.of("a", "1", "b", "2", "c", "3")));
        assertThat(Datums.subtract(a, b)).isEqualTo(a);
        assertThat(Datums.subtract(a, Datum.strings(List.of("b")))).isEqualTo(Datum.stringMap(Map.of("a", "1")));
        assertThat(Datums.includesAll(Datum.stringMap(Map.of("a", "1")), a)).isTrue();
        assertThat(Datums.includesAll(Datum.stringMap(Map.of("a", "2")), a)).isFalse();
        assertThat(Datums.excludesAll(b, a)).isTrue();
        assertThat(Datums.excludesAll(a, a)).isFalse();
    }

    @Test
    void aDifferenceAppliedToTheOldValueGivesTheNew() {
        List<Datum> values = List.of(
                Datum.EMPTY,
                Datum.stringMap(Map.of("a", "1")),
                Datum.stringMap(Map.of("a", "2", "b", "3")),
                Datum.stringMap(Map.of("b", "3", "c", "4")));
        for (Datum before : values) {
            for (Datum after : values) {
                assertThat(Datums.applyDiff(before, Datums.diff(before, after))).isEqualTo(after);
            }
        }
        Datum odd = Datum.set(List.of(Atom.of(1), Atom.of(3)));
        Datum few = Datum.set(List.of(Atom.of(1), Atom.of(2)));
        assertThat(Datums.diff(odd, few)).isEqualTo(Datum.set(List.of(Atom.of(2), Atom.of(3))));
        assertThat(Datums.applyDiff(odd, Datums.diff(odd, few))).isEqualTo(few);
    }

    @Test
    void realsPrintAsCDoes() {
        assertThat(Json.realText(0.1 + 0.2)).isEqualTo("0.3");
        assertThat(Json.realText(1e15)).isEqualTo("1e+15");
        assertThat(Json.realText(123456789012345.0)).isEqualTo("123456789012345");
        assertThat(Json.realText(-1.25e-7)).isEqualTo("-1.25e-07");
        assertThat(Json.realText(0.0001)).isEqualTo("0.0001");
        assertThat(Json.realText(-0.0)).isEqualTo("-0");
    }

    @Test
    void textIsWhatOvsVsctlPrints() throws OvsdbException {
        ColumnType map = ColumnType.parse(Json.parse("{\"key\":\"string\",\"value\":\"string\",\"min\":0,\"max\":9}"));
        assertThat(Datum.stringMap(Map.of("a", "10.0.0.1", "b", "x-y")).toText(map))
                .isEqualTo("{a=\"10.0.0.1\", b=x-y}");
        assertThat(Datum.EMPTY.toText(ColumnType.parse(Json.parse("{\"key\":\"string\",\"min\":0}"))))
                .isEqualTo("[]");
        assertThat(Atom.of("true").toText()).isEqualTo("\"true\"");
    }
}
