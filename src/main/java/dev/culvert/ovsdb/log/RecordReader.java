package dev.culvert.ovsdb.log;

import dev.culvert.jsonrpc.JsonTokens;
import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.ColumnType;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.DatumReader;
import dev.culvert.ovsdb.data.Datums;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.data.Row;
import dev.culvert.ovsdb.data.Uuids;
import dev.culvert.ovsdb.engine.Database;
import dev.culvert.ovsdb.engine.Table;
import dev.culvert.ovsdb.engine.Transaction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * Does to a database what a record says, straight from its text: half of a start with a long log would otherwise be spent on
 * trees of JSON. Only takes what is right in every way; what is not, {@link TransactionRecord#replay} is to look at, which
 * knows the words for it.
 */
final class RecordReader {
    /** A row's new values; no columns for a row that is deleted. */
    private record Change(@Nullable List<ColumnSchema> columns, List<Datum> values) {
        static final Change DELETE = new Change(null, List.of());
    }

    private final Database database;
    private final JsonTokens json;
    private final DatumReader values;
    private final Map<Table, Map<UUID, Change>> changes = new LinkedHashMap<>();
    private boolean differences;

    private RecordReader(Database database, JsonTokens json) {
        this.database = database;
        this.json = json;
        this.values = new DatumReader(json);
    }

    /**
     * Applies a record.
     *
     * @param database what to change
     * @param transaction collects the changes; if the record is not taken, it is not to be committed
     * @param record the record
     * @return whether it was taken
     */
    static boolean replay(Database database, Transaction transaction, JsonTokens record) {
        try (record) {
            RecordReader reader = new RecordReader(database, record);
            return reader.read() && reader.apply(transaction);
        } catch (IOException | OvsdbException e) {
            return false;
        }
    }

    private boolean read() throws IOException, OvsdbException {
        if (json.next() != JsonToken.START_OBJECT) {
            return false;
        }
        for (JsonToken token = json.next(); token != JsonToken.END_OBJECT; token = json.next()) {
            String name = json.string();
            Table table = name.startsWith("_") ? null : database.table(name);
            if (table == null ? !annotation(name) : !rows(table)) {
                return false;
            }
        }
        return json.next() == null;
    }

    /** Those that log readers know are plain values; others may come to be. */
    private boolean annotation(String name) throws IOException {
        JsonToken value = json.next();
        if (name.equals("_is_diff")) {
            differences = value == JsonToken.VALUE_TRUE;
        }
        return name.startsWith("_") && value != null && value.isScalarValue();
    }

    private boolean rows(Table table) throws IOException, OvsdbException {
        Map<UUID, Change> rows = new LinkedHashMap<>();
        if (json.next() != JsonToken.START_OBJECT || changes.put(table, rows) != null) {
            return false;
        }
        for (JsonToken token = json.next(); token != JsonToken.END_OBJECT; token = json.next()) {
            UUID uuid = Uuids.parse(json.string());
            Change change = uuid == null ? null : change(table);
            if (change == null || rows.put(uuid, change) != null) {
                return false;
            }
        }
        return true;
    }

    private @Nullable Change change(Table table) throws IOException, OvsdbException {
        JsonToken begin = json.next();
        if (begin == JsonToken.VALUE_NULL) {
            return Change.DELETE;
        }
        List<ColumnSchema> columns = new ArrayList<>(4);
        List<Datum> data = new ArrayList<>(4);
        if (begin != JsonToken.START_OBJECT) {
            return null;
        }
        for (JsonToken token = json.next(); token != JsonToken.END_OBJECT; token = json.next()) {
            ColumnSchema column = table.schema().column(json.string());
            Datum value = column == null ? null : values.read(column.type());
            if (value == null || columns.contains(column)) {
                return null;
            }
            columns.add(column);
            data.add(value);
        }
        return new Change(columns, data);
    }

    private boolean apply(Transaction transaction) {
        for (Map.Entry<Table, Map<UUID, Change>> table : changes.entrySet()) {
            for (Map.Entry<UUID, Change> row : table.getValue().entrySet()) {
                if (!apply(transaction, table.getKey(), row.getKey(), row.getValue())) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean apply(Transaction transaction, Table table, UUID uuid, Change change) {
        Row before = transaction.row(table, uuid);
        List<ColumnSchema> columns = change.columns;
        if (columns == null) {
            if (before != null) {
                transaction.delete(table, uuid);
            }
            return before != null;
        }
        Row after = before != null ? before : Row.create(table.schema(), uuid);
        for (int i = 0; i < columns.size(); i++) {
            ColumnSchema column = columns.get(i);
            ColumnType type = column.type();
            Datum value = change.values.get(i);
            Datum old = after.get(column);
            if (before != null && differences && type.max() > 1 && !old.equals(type.defaultDatum())) {
                value = Datums.applyDiff(old, value);
            } else if (value.size() < type.min() || value.size() > type.max()) {
                return false;
            }
            after = after.with(column, value);
        }
        if (before != null) {
            transaction.replace(table, after);
        } else {
            transaction.insert(table, after);
        }
        return true;
    }
}
