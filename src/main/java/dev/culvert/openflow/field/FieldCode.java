package dev.culvert.openflow.field;

import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.Version;

/**
 * One number of a field in an extensible match: NXM (Nicira, before OpenFlow 1.2) or OXM (OpenFlow 1.2 and later).
 *
 * @param name its constant in the specification, for instance {@code OXM_OF_IN_PORT}
 * @param oxmClass 16 bits: 0 and 1 are NXM's, 0x8000 OpenFlow's, 0xffff an experimenter's
 * @param experimenter 32 bits where the class is 0xffff, else 0
 * @param number 7 bits: the field's number in its class
 * @param since the first version that has it; NXM numbers are understood in every version
 */
public record FieldCode(String name, int oxmClass, int experimenter, int number, Version since) {
    /** The class whose headers are followed by an experimenter number. */
    public static final int EXPERIMENTER_CLASS = 0xffff;

    private static final int NSH_EXPERIMENTER = 0x005ad650;

    /** Whether OpenFlow itself, rather than Nicira or another owner, assigned the number. */
    public boolean isStandard() {
        return name.startsWith("OXM_OF_") || name.startsWith("ONFOXM_");
    }

    /** The code that a row of the table writes as {@code NAME=number} or {@code NAME=number@version}. */
    static FieldCode parse(String text) {
        int equals = text.indexOf('=');
        int at = text.indexOf('@');
        String name = text.substring(0, equals);
        int number = Integer.parseInt(text, equals + 1, at < 0 ? text.length() : at, 10);
        Version since = at < 0
                ? Version.OPENFLOW_10
                : Version.ofWire(text.charAt(text.length() - 1) - '0' + 1).orElseThrow();
        if (name.startsWith("NXM_OF_")) {
            return new FieldCode(name, 0, 0, number, since);
        } else if (name.startsWith("NXM_NX_")) {
            return new FieldCode(name, 1, 0, number, since);
        } else if (name.startsWith("OXM_OF_PKT_REG")) {
            return new FieldCode(name, 0x8001, 0, number, since);
        } else if (name.startsWith("OXM_OF_")) {
            return new FieldCode(name, 0x8000, 0, number, since);
        } else if (name.startsWith("ERICOXM_OF_")) {
            return new FieldCode(name, 0x1000, 0, number, since);
        } else if (name.startsWith("ONFOXM_ET_")) {
            return new FieldCode(name, EXPERIMENTER_CLASS, ErrorCode.ONF, number, since);
        } else if (name.startsWith("NXOXM_NSH_")) {
            return new FieldCode(name, EXPERIMENTER_CLASS, NSH_EXPERIMENTER, number, since);
        } else if (name.startsWith("NXOXM_ET_")) {
            return new FieldCode(name, EXPERIMENTER_CLASS, ErrorCode.NICIRA, number, since);
        }
        throw new IllegalArgumentException(text);
    }
}
