package dev.culvert.tunnel;

import dev.culvert.packet.IpAddress;
import java.util.List;
import java.util.Map;

/**
 * A tunnel port's configuration, out of {@code Interface.options} (ovs-vswitchd.conf.db(5)).
 *
 * @param type the encapsulation
 * @param remote where packets go to, and where received ones must come from
 * @param local the outer source address, and what received packets must be addressed to
 * @param inKey the key that received packets must have
 * @param outKey the key that sent packets get
 * @param port UDP destination port, 1 to 65,535; 0 for GRE
 * @param tos outer type of service with ECN bits 0, when it is not inherited
 * @param tosInherited whether the inner packet's DSCP becomes the outer one's
 * @param ttl outer time to live, 1 to 255, when it is not inherited
 * @param ttlInherited whether the inner packet's time to live becomes the outer one's
 * @param dontFragment whether outer IPv4 packets get DF
 * @param checksum whether outer UDP or GRE checksums are sent
 * @param sequence whether GRE packets get sequence numbers
 * @param egressMark packet mark of outer packets, 32 bits
 * @param egressMarked whether {@code egressMark} was configured at all
 */
public record TunnelConfig(
        TunnelType type,
        Endpoint remote,
        Endpoint local,
        Key inKey,
        Key outKey,
        int port,
        int tos,
        boolean tosInherited,
        int ttl,
        boolean ttlInherited,
        boolean dontFragment,
        Checksums checksum,
        boolean sequence,
        int egressMark,
        boolean egressMarked) {

    /** The outer time to live unless configured otherwise. */
    public static final int DEFAULT_TTL = 64;

    /**
     * An end of the tunnel.
     *
     * @param address the address; {@link IpAddress#NONE} for any, or if it comes from the flow
     * @param flow whether flows set it and match on it
     */
    public record Endpoint(IpAddress address, boolean flow) {
        /** Any address. */
        public static final Endpoint ANY = new Endpoint(IpAddress.NONE, false);
        /** Whatever the flow says. */
        public static final Endpoint FLOW = new Endpoint(IpAddress.NONE, true);

        /** As it is configured: an address, {@code flow}, or nothing. */
        public String text() {
            return flow ? "flow" : isFixed() ? address.toString() : "";
        }

        /** Tells whether this is one certain address. */
        public boolean isFixed() {
            return !flow && !address.equals(IpAddress.NONE);
        }
    }

    /**
     * A tunnel key.
     *
     * @param value unsigned, {@link TunnelType#keyBits} wide; 0 if absent or from the flow
     * @param present whether one was configured; GRE without one carries no key field
     * @param flow whether flows set it and match on it
     */
    public record Key(long value, boolean present, boolean flow) {
        /** No key. */
        public static final Key NONE = new Key(0, false, false);
        /** Whatever the flow says. */
        public static final Key FLOW = new Key(0, true, true);

        /** As it is configured: a number, {@code flow}, or nothing. */
        public String text() {
            return flow ? "flow" : present ? Long.toUnsignedString(value) : "";
        }
    }

    /** Whether outer checksums are sent; those received are verified in any case. */
    public enum Checksums {
        /** Not configured: none in GRE; in UDP as the IP version demands. */
        UNSET,
        /** Always. */
        ON,
        /** Never, where the protocols allow that. */
        OFF
    }

    /** What became of parsing. */
    public sealed interface Outcome {}

    /**
     * The options make a tunnel.
     *
     * @param config the tunnel
     * @param warnings what was ignored, in Open vSwitch's words, for the log
     */
    public record Accepted(TunnelConfig config, List<String> warnings) implements Outcome {}

    /**
     * The options make no tunnel.
     *
     * @param error why, lines in Open vSwitch's words where it has any, for the Interface row's {@code error} and the log
     */
    public record Refused(String error) implements Outcome {}

    /**
     * Reads a tunnel port's options. What this cannot do is refused, and never ignored with a tunnel as the result that does
     * something else.
     *
     * @param name the port's name, for messages
     * @param options {@code Interface.options}
     */
    public static Outcome parse(String name, TunnelType type, Map<String, String> options) {
        return new TunnelOptions(name, type, options).parse();
    }

    /** Returns what received packets must be like to belong to this tunnel. */
    public TunnelMatch match() {
        return new TunnelMatch(
                type.transport(port), inKey.value, inKey.flow, remote.address, remote.flow, local.address, local.flow);
    }

    /**
     * Describes the tunnel as {@code ovs-appctl ofproto/list-tunnels} does, without the line's end.
     *
     * @param name the port's name
     * @param port the datapath's port number
     */
    public String describe(String name, int port) {
        StringBuilder text = new StringBuilder();
        text.append("port ").append(port).append(": ").append(name);
        text.append(" (").append(type.label()).append(": ").append(match().describe(port));
        if (!outKey.equals(inKey)) {
            text.append(", out_key=");
            text.append(!outKey.present ? "none" : outKey.flow ? "flow" : TunnelMatch.hex(outKey.value));
        }
        text.append(", ttl=").append(ttlInherited ? "inherit" : ttl);
        if (tosInherited) {
            text.append(", tos=inherit");
        } else if (tos != 0) {
            text.append(", tos=").append(TunnelMatch.hex(tos));
        }
        if (!dontFragment) {
            text.append(", df=false");
        }
        switch (checksum) {
            case ON -> text.append(", csum=true");
            case OFF -> text.append(", csum=false");
            case UNSET -> {}
        }
        return text.append(')').toString();
    }
}
