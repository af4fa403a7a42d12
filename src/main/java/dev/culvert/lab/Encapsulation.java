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
    GRE_IPSEC("interface", "options:psk=test123");

    private final String table;
    private final String key;

    Encapsulation(String table, String key) {
        this.table = table;
        this.key = key;
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
        return this == GRE_IPSEC;
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
        if (!key.isEmpty()) {
            arguments.add(key);
        }
        return arguments;
    }
}
