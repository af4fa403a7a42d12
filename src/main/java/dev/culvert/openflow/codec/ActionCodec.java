package dev.culvert.openflow.codec;

import dev.culvert.openflow.DecodeException;
import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.OfPort;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.field.Bits;
import dev.culvert.openflow.message.Action;
import dev.culvert.openflow.message.ActionKind;
import java.util.ArrayList;
import java.util.List;

/**
 * Actions: type 16 bits, length 16 bits (a multiple of 8), body. Sources: OpenFlow 1.0, 5.2.4; 1.1, A.2.5; 1.5, 7.2.6. A type
 * that this side has no form for stays as it came.
 */
final class ActionCodec {
    private static final int HEADER = 4;

    private ActionCodec() {}

    /** Reads actions to the end of {@code in}. */
    static List<Action> read(WireReader in, Version version) throws DecodeException {
        List<Action> actions = new ArrayList<>();
        while (in.remaining() > 0) {
            int type = in.peek16(0);
            int length = in.peek16(2);
            if (length < 8 || length % 8 != 0 || length > in.remaining()) {
                throw new DecodeException(ErrorCode.OFPBAC_BAD_LEN, "action length " + length);
            }
            actions.add(readOne(in, version, type, length));
        }
        return actions;
    }

    private static Action readOne(WireReader in, Version version, int type, int length) throws DecodeException {
        for (ActionKind kind : ActionKind.values()) {
            if (kind.type(version) == type && isRead(kind)) {
                WireReader body = in.slice(length, ErrorCode.OFPBAC_BAD_LEN);
                body.skip(HEADER);
                Action action = body(kind, body, version);
                body.end();
                return action;
            }
        }
        return type == NiciraActionCodec.TYPE
                ? NiciraActionCodec.read(in, length)
                : new Action.Unknown(in.bits(length));
    }

    private static boolean isRead(ActionKind kind) {
        return switch (kind) {
            case OUTPUT, GROUP, SET_QUEUE, STRIP_VLAN, PUSH_VLAN, PUSH_MPLS, POP_MPLS, DEC_TTL -> true;
            default -> false;
        };
    }

    private static Action body(ActionKind kind, WireReader in, Version version) throws DecodeException {
        switch (kind) {
            case OUTPUT:
                boolean of10 = version == Version.OPENFLOW_10;
                int port = of10 ? OfPort.fromOf10(in.u16()) : in.u32();
                Action output = new Action.Output(port, in.u16());
                in.skip(of10 ? 0 : 6);
                return output;
            case GROUP:
                return new Action.Group(in.u32());
            case SET_QUEUE:
                return new Action.SetQueue(in.u32());
            case PUSH_VLAN:
                return new Action.PushVlan(ethertype(in));
            case PUSH_MPLS:
                return new Action.PushMpls(ethertype(in));
            case POP_MPLS:
                return new Action.PopMpls(ethertype(in));
            case STRIP_VLAN:
                in.skip(4);
                return version == Version.OPENFLOW_10 ? new Action.StripVlan() : new Action.PopVlan();
            case DEC_TTL:
                in.skip(4);
                return new Action.DecTtl();
            default:
                throw new IllegalArgumentException(kind.toString());
        }
    }

    private static int ethertype(WireReader in) throws DecodeException {
        int ethertype = in.u16();
        in.skip(2);
        return ethertype;
    }

    /** Writes actions. One that the version lacks is left out: a peer of it could not have asked for the flow. */
    static void write(WireWriter out, List<Action> actions, Version version) {
        actions.forEach(action -> writeOne(out, action, version));
    }

    private static void writeOne(WireWriter out, Action action, Version version) {
        if (version == Version.OPENFLOW_10 && NiciraActionCodec.write(out, action)) {
            return;
        }
        switch (action) {
            case Action.Output(int port, int maxLength)
            when version == Version.OPENFLOW_10 ->
                header(out, ActionKind.OUTPUT, version, 8)
                        .u16(OfPort.toOf10(port))
                        .u16(maxLength);
            case Action.Output(int port, int maxLength) ->
                header(out, ActionKind.OUTPUT, version, 16)
                        .u32(port)
                        .u16(maxLength)
                        .zeros(6);
            case Action.Group(int group) -> number(out, ActionKind.GROUP, version, group);
            case Action.SetQueue(int queue) -> number(out, ActionKind.SET_QUEUE, version, queue);
            case Action.PushVlan(int ethertype) -> number(out, ActionKind.PUSH_VLAN, version, ethertype << 16);
            case Action.PushMpls(int ethertype) -> number(out, ActionKind.PUSH_MPLS, version, ethertype << 16);
            case Action.PopMpls(int ethertype) -> number(out, ActionKind.POP_MPLS, version, ethertype << 16);
            case Action.Resubmit resubmit -> NiciraActionCodec.write(out, resubmit);
            case Action.StripVlan(), Action.PopVlan() -> number(out, ActionKind.STRIP_VLAN, version, 0);
            case Action.DecTtl() -> number(out, ActionKind.DEC_TTL, version, 0);
            case Action.Unknown(Bits wire) -> out.bits(wire);
        }
    }

    private static void number(WireWriter out, ActionKind kind, Version version, int number) {
        if (kind.type(version) >= 0) {
            header(out, kind, version, 8).u32(number);
        }
    }

    private static WireWriter header(WireWriter out, ActionKind kind, Version version, int length) {
        return out.u16(kind.type(version)).u16(length);
    }
}
