package dev.culvert.tools.vsctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.AtomicType;
import dev.culvert.ovsdb.data.BaseType;
import dev.culvert.ovsdb.data.ColumnType;
import dev.culvert.ovsdb.data.Datum;
import java.util.List;
import org.junit.jupiter.api.Test;

class TablePrinterTest {
    private static final ColumnType STRINGS =
            new ColumnType(BaseType.of(AtomicType.STRING), null, 0, ColumnType.UNLIMITED);

    private static Table table() {
        Table table = Table.of(List.of("name", "targets"));
        for (List<String> targets : List.of(List.of("a", "b,c"), List.of("é<&\">"), List.<String>of())) {
            Table.Cell name =
                    new Table.Cell(Datum.of(Atom.of("x" + targets.size())), ColumnType.scalar(AtomicType.STRING));
            table.rows().add(List.of(name, new Table.Cell(Datum.strings(targets), STRINGS)));
        }
        return table;
    }

    private static String printed(TableStyle style) {
        StringBuilder out = new StringBuilder();
        new TablePrinter(style).print(table(), out);
        return out.toString();
    }

    @Test
    void columnsAreAlignedByBytes() {
        assertThat(printed(TableStyle.DEFAULT.withFormat("table"))).isEqualTo("""
                        name targets
                        ---- -----------
                        x2   [a, "b,c"]
                        x1   ["é<&\\">"]
                        x0   []
                        """);
        assertThat(printed(
                        TableStyle.DEFAULT.withFormat("table").withoutHeadings().withMaxColumnWidth(3)))
                .isEqualTo("x2 [a,\nx1 [\"\nx0 []\n");
    }

    @Test
    void listsSeparateRowsByBlankLines() {
        assertThat(printed(TableStyle.DEFAULT.barely())).isEqualTo("x2\na b,c\n\nx1\né<&\">\n\nx0\n\n");
        assertThat(printed(TableStyle.DEFAULT)).startsWith("name                : x2\ntargets             : [a, ");
    }

    @Test
    void commaSeparatedValuesAreQuotedWhereNeeded() {
        assertThat(printed(TableStyle.DEFAULT.withFormat("csv").withCells("bare")))
                .isEqualTo("name,targets\nx2,\"a b,c\"\nx1,\"é<&\"\">\"\nx0,\n");
    }

    @Test
    void htmlIsEscaped() {
        assertThat(printed(TableStyle.DEFAULT.withFormat("html").withCells("bare")))
                .contains("    <td>é&lt;&amp;&quot;&gt;</td>\n")
                .startsWith("<table border=1>\n  <tr>\n    <th>name</th>\n");
    }

    @Test
    void jsonIsCompactUnlessPretty() {
        assertThat(printed(TableStyle.DEFAULT.withFormat("json")))
                .isEqualTo("{\"data\":[[\"x2\",[\"set\",[\"a\",\"b,c\"]]],[\"x1\",\"é<&\\\">\"],[\"x0\",[\"set\",[]]]],"
                        + "\"headings\":[\"name\",\"targets\"]}\n");
        assertThat(printed(TableStyle.DEFAULT.withFormat("json").prettily()))
                .startsWith(
                        "{\n  \"data\": [\n    [\n      \"x2\",\n      [\n        \"set\",\n        [\n          \"a\",\n")
                .endsWith("[\n        \"set\",\n        []]]],\n  \"headings\": [\n    \"name\",\n    \"targets\"]}\n");
    }
}
