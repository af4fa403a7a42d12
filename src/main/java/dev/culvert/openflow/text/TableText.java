package dev.culvert.openflow.text;

import dev.culvert.openflow.Version;
import dev.culvert.openflow.field.Field;
import dev.culvert.openflow.message.ActionKind;
import dev.culvert.openflow.message.InstructionKind;
import dev.culvert.openflow.message.PortStats;
import dev.culvert.openflow.message.TableFeatures;
import dev.culvert.openflow.message.TableStats;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Tables, as ovs-ofctl's dump-tables and dump-table-features print them: what a table has in common with the one before it is
 * not repeated, and runs of like tables are one line.
 */
final class TableText {
    private final Version version;
    private final StringBuilder out = new StringBuilder();

    private TableText(Version version) {
        this.version = version;
    }

    /** The tables of a reply, and of what they can do where the version tells it in the same message. */
    static String stats(List<TableStats> tables, Version version) {
        TableText text = new TableText(version);
        text.out.append('\n');
        int first = 0;
        while (first < tables.size()) {
            text.blank(first);
            TableStats table = tables.get(first);
            text.one(table.features(), Optional.of(table), table.table(), first == 0 ? null : tables.get(first - 1));
            first = text.ditto(tables, first + 1, table);
        }
        return text.out.toString();
    }

    /** The abilities of tables, from a message of their own. */
    static String features(List<TableFeatures> tables, Version version) {
        TableText text = new TableText(version);
        List<TableStats> wrapped = tables.stream()
                .map(features -> new TableStats(features.table(), 0, 0, 0, Optional.of(features)))
                .toList();
        text.out.append('\n');
        int first = 0;
        while (first < wrapped.size()) {
            text.blank(first);
            TableStats table = wrapped.get(first);
            text.one(table.features(), Optional.empty(), table.table(), first == 0 ? null : wrapped.get(first - 1));
            first = text.ditto(wrapped, first + 1, table);
        }
        return text.out.toString();
    }

    private void blank(int index) {
        out.append(index == 0 ? "" : "\n");
    }

    private int ditto(List<TableStats> tables, int from, TableStats like) {
        int end = from;
        while (end < tables.size() && same(like, tables.get(end))) {
            end++;
        }
        if (end > from) {
            int firstTable = tables.get(from).table();
            int lastTable = tables.get(end - 1).table();
            out.append('\n');
            out.append(
                    firstTable == lastTable
                            ? "  table " + firstTable + ": ditto\n"
                            : "  tables " + firstTable + "..." + lastTable + ": ditto\n");
        }
        return end;
    }

    private static boolean same(TableStats a, TableStats b) {
        return a.active() == b.active()
                && a.lookups() == b.lookups()
                && a.matched() == b.matched()
                && a.features().map(TableText::comparable).equals(b.features().map(TableText::comparable));
    }

    /** A table's abilities without what tells it from its like: number, and tables that it alone can go to. */
    private static TableFeatures comparable(TableFeatures f) {
        Set<Integer> next = f.nextTables().isEmpty() ? Set.of() : Set.of(-1);
        return new TableFeatures(
                0,
                f.name(),
                f.metadataMatch(),
                f.metadataWrite(),
                f.config(),
                f.maxEntries(),
                f.instructions(),
                next,
                f.actions(),
                f.match(),
                f.masked(),
                f.wildcards(),
                f.setFields());
    }

    private void one(
            Optional<TableFeatures> features,
            Optional<TableStats> stats,
            int table,
            @org.jspecify.annotations.Nullable TableStats before) {
        String name = features.map(TableFeatures::name).orElse("");
        out.append("  table ").append(table);
        out.append(name.isEmpty() ? "" : " (\"" + name + "\")").append(":\n");
        stats.ifPresent(s -> out.append("    active=")
                .append(Integer.toUnsignedString(s.active()))
                .append(", lookup=")
                .append(counter(s.lookups()))
                .append(", matched=")
                .append(counter(s.matched()))
                .append('\n'));
        Optional<TableFeatures> previous = before == null ? Optional.empty() : before.features();
        features.ifPresent(f -> abilities(f, previous));
    }

    private static String counter(long value) {
        return value == PortStats.UNSUPPORTED ? "?" : Long.toUnsignedString(value);
    }

    private void abilities(TableFeatures f, Optional<TableFeatures> previous) {
        if (previous.map(TableText::comparable).equals(Optional.of(comparable(f)))) {
            out.append("    (same features)\n");
            return;
        }
        if (f.metadataMatch() != 0 || f.metadataWrite() != 0) {
            out.append("    metadata: match=").append(hex(f.metadataMatch()));
            out.append(" write=").append(hex(f.metadataWrite())).append('\n');
        }
        if (version == Version.OPENFLOW_11 || version == Version.OPENFLOW_12) {
            out.append("    config=").append(miss(f.config())).append('\n');
        } else if (version.atLeast(Version.OPENFLOW_14)) {
            out.append("    eviction: not supported\n    vacancy events: not supported\n");
        }
        out.append("    max_entries=")
                .append(Integer.toUnsignedString(f.maxEntries()))
                .append('\n');
        if (version.atLeast(Version.OPENFLOW_11)) {
            instructions(f, previous);
        }
        boolean sameMatch = previous.filter(p -> p.match().equals(f.match())
                        && p.masked().equals(f.masked())
                        && p.wildcards().equals(f.wildcards()))
                .isPresent();
        if (sameMatch) {
            out.append("    (same matching)\n");
        } else {
            matching(f);
        }
    }

    private static String hex(long value) {
        return value == 0 ? "0" : "0x" + Long.toHexString(value);
    }

    private static String miss(int config) {
        return switch (config & 3) {
            case 0 -> "controller";
            case 1 -> "continue";
            default -> "drop";
        };
    }

    private void instructions(TableFeatures f, Optional<TableFeatures> previous) {
        out.append("    instructions (table miss and others):\n");
        if (!f.nextTables().isEmpty()) {
            out.append("      next tables: ").append(ranges(f.nextTables())).append('\n');
        }
        out.append("      instructions: ");
        out.append(f.instructions().stream().map(InstructionKind::text).collect(Collectors.joining(" ")));
        out.append('\n');
        boolean sameActions = previous.filter(
                        p -> p.actions().equals(f.actions()) && p.setFields().equals(f.setFields()))
                .isPresent();
        // Open vSwitch repeats them in OpenFlow 1.1, where no field can be set by itself
        if (sameActions && version != Version.OPENFLOW_11) {
            out.append("      (same actions)\n");
            return;
        }
        out.append("      Write-Actions and Apply-Actions features:\n");
        out.append("        actions: ");
        out.append(f.actions().stream().map(ActionKind::text).collect(Collectors.joining(" ")))
                .append('\n');
        if (!f.setFields().isEmpty()) {
            out.append("        supported on Set-Field: ")
                    .append(FieldSetText.format(f.setFields()))
                    .append('\n');
        }
    }

    private static String ranges(Set<Integer> tables) {
        StringBuilder text = new StringBuilder();
        int start = -1;
        int last = -2;
        for (int table : new TreeSet<>(tables)) {
            if (table != last + 1) {
                text.append(start >= 0 && last > start ? "-" + last : "");
                text.append(start >= 0 ? "," : "").append(table);
                start = table;
            }
            last = table;
        }
        return text.append(last > start ? "-" + last : "").toString();
    }

    private void matching(TableFeatures f) {
        out.append("    matching:\n");
        Set<Field> masked = new TreeSet<>(f.masked());
        masked.retainAll(f.wildcards());
        Set<Field> exactOrAny = new TreeSet<>(f.wildcards());
        exactOrAny.removeAll(masked);
        Set<Field> mustExact = new TreeSet<>(f.match());
        mustExact.removeAll(f.wildcards());
        fields("arbitrary mask", masked);
        fields("exact match or wildcard", exactOrAny);
        fields("must exact match", mustExact);
    }

    private void fields(String title, Set<Field> fields) {
        if (!fields.isEmpty()) {
            out.append("      ")
                    .append(title)
                    .append(": ")
                    .append(FieldSetText.format(fields))
                    .append('\n');
        }
    }
}
