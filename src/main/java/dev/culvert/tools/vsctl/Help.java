package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.TableSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The text of {@code --help}. */
final class Help {
    private static final String RESOURCE = "help.txt";
    private static final String NAMINGS = "@NAMINGS@";
    private static final String DATABASE = "@DATABASE@";

    private Help() {}

    /**
     * Appends the text.
     *
     * @param schema the database whose tables are listed
     * @param database the server that is spoken to by default
     */
    static void print(DatabaseSchema schema, String database, StringBuilder out) {
        out.append(resource().replace(NAMINGS, namings(schema)).replace(DATABASE, database));
    }

    private static String resource() {
        try (InputStream stream = Help.class.getResourceAsStream(RESOURCE)) {
            if (stream == null) {
                throw new IllegalStateException("no resource " + RESOURCE);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String namings(DatabaseSchema schema) {
        StringBuilder lines = new StringBuilder();
        for (TableSchema table : schema.tables()) {
            lines.append("  ").append(table.name()).append(":\n    by UUID\n");
            if (table.maxRows() == 1) {
                lines.append("    as \".\"\n");
            }
            Records.Naming naming = Records.Naming.of(table.name());
            if (naming != null) {
                lines.append("    ").append(naming.inWords(table.name())).append('\n');
            }
        }
        return lines.toString();
    }
}
