package dev.culvert.openflow.codec;

import dev.culvert.openflow.DecodeException;
import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.field.Bits;
import dev.culvert.openflow.field.Field;
import dev.culvert.openflow.field.FieldCode;
import dev.culvert.openflow.field.Fields;
import dev.culvert.openflow.field.Match;
import dev.culvert.openflow.field.Match.Condition;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Extensible matches: NXM before OpenFlow 1.2, OXM since. A condition is a 32-bit header (class 16 bits, field 7, has-mask 1,
 * length 8), an experimenter number in class 0xffff, the value, and the mask if there is one. Sources: OpenFlow 1.5, 7.2.3;
 * {@code nicira-ext.h}, "Flow match extensions".
 */
final class OxmCodec {
    /** Nicira's way to put a cookie into a match: it shares its number with the MPLS TTL, which is shorter. */
    private static final int COOKIE_CLASS = 1;

    private static final int COOKIE_NUMBER = 30;
    private static final int COOKIE_SIZE = 8;
    private static final int MATCH_TYPE_OXM = 1;

    private OxmCodec() {}

    /**
     * A match, and the cookie condition that a Nicira query can hold in it.
     *
     * @param match the match
     * @param cookie the cookie
     * @param cookieMask zero where there was no condition on it
     */
    record WithCookie(Match match, long cookie, long cookieMask) {}

    /** Reads {@code ofp_match} of type OXM with its padding. */
    static Match readMatch(WireReader in) throws DecodeException {
        int type = in.u16();
        int length = in.u16();
        if (type != MATCH_TYPE_OXM) {
            throw new DecodeException(ErrorCode.OFPBMC_BAD_TYPE, "match type " + type);
        } else if (length < 4) {
            throw new DecodeException(ErrorCode.OFPBMC_BAD_LEN, "match length " + length);
        }
        Match match =
                read(in.slice(length - 4, ErrorCode.OFPBMC_BAD_LEN), false).match();
        in.skipPadding(length);
        return match;
    }

    /** Writes {@code ofp_match} of type OXM with its padding. */
    static void writeMatch(WireWriter out, Match match, Version version) {
        int start = out.size();
        out.u16(MATCH_TYPE_OXM).u16(0);
        write(out, match, version);
        out.patchLength(start + 2, start);
        out.pad8(start);
    }

    /** Reads conditions to the end of {@code in}; a cookie is one of them where {@code cookieAllowed}. */
    static WithCookie read(WireReader in, boolean cookieAllowed) throws DecodeException {
        Match.Builder builder = Match.builder();
        Set<Field> seen = new HashSet<>();
        long cookie = 0;
        long cookieMask = 0;
        while (in.remaining() > 0) {
            int oxmClass = in.u16();
            int rest = in.u8();
            int number = rest >> 1;
            boolean hasMask = (rest & 1) != 0;
            WireReader body = in.slice(in.u8(), ErrorCode.OFPBMC_BAD_LEN);
            int experimenter = oxmClass == FieldCode.EXPERIMENTER_CLASS ? body.u32() : 0;
            int size = hasMask ? body.remaining() / 2 : body.remaining();
            if (cookieAllowed && oxmClass == COOKIE_CLASS && number == COOKIE_NUMBER && size == COOKIE_SIZE) {
                cookie = body.u64();
                cookieMask = hasMask ? body.u64() : -1;
                continue;
            }
            Field field = Fields.find(oxmClass, experimenter, number)
                    .orElseThrow(() -> new DecodeException(
                            ErrorCode.OFPBMC_BAD_FIELD, "field " + Integer.toHexString(oxmClass) + ":" + number));
            if (!seen.add(field)) {
                throw new DecodeException(ErrorCode.OFPBMC_DUP_FIELD, field.name());
            }
            add(builder, field, body, size, hasMask);
        }
        return new WithCookie(builder.build(), cookie, cookieMask);
    }

    private static void add(Match.Builder builder, Field field, WireReader body, int size, boolean hasMask)
            throws DecodeException {
        boolean fits = field.isVariable() ? size >= 1 && size <= field.bytes() : size == field.bytes();
        if (!fits || body.remaining() != (hasMask ? 2 * size : size)) {
            throw new DecodeException(ErrorCode.OFPBMC_BAD_LEN, field.name());
        }
        Bits value = widen(body.bits(size), field);
        Bits mask = Bits.ones(field.bytes());
        if (hasMask) {
            mask = widen(body.bits(size), field);
            if (!field.isMaskable() && !mask.isOnes()) {
                throw new DecodeException(ErrorCode.OFPBMC_BAD_MASK, field.name());
            } else if (!value.and(mask.not()).isZero()) {
                throw new DecodeException(ErrorCode.OFPBMC_BAD_WILDCARDS, field.name());
            }
        } else if (field.isVariable()) {
            mask = widen(Bits.ones(size), field);
        }
        if (!Prerequisites.met(field.prerequisite(), builder)) {
            throw new DecodeException(ErrorCode.OFPBMC_BAD_PREREQ, field.name());
        }
        Canonical.add(builder, field, value, mask);
    }

    private static Bits widen(Bits bits, Field field) {
        byte[] wide = new byte[field.bytes()];
        byte[] given = bits.toBytes();
        System.arraycopy(given, 0, wide, wide.length - given.length, given.length);
        return Bits.of(wide);
    }

    /** Writes the conditions of {@code match}, in the terms of {@code version}, without padding. */
    static void write(WireWriter out, Match match, Version version) {
        for (Map.Entry<Field, Condition> entry : match.conditions().entrySet()) {
            Canonical.forEachOnWire(
                    entry.getKey(),
                    entry.getValue(),
                    version,
                    (field, condition) -> writeOne(out, field, condition, version));
        }
    }

    /** Writes a condition on a cookie, as Nicira's queries have it. */
    static void writeCookie(WireWriter out, long cookie, long mask) {
        boolean hasMask = mask != -1;
        out.u16(COOKIE_CLASS).u8((COOKIE_NUMBER << 1) | (hasMask ? 1 : 0)).u8(hasMask ? 2 * COOKIE_SIZE : COOKIE_SIZE);
        out.u64(cookie);
        if (hasMask) {
            out.u64(mask);
        }
    }

    private static void writeOne(WireWriter out, Field field, Condition condition, Version version) {
        Optional<FieldCode> code = field.codeFor(version);
        if (code.isEmpty()) {
            return; // a field that has only a name never comes from a peer, and no peer could be told of it
        }
        boolean hasMask = !condition.isExact();
        writeHeader(out, code.get(), field, hasMask);
        out.bits(condition.value());
        if (hasMask) {
            out.bits(condition.mask());
        }
    }

    /** Writes a field's header alone, as table features and OpenFlow 1.5's field lists have it. */
    static void writeHeader(WireWriter out, FieldCode code, Field field, boolean hasMask) {
        boolean experimenter = code.oxmClass() == FieldCode.EXPERIMENTER_CLASS;
        int length = field.bytes() * (hasMask ? 2 : 1) + (experimenter ? 4 : 0);
        out.u16(code.oxmClass()).u8((code.number() << 1) | (hasMask ? 1 : 0)).u8(length);
        if (experimenter) {
            out.u32(code.experimenter());
        }
    }
}
