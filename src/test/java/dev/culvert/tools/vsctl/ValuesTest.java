package dev.culvert.tools.vsctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.culvert.ovsdb.data.ColumnType;
import dev.culvert.ovsdb.data.Json;
import dev.culvert.ovsdb.data.OvsdbException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValuesTest {
    private static final String INTEGERS = "{key: {type: integer, minInteger: 0, maxInteger: 4095}, min: 0, max: 4096}";
    private static final String STRINGS = "{key: string, value: string, min: 0, max: unlimited}";
    private static final String REAL = "real";

    private final Values values = new Values(new Symbols());

    private static ColumnType type(String name) throws OvsdbException {
        String json = switch (name) {
            case "integers" -> INTEGERS;
            case "strings" -> STRINGS;
            default -> REAL;
        };
        return ColumnType.parse(Json.parse(json.replaceAll("([a-zA-Z]+)", "\"$1\"")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "integers | 1 | [1]",
                "integers | 3,1 2 | [1, 2, 3]",
                "integers | [ 3 , 1 ] | [1, 3]",
                "integers | [] | []",
                "integers | 1-4,9 | [1, 2, 3, 4, 9]",
                "integers | 7-7 | [7]",
                "strings | a=b | {a=b}",
                "strings | {b=1, a = 2} | {a=^2^, b=^1^}",
                "strings | a=^x,y^ | {a=^x,y^}",
                "strings | a\\=b=c\\,d | {^a=b^=^c,d^}",
                "strings | ^true^=^tr\\u00fce^ | {^true^=^trüe^}",
                "strings | {} | {}",
                "real | 1e3 | 1000",
                "real | .5 | 0.5",
            })
    void reads(String type, String text, String printed) throws OvsdbException {
        ColumnType columnType = type(type);
        assertThat(values.datum(columnType, text.replace('^', '"')).toText(columnType))
                .isEqualTo(printed.replace('^', '"'));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "integers | x | \"x\" is not a valid integer or range",
                "integers | 1x | \"1x\" is not a valid integer or range",
                "integers | 99999999999999999999 | \"99999999999999999999\" is not a valid integer or range",
                "integers | 4096 | constraint violation: 4096 is not in the valid range 0 to 4095 (inclusive)",
                "integers | 5-3 | \"5-3\" is not a valid range. Range end cannot be before start.",
                "integers | 1,1 | 1,1: set contains duplicate value",
                "integers | [1 | [1: missing \"]\" at end of data",
                "integers | [1]2 | [1]2: trailing garbage after \"]\"",
                "integers | 1,,2 | 1,,2: unexpected \",\" parsing set of up to 4096 integers",
                "strings | a=b,a=c | a=b,a=c: map contains duplicate key",
                "strings | a:b | a:b: syntax error at \":\" expecting \"=\"",
                "strings | a=\"b | \"b: quoted string extends past end of argument",
                "strings | a=\\ | \\: backslash at end of argument",
                "strings | a= | An empty string is not valid as input; use \"\" to represent the empty string",
                "real | x | \"x\" is not a valid real number",
                "real | 1,2 | 1,2: 2 value(s) specified but the maximum number is 1",
                "real | [] | []: 0 value(s) specified but the minimum number is 1",
            })
    void refuses(String type, String text, String message) throws OvsdbException {
        ColumnType columnType = type(type);
        assertThatExceptionOfType(Fatal.class)
                .isThrownBy(() -> values.datum(columnType, text))
                .extracting(Fatal::line)
                .isEqualTo(message);
    }
}
