package dev.culvert.openflow.codec;

import dev.culvert.openflow.DecodeException;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.field.Field;
import dev.culvert.openflow.field.Fields;
import dev.culvert.openflow.message.ActionKind;
import dev.culvert.openflow.message.InstructionKind;
import dev.culvert.openflow.message.TableFeatures;
import dev.culvert.openflow.message.TableStats;
import dev.culvert.openflow.message.WireFlag;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Table counters. OpenFlow 1.0 to 1.2 tell in the same message what the table can do, as bitmaps; later versions have {@link
 * TableFeaturesCodec} for that. Sources: OpenFlow 1.0, 5.3.5; 1.1, A.3.5.4; 1.2, A.3.5.4; 1.3, A.3.5.4.
 */
final class TableStatsCodec {
    private static final int NAME = 32;
    /** Bits of OpenFlow 1.0's wildcards; an address has six, for the length of a prefix. */
    private static final Map<Integer, String> FIELDS_10 = new TreeMap<>(Map.ofEntries(
            Map.entry(1, "in_port"),
            Map.entry(1 << 1, "vlan_vid"),
            Map.entry(1 << 2, "eth_src"),
            Map.entry(1 << 3, "eth_dst"),
            Map.entry(1 << 4, "eth_type"),
            Map.entry(1 << 5, "nw_proto"),
            Map.entry(1 << 6, "tcp_src"),
            Map.entry(1 << 7, "tcp_dst"),
            Map.entry(0x3f << 8, "ip_src"),
            Map.entry(0x3f << 14, "ip_dst"),
            Map.entry(1 << 20, "vlan_pcp"),
            Map.entry(1 << 21, "nw_tos")));
    /** Bits of OpenFlow 1.1's {@code ofp_flow_match_fields}. */
    private static final Map<Integer, String> FIELDS_11 = new TreeMap<>(Map.ofEntries(
            Map.entry(1, "in_port"),
            Map.entry(1 << 1, "vlan_vid"),
            Map.entry(1 << 2, "vlan_pcp"),
            Map.entry(1 << 3, "eth_type"),
            Map.entry(1 << 4, "nw_tos"),
            Map.entry(1 << 5, "nw_proto"),
            Map.entry(1 << 6, "tcp_src"),
            Map.entry(1 << 7, "tcp_dst"),
            Map.entry(1 << 8, "mpls_label"),
            Map.entry(1 << 9, "mpls_tc"),
            Map.entry(1 << 11, "eth_src"),
            Map.entry(1 << 12, "eth_dst"),
            Map.entry(1 << 13, "ip_src"),
            Map.entry(1 << 14, "ip_dst"),
            Map.entry(1 << 15, "metadata")));

    private static final int OXM_CLASS = 0x8000;
    private static final int METER_BIT = InstructionKind.METER.bit();

    private TableStatsCodec() {}

    static TableStats read(WireReader in, Version version) throws DecodeException {
        int table = in.u8();
        if (version.atLeast(Version.OPENFLOW_13)) {
            in.skip(3);
            return new TableStats(table, in.u32(), in.u64(), in.u64(), Optional.empty());
        }
        in.skip(version == Version.OPENFLOW_10 ? 3 : 7);
        String name = in.text(NAME);
        TableFeatures features = switch (version) {
            case OPENFLOW_10 -> read10(in, table, name);
            case OPENFLOW_11 -> read11(in, table, name);
            default -> read12(in, table, name);
        };
        return new TableStats(table, in.u32(), in.u64(), in.u64(), Optional.of(features));
    }

    private static TableFeatures read10(WireReader in, int table, String name) throws DecodeException {
        Set<Field> wildcards = fields(in.u32(), FIELDS_10);
        int max = in.u32();
        return features(table, name, 0, 0, 0, max, 0, Set.of(), wildcards, wildcards, Set.of());
    }

    private static TableFeatures read11(WireReader in, int table, String name) throws DecodeException {
        Set<Field> wildcards = fields(in.u32(), FIELDS_11);
        Set<Field> match = fields(in.u32(), FIELDS_11);
        int instructions = in.u32();
        in.skip(4); // what write_actions can write: in practice the same as what apply_actions can do
        Set<ActionKind> actions = actions(in.u32(), Version.OPENFLOW_11);
        int config = in.u32();
        int max = in.u32();
        return features(table, name, 0, 0, config, max, instructions, actions, match, wildcards, Set.of());
    }

    private static TableFeatures read12(WireReader in, int table, String name) throws DecodeException {
        Set<Field> match = oxmFields(in.u64());
        Set<Field> wildcards = oxmFields(in.u64());
        in.skip(4);
        Set<ActionKind> actions = actions(in.u32(), Version.OPENFLOW_12);
        in.skip(8);
        Set<Field> setFields = oxmFields(in.u64());
        long metadataMatch = in.u64();
        long metadataWrite = in.u64();
        int instructions = in.u32();
        int config = in.u32();
        int max = in.u32();
        return features(
                table,
                name,
                metadataMatch,
                metadataWrite,
                config,
                max,
                instructions,
                actions,
                match,
                wildcards,
                setFields);
    }

    private static TableFeatures features(
            int table,
            String name,
            long metadataMatch,
            long metadataWrite,
            int config,
            int maxEntries,
            int instructions,
            Set<ActionKind> actions,
            Set<Field> match,
            Set<Field> wildcards,
            Set<Field> setFields) {
        return new TableFeatures(
                table,
                name,
                metadataMatch,
                metadataWrite,
                config,
                maxEntries,
                WireFlag.set(InstructionKind.class, instructions),
                Set.of(),
                actions,
                match,
                Set.of(),
                wildcards,
                setFields);
    }

    private static Set<Field> fields(int bits, Map<Integer, String> names) {
        Set<Field> fields = new TreeSet<>();
        names.forEach((mask, name) -> {
            if ((bits & mask) != 0) {
                fields.add(Fields.find(name).orElseThrow());
            }
        });
        return Collections.unmodifiableSet(fields);
    }

    private static Set<Field> oxmFields(long bits) {
        Set<Field> fields = new TreeSet<>();
        for (int number = 0; number < Long.SIZE; number++) {
            if ((bits >>> number & 1) != 0) {
                Fields.find(OXM_CLASS, 0, number)
                        .filter(TableStatsCodec::isIn12)
                        .ifPresent(fields::add);
            }
        }
        return Collections.unmodifiableSet(fields);
    }

    private static boolean isIn12(Field field) {
        return field.codes().stream()
                .anyMatch(code -> code.oxmClass() == OXM_CLASS && Version.OPENFLOW_12.atLeast(code.since()));
    }

    /** The kinds of action in a bitmap of {@link #actionBits}. */
    static Set<ActionKind> actions(int bits, Version version) {
        Set<ActionKind> actions = EnumSet.noneOf(ActionKind.class);
        for (ActionKind kind : ActionKind.values()) {
            if (kind.type(version) >= 0 && (bits >>> kind.type(version) & 1) != 0) {
                actions.add(kind);
            }
        }
        return Collections.unmodifiableSet(actions);
    }

    static void write(WireWriter out, TableStats stats, Version version) {
        out.u8(stats.table());
        if (version.atLeast(Version.OPENFLOW_13)) {
            out.zeros(3);
        } else {
            TableFeatures features = stats.features().orElseGet(() -> TableFeatures.uniform(stats.table(), 1, 0));
            out.zeros(version == Version.OPENFLOW_10 ? 3 : 7).text(features.name(), NAME);
            writeFeatures(out, features, version);
        }
        out.u32(stats.active()).u64(stats.lookups()).u64(stats.matched());
    }

    private static void writeFeatures(WireWriter out, TableFeatures features, Version version) {
        if (version == Version.OPENFLOW_10) {
            out.u32(bits(features.wildcards(), FIELDS_10)).u32(features.maxEntries());
            return;
        }
        int actions = actionBits(features.actions(), version);
        int instructions = WireFlag.bits(features.instructions()) & ~METER_BIT;
        if (version == Version.OPENFLOW_11) {
            out.u32(bits(features.wildcards(), FIELDS_11)).u32(bits(features.match(), FIELDS_11));
            out.u32(instructions).u32(actions).u32(actions);
        } else {
            out.u64(oxmBits(features.match())).u64(oxmBits(features.wildcards()));
            out.u32(actions).u32(actions);
            out.u64(oxmBits(features.setFields())).u64(oxmBits(features.setFields()));
            out.u64(features.metadataMatch()).u64(features.metadataWrite()).u32(instructions);
        }
        out.u32(features.config()).u32(features.maxEntries());
    }

    private static int bits(Set<Field> fields, Map<Integer, String> names) {
        int bits = 0;
        for (Map.Entry<Integer, String> entry : names.entrySet()) {
            if (fields.contains(Fields.find(entry.getValue()).orElseThrow())) {
                bits |= entry.getKey();
            }
        }
        return bits;
    }

    private static long oxmBits(Set<Field> fields) {
        long bits = 0;
        for (Field field : fields) {
            for (var code : field.codes()) {
                if (code.oxmClass() == OXM_CLASS && Version.OPENFLOW_12.atLeast(code.since())) {
                    bits |= 1L << code.number();
                }
            }
        }
        return bits;
    }

    /** The bits of some kinds of action: 1 shifted by the type number of the version. */
    static int actionBits(Set<ActionKind> actions, Version version) {
        int bits = 0;
        for (ActionKind kind : actions) {
            bits |= kind.type(version) >= 0 ? 1 << kind.type(version) : 0;
        }
        return bits;
    }
}
