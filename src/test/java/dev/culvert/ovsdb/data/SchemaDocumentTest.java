package dev.culvert.ovsdb.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.ovsdb.data.Constraint.Strength;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** docs/schema.md has every table and column of the schema that the daemon serves, with its type, and no other. */
class SchemaDocumentTest {
    private static final Pattern ROW = Pattern.compile("\\| `([a-z_]+)`(†?) \\| (.*?) \\| (.*) \\|");

    /** A column as the page has it: its type, and what is said about it. */
    private record Described(String type, boolean ephemeral, String words) {}

    private static Map<String, Map<String, Described>> page() throws IOException {
        Map<String, Map<String, Described>> tables = new LinkedHashMap<>();
        Map<String, Described> current = new LinkedHashMap<>();
        for (String line : Files.readAllLines(Path.of("docs/schema.md"))) {
            if (line.startsWith("## ")) {
                current = new LinkedHashMap<>();
                tables.put(line.substring(3), current);
            }
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                current.put(
                        row.group(1), new Described(row.group(3), !row.group(2).isEmpty(), row.group(4)));
            }
        }
        return tables;
    }

    @Test
    void everyColumnIsThereWithItsType() throws Exception {
        DatabaseSchema schema = Schemas.openVSwitch();
        JsonNode json = schema.toJson();
        Map<String, Map<String, Described>> page = page();
        assertThat(page.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        schema.tables().stream().map(TableSchema::name).toList());
        List<String> wrong = new ArrayList<>();
        for (TableSchema table : schema.tables()) {
            Map<String, Described> described = page.get(table.name());
            assertThat(described.keySet())
                    .as(table.name())
                    .containsExactlyInAnyOrderElementsOf(table.columns().stream()
                            .map(ColumnSchema::name)
                            .filter(name -> !name.startsWith("_"))
                            .toList());
            for (ColumnSchema column : table.columns()) {
                Described words = described.get(column.name());
                if (words == null) {
                    continue;
                }
                boolean ephemeral = json.get("tables")
                        .get(table.name())
                        .get("columns")
                        .get(column.name())
                        .path("ephemeral")
                        .booleanValue(false);
                String type = text(column.type()) + (column.mutable() ? "" : ", fixed once inserted");
                if (!words.type().equals(type)
                        || words.ephemeral() != ephemeral
                        || words.words().isBlank()) {
                    wrong.add(table.name() + "." + column.name() + ": " + words + " but " + type);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static String text(ColumnType type) {
        String key = text(type.key());
        String text;
        if (type.value() != null) {
            text = "map of " + key + " to " + text(type.value());
        } else if (type.isScalar()) {
            return key;
        } else if (type.isOptionalScalar()) {
            return "optional " + key;
        } else {
            text = "set of " + key;
        }
        return text
                + (type.min() == 0 ? "" : ", " + type.min() + " or more")
                + (type.max() == ColumnType.UNLIMITED ? "" : ", up to " + type.max());
    }

    private static String text(BaseType type) {
        return switch (type.constraint()) {
            case Constraint.Reference(String table, Strength strength) ->
                (strength == Strength.WEAK ? "weak" : "strong") + " reference to " + table;
            case Constraint.IntegerRange(long least, long greatest) ->
                least == Long.MIN_VALUE
                        ? "integer, " + greatest + " or less"
                        : greatest == Long.MAX_VALUE
                                ? "integer, " + least + " or more"
                                : "integer " + least + " to " + greatest;
            case Constraint.Enumeration(Datum allowed) ->
                "one of "
                        + String.join(
                                ", ",
                                allowed.keys().stream()
                                        .map(SchemaDocumentTest::word)
                                        .sorted()
                                        .map(word -> "`" + word + "`")
                                        .toList());
            default -> type.type().word();
        };
    }

    private static String word(Atom atom) {
        return atom instanceof Atom.OfString(String text)
                ? text
                : atom instanceof Atom.OfInteger(long number) ? "" + number : "?";
    }
}
