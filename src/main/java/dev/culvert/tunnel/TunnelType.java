package dev.culvert.tunnel;

import dev.culvert.packet.Ip;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The tunnel encapsulations, by Open vSwitch's interface types. */
public enum TunnelType {
    /** GRE over IPv4 or IPv6, whichever the remote end's address is (RFC 2784, RFC 2890). */
    GRE(0, 32),
    /** GRE by the name that Open vSwitch has for it over IPv6. */
    IP6GRE(0, 32),
    /** VXLAN (RFC 7348). */
    VXLAN(4789, 24),
    /** Geneve (RFC 8926). */
    GENEVE(6081, 24);

    private final int defaultPort;
    private final int keyBits;
    private final String label = name().toLowerCase(Locale.ROOT);

    TunnelType(int defaultPort, int keyBits) {
        this.defaultPort = defaultPort;
        this.keyBits = keyBits;
    }

    /** Returns the type with this name in the Interface table, such as {@code vxlan}; null if it is no tunnel known here. */
    public static @Nullable TunnelType of(String label) {
        for (TunnelType type : values()) {
            if (type.label.equals(label)) {
                return type;
            }
        }
        return null;
    }

    /** Returns the type's name in the Interface table. */
    public String label() {
        return label;
    }

    /** Tells whether the outer transport is UDP; otherwise it is GRE right in IP. */
    public boolean isUdp() {
        return defaultPort != 0;
    }

    /** Returns the UDP destination port assigned by IANA; 0 for GRE. */
    public int defaultPort() {
        return defaultPort;
    }

    /** Returns the encapsulation as it is on the wire, where the two GRE types are one. */
    public TunnelType wire() {
        return this == IP6GRE ? GRE : this;
    }

    /** Returns how many bits the key has on the wire. */
    public int keyBits() {
        return keyBits;
    }

    /**
     * Returns a number for "packets of this encapsulation that come in at this port", under which {@link TunnelTable} files
     * tunnels. The two GRE types are one: nothing on the wire tells them apart.
     *
     * @param port UDP destination port; ignored for GRE
     */
    public int transport(int port) {
        return switch (this) {
            case GRE, IP6GRE -> Ip.PROTOCOL_GRE << 24;
            case VXLAN -> (Ip.PROTOCOL_UDP << 24) | port;
            case GENEVE -> (Ip.PROTOCOL_UDP << 24) | (1 << 16) | port;
        };
    }
}
