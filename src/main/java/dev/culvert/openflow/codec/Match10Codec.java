package dev.culvert.openflow.codec;

import dev.culvert.openflow.DecodeException;
import dev.culvert.openflow.OfPort;
import dev.culvert.openflow.field.Bits;
import dev.culvert.openflow.field.Field;
import dev.culvert.openflow.field.Fields;
import dev.culvert.openflow.field.Match;
import dev.culvert.openflow.field.Match.Condition;
import java.util.Optional;

/**
 * OpenFlow 1.0's {@code ofp_match}, 40 bytes: a word of wildcard bits, then twelve fields. What a {@link Match} says beyond
 * these cannot be written and is left out, so that an OpenFlow 1.0 peer is told of a wider match. Source: OpenFlow 1.0, 5.2.3.
 */
final class Match10Codec {
    private static final int ANY_IN_PORT = 1;
    private static final int ANY_VLAN = 1 << 1;
    private static final int ANY_ETH_SRC = 1 << 2;
    private static final int ANY_ETH_DST = 1 << 3;
    private static final int ANY_ETH_TYPE = 1 << 4;
    private static final int ANY_PROTOCOL = 1 << 5;
    private static final int ANY_TP_SRC = 1 << 6;
    private static final int ANY_TP_DST = 1 << 7;
    private static final int IP_SRC_SHIFT = 8;
    private static final int IP_DST_SHIFT = 14;
    private static final int ANY_PCP = 1 << 20;
    private static final int ANY_TOS = 1 << 21;
    /** All wildcard bits. */
    static final int ANY = (1 << 22) - 1;

    private static final int NO_VLAN = 0xffff;
    private static final int CFI = 0x1000;
    private static final int[] ONE_BIT = {
        ANY_IN_PORT,
        ANY_VLAN,
        ANY_ETH_SRC,
        ANY_ETH_DST,
        ANY_ETH_TYPE,
        ANY_PROTOCOL,
        ANY_TP_SRC,
        ANY_TP_DST,
        ANY_PCP,
        ANY_TOS
    };

    private Match10Codec() {}

    static Match read(WireReader in) throws DecodeException {
        int any = in.u32();
        Match.Builder match = Match.builder();
        int port = in.u16();
        if ((any & ANY_IN_PORT) == 0) {
            match.exact(Fields.IN_PORT, OfPort.fromOf10(port));
        }
        long source = in.u48();
        if ((any & ANY_ETH_SRC) == 0) {
            match.exact(Fields.ETH_SRC, source);
        }
        long destination = in.u48();
        if ((any & ANY_ETH_DST) == 0) {
            match.exact(Fields.ETH_DST, destination);
        }
        vlan(match, any, in.u16(), in.u8());
        in.skip(1);
        int ethType = in.u16();
        if ((any & ANY_ETH_TYPE) == 0) {
            match.exact(Fields.ETH_TYPE, ethType);
        } else {
            ethType = -1;
        }
        int tos = in.u8();
        int protocol = in.u8();
        in.skip(2);
        if ((any & ANY_TOS) == 0 && (TupleFields.isIp(ethType) || ethType == 0x86dd)) {
            match.exact(Fields.NW_TOS, tos & 0xfc);
        }
        Optional<Field> protocolField = TupleFields.protocol(ethType);
        if ((any & ANY_PROTOCOL) == 0 && protocolField.isPresent()) {
            match.exact(protocolField.get(), protocol);
        } else {
            protocol = -1;
        }
        address(match, TupleFields.address(ethType, false), in.u32(), any >> IP_SRC_SHIFT);
        address(match, TupleFields.address(ethType, true), in.u32(), any >> IP_DST_SHIFT);
        transport(match, TupleFields.transport(ethType, protocol, false), in.u16(), any & ANY_TP_SRC);
        transport(match, TupleFields.transport(ethType, protocol, true), in.u16(), any & ANY_TP_DST);
        return match.build();
    }

    private static void vlan(Match.Builder match, int any, int vid, int pcp) {
        if ((any & ANY_VLAN) == 0) {
            if (vid == NO_VLAN) {
                match.masked(Fields.VLAN_TCI, Bits.of(0, 2), Bits.ones(2));
                return;
            }
            match.merge(Fields.VLAN_TCI, CFI | (vid & 0xfff), 0x1fff);
        }
        if ((any & ANY_PCP) == 0) {
            match.merge(Fields.VLAN_TCI, CFI | ((pcp & 7) << 13), 0xf000);
        }
    }

    private static void address(Match.Builder match, Optional<Field> field, int value, int wildBits) {
        int prefix = 32 - Math.min(32, wildBits & 0x3f);
        if (field.isPresent() && prefix > 0) {
            match.masked(field.get(), Bits.of(value, 4), Bits.prefix(prefix, 4));
        }
    }

    private static void transport(Match.Builder match, Optional<Field> field, int value, int wild) {
        field.filter(f -> wild == 0).ifPresent(f -> match.exact(f, value));
    }

    static void write(WireWriter out, Match match) {
        int any = 0;
        for (int bit : ONE_BIT) {
            any |= bit;
        }
        int ethType = number(match, Fields.ETH_TYPE);
        int protocol = number(match, TupleFields.protocol(ethType));
        Condition source = condition(match, TupleFields.address(ethType, false));
        Condition destination = condition(match, TupleFields.address(ethType, true));
        int tpSrc = number(match, TupleFields.transport(ethType, protocol, false));
        int tpDst = number(match, TupleFields.transport(ethType, protocol, true));
        int tos = number(match, Fields.NW_TOS);
        int vid = vid(match);
        int pcp = pcp(match);
        int port = match.exact(Fields.IN_PORT)
                .map(Long::intValue)
                .map(OfPort::toOf10)
                .orElse(-1);
        long ethSrc = match.exact(Fields.ETH_SRC).orElse(-1L);
        long ethDst = match.exact(Fields.ETH_DST).orElse(-1L);
        any = clear(any, ANY_IN_PORT, port);
        any = clear(any, ANY_VLAN, vid);
        any = clear(any, ANY_PCP, pcp);
        any = clear(any, ANY_ETH_SRC, ethSrc);
        any = clear(any, ANY_ETH_DST, ethDst);
        any = clear(any, ANY_ETH_TYPE, ethType);
        any = clear(any, ANY_TOS, tos);
        any = clear(any, ANY_PROTOCOL, protocol);
        any = clear(any, ANY_TP_SRC, tpSrc);
        any = clear(any, ANY_TP_DST, tpDst);
        any |= wildBits(source) << IP_SRC_SHIFT | wildBits(destination) << IP_DST_SHIFT;
        out.u32(any).u16(zero(port)).u48(Math.max(0, ethSrc)).u48(Math.max(0, ethDst));
        out.u16(zero(vid)).u8(zero(pcp)).zeros(1);
        out.u16(zero(ethType)).u8(zero(tos)).u8(zero(protocol)).zeros(2);
        out.bits(source.value()).bits(destination.value()).u16(zero(tpSrc)).u16(zero(tpDst));
    }

    private static int vid(Match match) {
        return match.get(Fields.VLAN_TCI)
                .map(c -> {
                    int value = (int) c.value().toLong();
                    int mask = (int) c.mask().toLong();
                    if ((mask & CFI) != 0 && (value & CFI) == 0) {
                        return NO_VLAN;
                    }
                    return (mask & 0x1fff) == 0x1fff ? value & 0xfff : -1;
                })
                .orElse(-1);
    }

    private static int pcp(Match match) {
        return match.get(Fields.VLAN_TCI)
                .map(c -> {
                    boolean tagged = (c.value().toLong() & CFI) != 0;
                    return tagged && (c.mask().toLong() & 0xe000) == 0xe000
                            ? (int) c.value().toLong() >> 13
                            : -1;
                })
                .orElse(-1);
    }

    private static int number(Match match, Field field) {
        return match.exact(field).map(Long::intValue).orElse(-1);
    }

    private static int number(Match match, Optional<Field> field) {
        return field.map(f -> number(match, f)).orElse(-1);
    }

    private static Condition condition(Match match, Optional<Field> field) {
        return field.flatMap(match::get)
                .filter(c -> c.mask().prefixLength() >= 0)
                .orElse(new Condition(Bits.of(0, 4), Bits.of(0, 4)));
    }

    private static int wildBits(Condition condition) {
        return 32 - condition.mask().prefixLength();
    }

    private static int clear(int any, int bit, long value) {
        return value >= 0 ? any & ~bit : any;
    }

    private static int zero(int value) {
        return Math.max(0, value);
    }
}
