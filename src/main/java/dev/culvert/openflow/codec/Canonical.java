package dev.culvert.openflow.codec;

import dev.culvert.openflow.OfPort;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.field.Bits;
import dev.culvert.openflow.field.Field;
import dev.culvert.openflow.field.Fields;
import dev.culvert.openflow.field.Match;
import dev.culvert.openflow.field.Match.Condition;
import java.util.Arrays;
import java.util.function.BiConsumer;

/**
 * Between the fields of the wire and the one field that {@link Match} has for each packet property: NXM and OXM differ in the
 * port of arrival, the VLAN tag and the DSCP; wide registers are several narrow ones.
 */
final class Canonical {
    private static final int REGISTER = Integer.BYTES;
    private static final int CFI = 0x1000;
    private static final int VID_AND_CFI = 0x1fff;
    private static final int PCP = 0xe000;

    private Canonical() {}

    /** Adds a condition that came in the wire's terms. */
    static void add(Match.Builder builder, Field field, Bits value, Bits mask) {
        if (field.equals(Fields.IN_PORT_16)) {
            builder.exact(Fields.IN_PORT, OfPort.fromOf10((int) value.toLong()));
        } else if (field.equals(Fields.VLAN_VID)) {
            builder.merge(Fields.VLAN_TCI, value.toLong() & VID_AND_CFI, mask.toLong() & VID_AND_CFI);
        } else if (field.equals(Fields.VLAN_PCP)) {
            builder.merge(Fields.VLAN_TCI, CFI | (value.toLong() << 13), CFI | PCP);
        } else if (field.equals(Fields.IP_DSCP)) {
            builder.exact(Fields.NW_TOS, (value.toLong() << 2) & 0xfc);
        } else if (field.equals(Fields.NW_TOS)) {
            builder.exact(Fields.NW_TOS, value.toLong() & 0xfc);
        } else if (field.name().startsWith("x") && field.name().contains("reg")) {
            registers(builder, field, value, mask);
        } else {
            builder.masked(field, value, mask);
        }
    }

    /** A 64- or 128-bit register is two or four 32-bit ones, the most significant first. */
    private static void registers(Match.Builder builder, Field field, Bits value, Bits mask) {
        int parts = field.bytes() / REGISTER;
        int first = parts * Integer.parseInt(field.name().substring(field.name().indexOf('g') + 1));
        for (int part = 0; part < parts; part++) {
            Field register = Fields.find("reg" + (first + part)).orElseThrow();
            builder.masked(register, part(value, part), part(mask, part));
        }
    }

    private static Bits part(Bits bits, int part) {
        return Bits.of(Arrays.copyOfRange(bits.toBytes(), part * REGISTER, (part + 1) * REGISTER));
    }

    /** Gives {@code sink} the condition or conditions that say the same in the terms of {@code version}. */
    static void forEachOnWire(Field field, Condition condition, Version version, BiConsumer<Field, Condition> sink) {
        boolean oxm = version.atLeast(Version.OPENFLOW_12);
        if (field.equals(Fields.IN_PORT) && !oxm) {
            sink.accept(Fields.IN_PORT_16, exact(Fields.IN_PORT_16, OfPort.toOf10((int)
                    condition.value().toLong())));
        } else if (field.equals(Fields.NW_TOS) && oxm) {
            sink.accept(Fields.IP_DSCP, exact(Fields.IP_DSCP, condition.value().toLong() >> 2));
        } else if (field.equals(Fields.VLAN_TCI) && oxm) {
            vlan(condition, sink);
        } else {
            sink.accept(field, condition);
        }
    }

    private static void vlan(Condition condition, BiConsumer<Field, Condition> sink) {
        int value = (int) condition.value().toLong();
        int mask = (int) condition.mask().toLong();
        boolean untagged = (mask & CFI) != 0 && (value & CFI) == 0;
        if (untagged) {
            sink.accept(Fields.VLAN_VID, exact(Fields.VLAN_VID, 0));
            return;
        }
        int vidMask = mask & VID_AND_CFI;
        if (vidMask == VID_AND_CFI) {
            sink.accept(Fields.VLAN_VID, exact(Fields.VLAN_VID, value & VID_AND_CFI));
        } else if (vidMask != 0) {
            sink.accept(
                    Fields.VLAN_VID,
                    new Condition(
                            Bits.of(value & vidMask, Fields.VLAN_VID.bytes()),
                            Bits.of(vidMask, Fields.VLAN_VID.bytes())));
        }
        if ((mask & PCP) == PCP) {
            sink.accept(Fields.VLAN_PCP, exact(Fields.VLAN_PCP, (value & PCP) >> 13));
        }
    }

    private static Condition exact(Field field, long value) {
        return new Condition(Bits.of(value, field.bytes()), Bits.ones(field.bytes()));
    }
}
