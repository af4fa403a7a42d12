package dev.culvert.openflow.codec;

import dev.culvert.openflow.DecodeException;
import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.message.Action;
import dev.culvert.openflow.message.Instruction;
import dev.culvert.openflow.message.InstructionKind;
import java.util.ArrayList;
import java.util.List;

/** Instructions: type 16 bits, length 16 bits (a multiple of 8), body. Sources: OpenFlow 1.1, A.2.4; OpenFlow 1.5, 7.2.5. */
final class InstructionCodec {
    private static final int EXPERIMENTER = 0xffff;

    private InstructionCodec() {}

    /** Reads instructions to the end of {@code in}; in OpenFlow 1.0 these are the actions that it applies. */
    static List<Instruction> read(WireReader in, Version version) throws DecodeException {
        if (version == Version.OPENFLOW_10) {
            List<Action> actions = ActionCodec.read(in, version);
            return actions.isEmpty() ? List.of() : List.of(new Instruction.ApplyActions(actions));
        }
        List<Instruction> instructions = new ArrayList<>();
        while (in.remaining() > 0) {
            int type = in.u16();
            int length = in.u16();
            if (length < 8 || length % 8 != 0) {
                throw new DecodeException(ErrorCode.OFPBIC_BAD_LEN, "instruction length " + length);
            }
            WireReader body = in.slice(length - 4, ErrorCode.OFPBIC_BAD_LEN);
            instructions.add(readOne(body, kind(type), version));
            body.end();
        }
        return instructions;
    }

    private static InstructionKind kind(int type) throws DecodeException {
        for (InstructionKind kind : InstructionKind.values()) {
            if (kind.type() == type) {
                return kind;
            }
        }
        throw new DecodeException(
                type == EXPERIMENTER ? ErrorCode.OFPBIC_BAD_EXPERIMENTER : ErrorCode.OFPBIC_UNKNOWN_INST,
                "instruction " + type);
    }

    private static Instruction readOne(WireReader in, InstructionKind kind, Version version) throws DecodeException {
        switch (kind) {
            case METER:
                return new Instruction.Meter(in.u32());
            case APPLY_ACTIONS:
                in.skip(4);
                return new Instruction.ApplyActions(ActionCodec.read(in, version));
            case WRITE_ACTIONS:
                in.skip(4);
                return new Instruction.WriteActions(ActionCodec.read(in, version));
            case CLEAR_ACTIONS:
                in.skip(4);
                return new Instruction.ClearActions();
            case WRITE_METADATA:
                in.skip(4);
                return new Instruction.WriteMetadata(in.u64(), in.u64());
            case GOTO_TABLE:
                int table = in.u8();
                in.skip(3);
                return new Instruction.GotoTable(table);
        }
        throw new IllegalArgumentException(kind.toString());
    }

    /** Writes instructions; in OpenFlow 1.0 the applied actions alone. */
    static void write(WireWriter out, List<Instruction> instructions, Version version) {
        if (version == Version.OPENFLOW_10) {
            for (Instruction instruction : instructions) {
                if (instruction instanceof Instruction.ApplyActions(List<Action> actions)) {
                    ActionCodec.write(out, actions, version);
                }
            }
            return;
        }
        instructions.forEach(instruction -> writeOne(out, instruction, version));
    }

    private static void writeOne(WireWriter out, Instruction instruction, Version version) {
        int start = out.size();
        switch (instruction) {
            case Instruction.Meter(int meter) ->
                header(out, InstructionKind.METER).u32(meter);
            case Instruction.ApplyActions(List<Action> actions) ->
                ActionCodec.write(header(out, InstructionKind.APPLY_ACTIONS).zeros(4), actions, version);
            case Instruction.ClearActions() ->
                header(out, InstructionKind.CLEAR_ACTIONS).zeros(4);
            case Instruction.WriteActions(List<Action> actions) ->
                ActionCodec.write(header(out, InstructionKind.WRITE_ACTIONS).zeros(4), actions, version);
            case Instruction.WriteMetadata(long value, long mask) ->
                header(out, InstructionKind.WRITE_METADATA).zeros(4).u64(value).u64(mask);
            case Instruction.GotoTable(int table) ->
                header(out, InstructionKind.GOTO_TABLE).u8(table).zeros(3);
        }
        out.patchLength(start + 2, start);
    }

    private static WireWriter header(WireWriter out, InstructionKind kind) {
        return out.u16(kind.type()).u16(0);
    }
}
