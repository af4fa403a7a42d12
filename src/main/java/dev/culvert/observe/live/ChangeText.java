package dev.culvert.observe.live;

import dev.culvert.ovsdb.client.ReplicaChange;
import dev.culvert.ovsdb.client.ReplicaRow;
import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.Row;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Changes of the database in a line each, as people read them: without what a switch counts all the time, and without secrets. Of a
 * map, a value is left out where its key's name says that it may be one ({@code options:psk}).
 */
final class ChangeText {
    /** What is not told of a row, by table; the empty name is for all. */
    private static final Map<String, Set<String>> UNTOLD = Map.of(
            "", Set.of("statistics", "name", "_uuid", "_version"),
            "Open_vSwitch", Set.of("cur_cfg", "next_cfg"));

    private static final Set<String> SECRETS =
            Set.of("psk", "pass", "secret", "token", "private", "cred", "auth", "api_key", "apikey");

    /** Values of a set, or pairs of a map, that are shown: a bridge may have ten thousand ports. */
    private static final int SHOWN_MAX = 8;

    private ChangeText() {}

    /** The change in a line; empty where there is nothing to tell. */
    static String of(ReplicaChange change) {
        ReplicaRow row = change.latest();
        ReplicaRow before = change.before();
        ReplicaRow after = change.after();
        if (after == null) {
            return name(row) + " removed";
        }
        StringJoiner columns = new StringJoiner(", ");
        Row blank = Row.create(row.table(), row.uuid());
        for (ColumnSchema column : row.table().columns()) {
            Datum now = after.get(column.name());
            Datum was = before == null ? blank.get(column) : before.get(column.name());
            if (now != was && !isUntold(row.table().name(), column.name()) && !now.equals(was)) {
                String text = before == null ? pair(column, now) : changed(column, was, now);
                if (!text.isEmpty()) {
                    columns.add(text);
                }
            }
        }
        if (before == null) {
            return name(row) + " added" + (columns.length() == 0 ? "" : ": " + columns);
        }
        return columns.length() == 0 ? "" : name(row) + ": " + columns;
    }

    private static boolean isUntold(String table, String column) {
        return UNTOLD.getOrDefault("", Set.of()).contains(column)
                || UNTOLD.getOrDefault(table, Set.of()).contains(column);
    }

    private static String name(ReplicaRow row) {
        String name = row.string("name");
        return name.isEmpty() ? row.uuid().toString().substring(0, 8) : name;
    }

    private static String pair(ColumnSchema column, Datum value) {
        return column.name() + "=" + text(column, value);
    }

    private static String changed(ColumnSchema column, Datum was, Datum now) {
        if (column.type().isMap()) {
            return changedPairs(column, was, now);
        }
        return column.type().max() == 1
                ? column.name() + " " + text(column, was) + " → " + text(column, now)
                : changedMembers(column, was, now);
    }

    /** Of a set what has come and gone, as {@code ports +uuid -uuid}; both are in the same order. */
    private static String changedMembers(ColumnSchema column, Datum was, Datum now) {
        StringJoiner members = new StringJoiner(" ", column.name() + " ", "");
        int shown = 0;
        int i = 0;
        int k = 0;
        while (shown < SHOWN_MAX && (i < was.size() || k < now.size())) {
            int order = i == was.size() ? 1 : k == now.size() ? -1 : was.key(i).compareTo(now.key(k));
            if (order < 0) {
                members.add("-" + was.key(i).toText());
                shown++;
            } else if (order > 0) {
                members.add("+" + now.key(k).toText());
                shown++;
            }
            i += order <= 0 ? 1 : 0;
            k += order >= 0 ? 1 : 0;
        }
        return members + (shown == SHOWN_MAX ? " …" : "");
    }

    /** Of a map only what differs, as {@code options:key}; empty where only numbers of a status do, which are counts. */
    private static String changedPairs(ColumnSchema column, Datum was, Datum now) {
        Set<Atom> keys = new LinkedHashSet<>(was.keys());
        keys.addAll(now.keys());
        StringJoiner pairs = new StringJoiner(", ");
        for (Atom key : keys) {
            String before = text(key, was.get(key));
            String after = text(key, now.get(key));
            boolean differs = !Objects.equals(was.get(key), now.get(key));
            boolean counts = column.name().equals("status") && isNumber(before) && isNumber(after);
            if (differs && !counts) {
                pairs.add(column.name() + ":" + key.toText() + " " + before + " → " + after);
            }
        }
        return pairs.toString();
    }

    private static boolean isNumber(String text) {
        return text.matches("\"?[0-9]+\"?");
    }

    private static String text(Atom key, @Nullable Atom value) {
        return value == null ? "none" : isSecret(key) ? "***" : value.toText();
    }

    private static String text(ColumnSchema column, Datum value) {
        boolean map = column.type().isMap();
        if (!map && value.size() <= SHOWN_MAX) {
            return value.toText(column.type());
        }
        StringJoiner values = new StringJoiner(", ", map ? "{" : "[", map ? "}" : "]");
        for (int i = 0; i < Math.min(SHOWN_MAX, value.size()); i++) {
            values.add(value.key(i).toText() + (map ? "=" + text(value.key(i), value.value(i)) : ""));
        }
        if (value.size() > SHOWN_MAX) {
            values.add("…");
        }
        return values.toString();
    }

    private static boolean isSecret(Atom key) {
        String name = key.toText().toLowerCase(Locale.ROOT);
        return SECRETS.stream().anyMatch(name::contains);
    }
}
