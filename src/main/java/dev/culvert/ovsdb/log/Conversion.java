package dev.culvert.ovsdb.log;

import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.data.Row;
import dev.culvert.ovsdb.data.TableSchema;
import dev.culvert.ovsdb.engine.Database;
import dev.culvert.ovsdb.engine.Table;
import dev.culvert.ovsdb.engine.Transaction;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;

/** Carries rows from one schema to another (ovsdb-server(7) section 4.1.19). */
public final class Conversion {
    private static final Logger LOG = System.getLogger("ovsdb_file");

    private Conversion() {}

    /**
     * Converts a database. Tables and columns that the new schema lacks are dropped, columns that it adds get their defaults, and
     * all its constraints hold.
     *
     * @param database what to convert; it does not change
     * @param schema the new schema
     * @return the converted database
     * @throws OvsdbException if the rows do not fit
     */
    public static Database convert(Database database, DatabaseSchema schema) throws OvsdbException {
        Database converted = new Database(schema);
        Transaction transaction = new Transaction(converted);
        for (Table table : database.tables()) {
            Table target = converted.table(table.schema().name());
            if (target != null) {
                for (Row row : table.rows()) {
                    transaction.insert(target, convert(table.schema(), row, target.schema()));
                }
            }
        }
        transaction.commit(_ -> {});
        return converted;
    }

    private static Row convert(TableSchema from, Row row, TableSchema to) throws OvsdbException {
        Row converted = Row.create(to, row.uuid());
        for (ColumnSchema column : to.columns()) {
            ColumnSchema old = from.column(column.name());
            if (column.index() > TableSchema.VERSION && old != null) {
                Datum value = row.get(old);
                boolean same = old.type().equals(column.type());
                converted = converted.with(
                        column, same ? value : Datum.parse(column.type(), value.toJson(old.type()), null));
            }
        }
        return converted;
    }

    /** Converts a file whose schema is older than ours; a newer one is left as it is, so that nothing of it is lost. */
    static void upgrade(DatabaseFile file, DatabaseSchema ours) throws OvsdbException, IOException {
        DatabaseSchema theirs = file.database().schema();
        if (!theirs.name().equals(ours.name())) {
            throw OvsdbException.syntax(null, file.path() + ": database is " + theirs.name() + ", not " + ours.name());
        }
        if (Arrays.compare(version(theirs), version(ours)) >= 0) {
            return;
        }
        Path backup = file.path()
                .resolveSibling(file.path().getFileName() + ".backup" + theirs.version() + "-"
                        + theirs.checksum().replace(' ', '-'));
        Files.copy(file.path(), backup, StandardCopyOption.REPLACE_EXISTING);
        LOG.log(
                Level.INFO,
                "{0}: converting from schema version {1} to {2}, with a copy of the old file in {3}",
                file.path(),
                theirs.version(),
                ours.version(),
                backup);
        file.replace(convert(file.database(), ours), "converted by culvert");
    }

    private static long[] version(DatabaseSchema schema) {
        return schema.version().isEmpty()
                ? new long[3]
                : Arrays.stream(schema.version().split("\\."))
                        .mapToLong(Long::parseLong)
                        .toArray();
    }
}
