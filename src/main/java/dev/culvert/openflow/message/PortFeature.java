package dev.culvert.openflow.message;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** A link mode or property: {@code ofp_port_features}, whose bits OpenFlow 1.1 moved. */
public enum PortFeature {
    /** 10 Mb/s, half duplex. */
    HD_10MB("10MB-HD", 1, 1, 10),
    /** 10 Mb/s, full duplex. */
    FD_10MB("10MB-FD", 1 << 1, 1 << 1, 10),
    /** 100 Mb/s, half duplex. */
    HD_100MB("100MB-HD", 1 << 2, 1 << 2, 100),
    /** 100 Mb/s, full duplex. */
    FD_100MB("100MB-FD", 1 << 3, 1 << 3, 100),
    /** 1 Gb/s, half duplex. */
    HD_1GB("1GB-HD", 1 << 4, 1 << 4, 1_000),
    /** 1 Gb/s, full duplex. */
    FD_1GB("1GB-FD", 1 << 5, 1 << 5, 1_000),
    /** 10 Gb/s, full duplex. */
    FD_10GB("10GB-FD", 1 << 6, 1 << 6, 10_000),
    /** 40 Gb/s, full duplex; not in OpenFlow 1.0. */
    FD_40GB("40GB-FD", 0, 1 << 7, 40_000),
    /** 100 Gb/s, full duplex; not in OpenFlow 1.0. */
    FD_100GB("100GB-FD", 0, 1 << 8, 100_000),
    /** 1 Tb/s, full duplex; not in OpenFlow 1.0. */
    FD_1TB("1TB-FD", 0, 1 << 9, 1_000_000),
    /** Another rate; not in OpenFlow 1.0. */
    OTHER("OTHER", 0, 1 << 10, 0),
    /** Copper. */
    COPPER("COPPER", 1 << 7, 1 << 11, 0),
    /** Fibre. */
    FIBER("FIBER", 1 << 8, 1 << 12, 0),
    /** Negotiates its mode. */
    AUTO_NEG("AUTO_NEG", 1 << 9, 1 << 13, 0),
    /** Pauses. */
    AUTO_PAUSE("AUTO_PAUSE", 1 << 10, 1 << 14, 0),
    /** Pauses one way. */
    AUTO_PAUSE_ASYM("AUTO_PAUSE_ASYM", 1 << 11, 1 << 15, 0);

    private final String text;
    private final int bit10;
    private final int bit11;
    private final int megabits;

    PortFeature(String text, int bit10, int bit11, int megabits) {
        this.text = text;
        this.bit10 = bit10;
        this.bit11 = bit11;
        this.megabits = megabits;
    }

    /** Its name in printed port descriptions. */
    public String text() {
        return text;
    }

    /** Its bit in OpenFlow 1.0 ({@code of10}) or later; 0 where it has none. */
    public int bit(boolean of10) {
        return of10 ? bit10 : bit11;
    }

    /** The features in a number of OpenFlow 1.0 or later. */
    public static Set<PortFeature> set(int bits, boolean of10) {
        Set<PortFeature> features = EnumSet.noneOf(PortFeature.class);
        for (PortFeature feature : values()) {
            if ((bits & feature.bit(of10)) != 0) {
                features.add(feature);
            }
        }
        return Collections.unmodifiableSet(features);
    }

    /** The number of some features. */
    public static int bits(Set<PortFeature> features, boolean of10) {
        int bits = 0;
        for (PortFeature feature : features) {
            bits |= feature.bit(of10);
        }
        return bits;
    }

    /** The highest rate among {@code features}, in kb/s; 0 if none names one. */
    public static int kilobits(Set<PortFeature> features) {
        int megabits = 0;
        for (PortFeature feature : features) {
            megabits = Math.max(megabits, feature.megabits);
        }
        return megabits * 1000;
    }
}
