package dev.culvert.observe.dissect;

/** What both versions of IP have. */
final class IpFields {
    private static final int ICMP = 1;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int GRE = 47;
    private static final int ESP = 50;
    private static final int ICMPV6 = 58;

    private IpFields() {}

    static void next(Walk walk, int protocol) {
        switch (protocol) {
            case ICMP -> IcmpLayer.dissect(walk);
            case TCP -> TcpLayer.dissect(walk);
            case UDP -> UdpLayer.dissect(walk);
            case GRE -> GreLayer.dissect(walk);
            case ESP -> EspLayer.dissect(walk);
            case ICMPV6 -> Icmpv6Layer.dissect(walk);
            default -> walk.data();
        }
    }

    /** The byte that was the type of service: six bits of DSCP (RFC 2474) and two of ECN (RFC 3168). */
    static void trafficClass(Walk.Header header, String name, int offset, int length, int value) {
        boolean ipv6 = name.equals("ipv6.tclass");
        header.bits(
                name,
                ipv6 ? "Traffic class" : "Differentiated services",
                offset,
                length,
                value,
                ipv6 ? 8 : 2,
                "How routers are to treat it: two fields.");
        header.number(
                name + ".dscp",
                "DSCP",
                offset,
                length,
                value >> 2,
                value >> 2 == 0 ? "Best effort." : "The class of service that is asked for.");
        header.number(name + ".ecn", "ECN", offset, length, value & 3, congestion(value & 3));
    }

    private static String congestion(int mark) {
        return switch (mark) {
            case 0 -> "The ends do not understand marks of congestion.";
            case 3 -> "A router on the way was congested.";
            default -> "The ends understand marks of congestion; none was made.";
        };
    }

    static String name(int protocol) {
        return switch (protocol) {
            case ICMP -> "ICMP";
            case TCP -> "TCP";
            case UDP -> "UDP";
            case GRE -> "GRE";
            case ESP -> "ESP";
            case ICMPV6 -> "ICMPv6";
            case 4 -> "IPv4";
            case 41 -> "IPv6";
            case 2 -> "IGMP";
            case 51 -> "AH";
            case 132 -> "SCTP";
            case 0 -> "options for every hop";
            case 43 -> "a routing header";
            case 44 -> "a fragment header";
            case 59 -> "nothing";
            case 60 -> "options for the destination";
            default -> "a protocol of that number";
        };
    }
}
