package dev.culvert.openflow.text;

import java.util.List;
import java.util.Optional;

/**
 * The short names of protocols in flows, which stand for an Ethernet type and perhaps an IP protocol. Source: ovs-ofctl(8).
 *
 * @param name the name
 * @param ethType the Ethernet type
 * @param protocol the IP protocol; -1 if any
 */
record ProtocolName(String name, int ethType, int protocol) {
    private static final List<ProtocolName> ALL = List.of(
            new ProtocolName("icmp", 0x0800, 1),
            new ProtocolName("tcp", 0x0800, 6),
            new ProtocolName("udp", 0x0800, 17),
            new ProtocolName("sctp", 0x0800, 132),
            new ProtocolName("ip", 0x0800, -1),
            new ProtocolName("icmp6", 0x86dd, 58),
            new ProtocolName("tcp6", 0x86dd, 6),
            new ProtocolName("udp6", 0x86dd, 17),
            new ProtocolName("sctp6", 0x86dd, 132),
            new ProtocolName("ipv6", 0x86dd, -1),
            new ProtocolName("arp", 0x0806, -1),
            new ProtocolName("rarp", 0x8035, -1),
            new ProtocolName("mpls", 0x8847, -1),
            new ProtocolName("mplsm", 0x8848, -1));

    /** Whether it says the IP protocol too. */
    boolean transport() {
        return protocol >= 0;
    }

    /** The name for a type and, if it is matched, a protocol: the one that says most. */
    static Optional<ProtocolName> of(int ethType, Optional<Integer> protocol) {
        return ALL.stream()
                .filter(p -> p.ethType == ethType)
                .filter(p ->
                        !p.transport() || protocol.filter(n -> n == p.protocol).isPresent())
                .findFirst();
    }

    /** What a name stands for; a few have a second name. */
    static Optional<ProtocolName> named(String name) {
        String first = name.equals("icmpv6") ? "icmp6" : name.equals("ip6") ? "ipv6" : name;
        return ALL.stream().filter(p -> p.name.equals(first)).findFirst();
    }
}
