package dev.culvert.openflow.codec;

import dev.culvert.openflow.DecodeException;
import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.field.Field;
import dev.culvert.openflow.field.FieldCode;
import dev.culvert.openflow.field.Fields;
import dev.culvert.openflow.message.ActionKind;
import dev.culvert.openflow.message.InstructionKind;
import dev.culvert.openflow.message.TableFeatures;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * {@code ofp_table_features}: 64 bytes, then properties. A property for table misses that is absent means that misses are like
 * other flows, which is how these are written; when they are read, those of misses are passed over. Sources: OpenFlow 1.3,
 * A.3.5.5; 1.5, 7.3.5.18 (which put a command and feature bits into what was padding).
 */
final class TableFeaturesCodec {
    private static final int NAME = 32;
    private static final int FIXED = 64;
    private static final int INSTRUCTIONS = 0;
    private static final int NEXT_TABLES = 2;
    private static final int WRITE_ACTIONS = 4;
    private static final int APPLY_ACTIONS = 6;
    private static final int MATCH = 8;
    private static final int WILDCARDS = 10;
    private static final int WRITE_SET_FIELDS = 12;
    private static final int APPLY_SET_FIELDS = 14;
    private static final int TYPE_AND_LENGTH = 4;

    private TableFeaturesCodec() {}

    static TableFeatures read(WireReader in, Version version) throws DecodeException {
        int length = in.u16();
        int table = in.u8();
        in.skip(5);
        String name = in.text(NAME);
        long metadataMatch = in.u64();
        long metadataWrite = in.u64();
        int config = in.u32();
        int maxEntries = in.u32();
        Set<InstructionKind> instructions = EnumSet.noneOf(InstructionKind.class);
        Set<Integer> next = new TreeSet<>();
        Set<ActionKind> actions = EnumSet.noneOf(ActionKind.class);
        Set<Field> match = new TreeSet<>();
        Set<Field> masked = new TreeSet<>();
        Set<Field> wildcards = new TreeSet<>();
        Set<Field> setFields = new TreeSet<>();
        WireReader properties = in.slice(length - FIXED, ErrorCode.OFPBPC_BAD_LEN);
        while (properties.remaining() > 0) {
            Property property = Property.read(properties);
            WireReader body = property.body();
            switch (property.type()) {
                case INSTRUCTIONS -> readInstructions(body, instructions);
                case NEXT_TABLES -> {
                    while (body.remaining() > 0) {
                        next.add(body.u8());
                    }
                }
                case APPLY_ACTIONS -> readActions(body, version, actions);
                case MATCH -> readFields(body, match, masked);
                case WILDCARDS -> readFields(body, wildcards, new TreeSet<>());
                case APPLY_SET_FIELDS -> readFields(body, setFields, new TreeSet<>());
                default -> {
                    // what write_actions can write, and what misses can do
                }
            }
        }
        return new TableFeatures(
                table,
                name,
                metadataMatch,
                metadataWrite,
                config,
                maxEntries,
                Collections.unmodifiableSet(instructions),
                Collections.unmodifiableSet(next),
                Collections.unmodifiableSet(actions),
                Collections.unmodifiableSet(match),
                Collections.unmodifiableSet(masked),
                Collections.unmodifiableSet(wildcards),
                Collections.unmodifiableSet(setFields));
    }

    private static void readInstructions(WireReader in, Set<InstructionKind> instructions) throws DecodeException {
        while (in.remaining() > 0) {
            int type = in.u16();
            in.skip(Math.max(0, in.u16() - TYPE_AND_LENGTH));
            for (InstructionKind kind : InstructionKind.values()) {
                if (kind.type() == type) {
                    instructions.add(kind);
                }
            }
        }
    }

    private static void readActions(WireReader in, Version version, Set<ActionKind> actions) throws DecodeException {
        while (in.remaining() > 0) {
            int type = in.u16();
            in.skip(Math.max(0, in.u16() - TYPE_AND_LENGTH));
            for (ActionKind kind : ActionKind.values()) {
                if (kind.type(version) == type) {
                    actions.add(kind);
                }
            }
        }
    }

    private static void readFields(WireReader in, Set<Field> fields, Set<Field> masked) throws DecodeException {
        while (in.remaining() > 0) {
            int oxmClass = in.u16();
            int rest = in.u8();
            in.skip(1);
            int experimenter = oxmClass == FieldCode.EXPERIMENTER_CLASS ? in.u32() : 0;
            Fields.find(oxmClass, experimenter, rest >> 1).ifPresent(field -> {
                fields.add(field);
                if ((rest & 1) != 0) {
                    masked.add(field);
                }
            });
        }
    }

    static void write(WireWriter out, TableFeatures features, Version version) {
        int start = out.size();
        out.u16(0).u8(features.table()).zeros(5).text(features.name(), NAME);
        out.u64(features.metadataMatch()).u64(features.metadataWrite());
        out.u32(features.config()).u32(features.maxEntries());
        writeInstructions(out, features, version);
        int next = Property.begin(out, NEXT_TABLES);
        features.nextTables().forEach(out::u8);
        Property.finish(out, next);
        writeActions(out, WRITE_ACTIONS, features.actions(), version);
        writeActions(out, APPLY_ACTIONS, features.actions(), version);
        writeFields(out, MATCH, features.match(), features.masked(), version);
        writeFields(out, WILDCARDS, features.wildcards(), Set.of(), version);
        writeFields(out, WRITE_SET_FIELDS, features.setFields(), Set.of(), version);
        writeFields(out, APPLY_SET_FIELDS, features.setFields(), Set.of(), version);
        out.patchLength(start, start);
    }

    private static void writeInstructions(WireWriter out, TableFeatures features, Version version) {
        int start = Property.begin(out, INSTRUCTIONS);
        for (InstructionKind kind : features.instructions()) {
            // metering became an action in OpenFlow 1.5
            if (kind != InstructionKind.METER || !version.atLeast(Version.OPENFLOW_15)) {
                out.u16(kind.type()).u16(TYPE_AND_LENGTH);
            }
        }
        Property.finish(out, start);
    }

    private static void writeActions(WireWriter out, int property, Set<ActionKind> actions, Version version) {
        int start = Property.begin(out, property);
        for (ActionKind kind : actions) {
            if (kind.type(version) >= 0) {
                out.u16(kind.type(version)).u16(TYPE_AND_LENGTH);
            }
        }
        Property.finish(out, start);
    }

    private static void writeFields(
            WireWriter out, int property, Set<Field> fields, Set<Field> masked, Version version) {
        int start = Property.begin(out, property);
        for (Field field : fields) {
            field.codeFor(version).ifPresent(code -> OxmCodec.writeHeader(out, code, field, masked.contains(field)));
        }
        Property.finish(out, start);
    }
}
