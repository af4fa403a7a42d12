package dev.culvert.openflow;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** An OpenFlow protocol version, in the order of its number on the wire (the first byte of every message). */
public enum Version {
    /** OpenFlow 1.0, wire number 1: twelve-tuple matches, no instructions. */
    OPENFLOW_10(1, "1.0"),
    /** OpenFlow 1.1, wire number 2: groups, instructions, 32-bit port numbers. */
    OPENFLOW_11(2, "1.1"),
    /** OpenFlow 1.2, wire number 3: extensible matches (OXM), controller roles. */
    OPENFLOW_12(3, "1.2"),
    /** OpenFlow 1.3, wire number 4: meters, ports described in a multipart message of their own. */
    OPENFLOW_13(4, "1.3"),
    /** OpenFlow 1.4, wire number 5: properties in port, table and queue descriptions, bundles. */
    OPENFLOW_14(5, "1.4"),
    /** OpenFlow 1.5, wire number 6: extensible statistics (OXS), packet types. */
    OPENFLOW_15(6, "1.5");

    private final int wire;
    private final String number;

    Version(int wire, String number) {
        this.wire = wire;
        this.number = number;
    }

    /** The first byte of a message of this version: 1 to 6. */
    public int wire() {
        return wire;
    }

    /** The name that command lines and the database use: {@code OpenFlow13}. */
    public String configName() {
        return "OpenFlow" + number.replace(".", "");
    }

    /** The name in printed messages: {@code OF1.3}. */
    public String shortName() {
        return "OF" + number;
    }

    /** Whether this version is {@code other} or later. */
    public boolean atLeast(Version other) {
        return compareTo(other) >= 0;
    }

    /** The bit of this version in a hello's bitmap: bit n stands for wire number n (OpenFlow 1.3.1, 7.5.1). */
    public int bit() {
        return 1 << wire();
    }

    /** The version with that wire number, if it is one of 1 to 6. */
    public static Optional<Version> ofWire(int wire) {
        return wire >= 1 && wire <= values().length ? Optional.of(values()[wire - 1]) : Optional.empty();
    }

    /** The version called {@code OpenFlow10} … {@code OpenFlow15}, whatever the case of its letters. */
    public static Optional<Version> ofConfigName(String name) {
        for (Version version : values()) {
            if (version.configName().equalsIgnoreCase(name)) {
                return Optional.of(version);
            }
        }
        return Optional.empty();
    }

    /** The bitmap of a set of versions, as a hello carries it. */
    public static int bitmap(Set<Version> versions) {
        int bits = 0;
        for (Version version : versions) {
            bits |= version.bit();
        }
        return bits;
    }

    /** The versions in a hello's bitmap; bits of versions that nobody here knows are left out. */
    public static Set<Version> ofBitmap(int bits) {
        Set<Version> versions = EnumSet.noneOf(Version.class);
        for (Version version : values()) {
            if ((bits & version.bit()) != 0) {
                versions.add(version);
            }
        }
        return versions;
    }
}
