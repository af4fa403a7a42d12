package dev.culvert.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The tunnels that the lab tries, each with the command that an Open vSwitch user types for it. */
public enum Encapsulation {
    /** Ethernet in GRE (RFC 2784), without a key. */
    GRE("Interface", ""),
    /** VXLAN (RFC 7348), network identifier 123. */
    VXLAN("interface", "options:key=123"),
    /** Geneve (RFC 8926), network identifier 123. */
    GENEVE("interface", "options:key=123"),
    /** GRE in ESP, with a pre-shared key (RFC 4303, RFC 7296). */
    GRE_IPSEC("interface", "options:psk=test123"),
    /** The same with ESP in UDP (RFC 3948), as across a NAT: not one of the lab's own, but a bench's. */
    GRE_IPSEC_UDP("interface", "options:psk=test123 options:ipsec_forceencaps=yes");

    /** Those that the lab goes through when nobody says which. */
    public static final List<Encapsulation> LAB = List.of(GRE, VXLAN, GENEVE, GRE_IPSEC);

    private final String table;
    private final String options;

    /** @param options separated by blanks */
    Encapsulation(String table, String options) {
        this.table = table;
        this.options = options;
    }

    /** The name of it, and of what the lab writes about it: {@code gre-ipsec}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The interface type, as in {@code type=gre}. */
    public String type() {
        return isProtected() ? GRE.type() : label();
    }

    /** Whether ESP hides what is in it. */
    public boolean isProtected() {
        return this == GRE_IPSEC || this == GRE_IPSEC_UDP;
    }

    /**
     * The arguments of {@code ovs-vsctl} that make such a tunnel.
     *
     * @param side the box that they are typed in
     * @param remote the other box's underlay address
     * @return arguments, without the program's name
     */
    public List<String> addPort(Side side, String remote) {
        List<String> arguments = new ArrayList<>(
                List.of("add-port", side.bridge(), side.tunnel(), "--", "set", table, side.tunnel(), "type=" + type()));
        arguments.add("options:remote_ip=" + remote);
        if (!options.isEmpty()) {
            arguments.addAll(List.of(options.split(" ", -1)));
        }
        return arguments;
    }
}
