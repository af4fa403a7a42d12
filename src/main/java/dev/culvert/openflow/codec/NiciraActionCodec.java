package dev.culvert.openflow.codec;

import dev.culvert.openflow.DecodeException;
import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.OfPort;
import dev.culvert.openflow.field.Bits;
import dev.culvert.openflow.message.Action;

/**
 * Nicira's actions: type 0xffff, length, experimenter 32 bits, subtype 16 bits, body. Some are what OpenFlow 1.0 lacks of later
 * versions' actions, others are in no version. Source: {@code nicira-ext.h}.
 */
final class NiciraActionCodec {
    /** The type of all experimenters' actions. */
    static final int TYPE = 0xffff;

    private static final int LENGTH = 16;
    private static final int RESUBMIT = 1;
    private static final int SET_QUEUE = 4;
    private static final int RESUBMIT_TABLE = 14;
    private static final int DEC_TTL = 18;
    private static final int PUSH_MPLS = 23;
    private static final int POP_MPLS = 24;

    private NiciraActionCodec() {}

    /** Reads an experimenter's action of that length; one without a form here stays as it came. */
    static Action read(WireReader in, int length) throws DecodeException {
        Bits wire = in.bits(length);
        if (length != LENGTH) {
            return new Action.Unknown(wire);
        }
        WireReader body = new WireReader(wire.toBytes(), 4, length, ErrorCode.OFPBAC_BAD_LEN);
        boolean nicira = body.u32() == ErrorCode.NICIRA;
        int subtype = body.u16();
        int number = body.u16();
        int next = body.u8();
        return switch (nicira ? subtype : -1) {
            case RESUBMIT -> new Action.Resubmit(OfPort.fromOf10(number), Action.Resubmit.SAME_TABLE);
            case RESUBMIT_TABLE -> new Action.Resubmit(OfPort.fromOf10(number), next);
            case SET_QUEUE ->
                new Action.SetQueue(new WireReader(wire.toBytes(), 12, 16, ErrorCode.OFPBAC_BAD_LEN).u32());
            case DEC_TTL -> new Action.DecTtl();
            case PUSH_MPLS -> new Action.PushMpls(number);
            case POP_MPLS -> new Action.PopMpls(number);
            default -> new Action.Unknown(wire);
        };
    }

    /** Writes {@code action} if there is a Nicira action for it, and says whether. */
    static boolean write(WireWriter out, Action action) {
        switch (action) {
            case Action.Resubmit(int port, int table)
            when table == Action.Resubmit.SAME_TABLE ->
                header(out, RESUBMIT).u16(OfPort.toOf10(port)).u8(table).zeros(3);
            case Action.Resubmit(int port, int table) ->
                header(out, RESUBMIT_TABLE).u16(OfPort.toOf10(port)).u8(table).zeros(3);
            case Action.SetQueue(int queue) -> header(out, SET_QUEUE).zeros(2).u32(queue);
            case Action.DecTtl() -> header(out, DEC_TTL).zeros(6);
            case Action.PushMpls(int ethertype) ->
                header(out, PUSH_MPLS).u16(ethertype).zeros(4);
            case Action.PopMpls(int ethertype) ->
                header(out, POP_MPLS).u16(ethertype).zeros(4);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static WireWriter header(WireWriter out, int subtype) {
        return out.u16(TYPE).u16(LENGTH).u32(ErrorCode.NICIRA).u16(subtype);
    }
}
