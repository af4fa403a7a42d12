package dev.culvert.openflow.codec;

import dev.culvert.openflow.DecodeException;
import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.field.Bits;
import dev.culvert.openflow.field.Field;
import dev.culvert.openflow.field.Fields;
import dev.culvert.openflow.field.Match;
import dev.culvert.openflow.field.Match.Condition;
import java.util.Optional;

/**
 * OpenFlow 1.1's {@code ofp_match} of type OFPMT_STANDARD, 88 bytes: fields with masks whose ones are the bits to ignore. What a
 * {@link Match} says beyond these is left out, as in OpenFlow 1.0. Source: OpenFlow 1.1, A.2.3.
 */
final class Match11Codec {
    /** The type of this form among {@code ofp_match} types. */
    static final int TYPE = 0;

    private static final int LENGTH = 88;
    private static final int ANY_IN_PORT = 1;
    private static final int ANY_VLAN = 1 << 1;
    private static final int ANY_PCP = 1 << 2;
    private static final int ANY_ETH_TYPE = 1 << 3;
    private static final int ANY_TOS = 1 << 4;
    private static final int ANY_PROTOCOL = 1 << 5;
    private static final int ANY_TP_SRC = 1 << 6;
    private static final int ANY_TP_DST = 1 << 7;
    private static final int ANY_MPLS_LABEL = 1 << 8;
    private static final int ANY_MPLS_TC = 1 << 9;
    private static final int TAGGED = 0xfffe;
    private static final int UNTAGGED = 0xffff;
    private static final int CFI = 0x1000;

    private Match11Codec() {}

    static Match read(WireReader in) throws DecodeException {
        int type = in.u16();
        int length = in.u16();
        if (type != TYPE) {
            throw new DecodeException(ErrorCode.OFPBMC_BAD_TYPE, "match type " + type);
        } else if (length != LENGTH) {
            throw new DecodeException(ErrorCode.OFPBMC_BAD_LEN, "match length " + length);
        }
        Match.Builder match = Match.builder();
        int port = in.u32();
        int any = in.u32();
        if ((any & ANY_IN_PORT) == 0) {
            match.exact(Fields.IN_PORT, port & 0xffff_ffffL);
        }
        masked(match, Fields.ETH_SRC, in);
        masked(match, Fields.ETH_DST, in);
        vlan(match, any, in.u16(), in.u8());
        in.skip(1);
        int ethType = exact(match, Optional.of(Fields.ETH_TYPE), in.u16(), any & ANY_ETH_TYPE);
        int tos = in.u8();
        boolean hasTos = TupleFields.isIp(ethType) || ethType == 0x86dd;
        exact(match, hasTos ? Optional.of(Fields.NW_TOS) : Optional.empty(), tos & 0xfc, any & ANY_TOS);
        int protocol = exact(match, TupleFields.protocol(ethType), in.u8(), any & ANY_PROTOCOL);
        maskedIf(match, TupleFields.address(ethType, false), in);
        maskedIf(match, TupleFields.address(ethType, true), in);
        exact(match, TupleFields.transport(ethType, protocol, false), in.u16(), any & ANY_TP_SRC);
        exact(match, TupleFields.transport(ethType, protocol, true), in.u16(), any & ANY_TP_DST);
        boolean mpls = ethType == 0x8847 || ethType == 0x8848;
        exact(match, mpls ? Optional.of(Fields.MPLS_LABEL) : Optional.empty(), in.u32(), any & ANY_MPLS_LABEL);
        exact(match, mpls ? Optional.of(Fields.MPLS_TC) : Optional.empty(), in.u8(), any & ANY_MPLS_TC);
        in.skip(3);
        masked(match, Fields.METADATA, in);
        return match.build();
    }

    private static int exact(Match.Builder match, Optional<Field> field, int value, int wild) {
        if (wild != 0 || field.isEmpty()) {
            return -1;
        }
        match.exact(field.get(), value);
        return value;
    }

    private static void masked(Match.Builder match, Field field, WireReader in) throws DecodeException {
        Bits value = in.bits(field.bytes());
        match.masked(field, value, in.bits(field.bytes()).not());
    }

    private static void maskedIf(Match.Builder match, Optional<Field> field, WireReader in) throws DecodeException {
        if (field.isPresent()) {
            masked(match, field.get(), in);
        } else {
            in.skip(8);
        }
    }

    private static void vlan(Match.Builder match, int any, int vid, int pcp) throws DecodeException {
        if ((any & ANY_VLAN) != 0) {
            return;
        } else if (vid == UNTAGGED) {
            match.masked(Fields.VLAN_TCI, Bits.of(0, 2), Bits.ones(2));
            return;
        } else if (vid != TAGGED && vid > 0xfff) {
            throw new DecodeException(ErrorCode.OFPBMC_BAD_VALUE, "VLAN " + vid);
        }
        match.merge(Fields.VLAN_TCI, CFI | (vid & 0xfff), vid == TAGGED ? CFI : 0x1fff);
        if ((any & ANY_PCP) == 0) {
            match.merge(Fields.VLAN_TCI, CFI | ((pcp & 7) << 13), 0xf000);
        }
    }

    static void write(WireWriter out, Match match) {
        int start = out.size();
        int ethType = number(match, Optional.of(Fields.ETH_TYPE));
        int protocol = number(match, TupleFields.protocol(ethType));
        int tpSrc = number(match, TupleFields.transport(ethType, protocol, false));
        int tpDst = number(match, TupleFields.transport(ethType, protocol, true));
        int tos = number(match, Optional.of(Fields.NW_TOS));
        int label = number(match, Optional.of(Fields.MPLS_LABEL));
        int tc = number(match, Optional.of(Fields.MPLS_TC));
        Optional<Long> port = match.exact(Fields.IN_PORT);
        int vid = vid(match);
        int pcp = vid == UNTAGGED ? -1 : pcp(match);
        int any = port.isPresent() ? 0 : ANY_IN_PORT;
        any |= vid < 0 ? ANY_VLAN | ANY_PCP : pcp < 0 ? ANY_PCP : 0;
        any |= ethType < 0 ? ANY_ETH_TYPE : 0;
        any |= tos < 0 ? ANY_TOS : 0;
        any |= protocol < 0 ? ANY_PROTOCOL : 0;
        any |= tpSrc < 0 ? ANY_TP_SRC : 0;
        any |= tpDst < 0 ? ANY_TP_DST : 0;
        any |= label < 0 ? ANY_MPLS_LABEL : 0;
        any |= tc < 0 ? ANY_MPLS_TC : 0;
        out.u16(TYPE).u16(LENGTH).u32(port.orElse(0L).intValue()).u32(any);
        writeMasked(out, match, Optional.of(Fields.ETH_SRC), 6);
        writeMasked(out, match, Optional.of(Fields.ETH_DST), 6);
        out.u16(Math.max(0, vid)).u8(Math.max(0, pcp)).zeros(1).u16(Math.max(0, ethType));
        out.u8(Math.max(0, tos)).u8(Math.max(0, protocol));
        writeMasked(out, match, TupleFields.address(ethType, false), 4);
        writeMasked(out, match, TupleFields.address(ethType, true), 4);
        out.u16(Math.max(0, tpSrc))
                .u16(Math.max(0, tpDst))
                .u32(Math.max(0, label))
                .u8(Math.max(0, tc));
        out.zeros(3);
        writeMasked(out, match, Optional.of(Fields.METADATA), 8);
        assert out.size() - start == LENGTH;
    }

    private static void writeMasked(WireWriter out, Match match, Optional<Field> field, int size) {
        Condition condition = field.flatMap(match::get).orElse(new Condition(Bits.of(0, size), Bits.of(0, size)));
        out.bits(condition.value()).bits(condition.mask().not());
    }

    private static int vid(Match match) {
        return match.get(Fields.VLAN_TCI)
                .map(c -> {
                    int value = (int) c.value().toLong();
                    int mask = (int) c.mask().toLong();
                    if ((mask & CFI) != 0 && (value & CFI) == 0) {
                        return UNTAGGED;
                    }
                    return (mask & 0x1fff) == 0x1fff ? value & 0xfff : (mask & CFI) != 0 ? TAGGED : -1;
                })
                .orElse(-1);
    }

    private static int pcp(Match match) {
        return match.get(Fields.VLAN_TCI)
                .filter(c -> (c.mask().toLong() & 0xe000) == 0xe000)
                .map(c -> (int) c.value().toLong() >> 13)
                .orElse(-1);
    }

    private static int number(Match match, Optional<Field> field) {
        return field.flatMap(match::exact).map(Long::intValue).orElse(-1);
    }
}
