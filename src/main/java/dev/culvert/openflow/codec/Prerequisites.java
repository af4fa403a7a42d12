package dev.culvert.openflow.codec;

import dev.culvert.openflow.field.Field;
import dev.culvert.openflow.field.Fields;
import dev.culvert.openflow.field.Match;
import dev.culvert.openflow.field.Match.Condition;
import dev.culvert.openflow.field.Prerequisite;

/** Whether what a match already requires is enough for a field to exist. */
final class Prerequisites {
    private static final Field ICMPV6_TYPE = Fields.find("icmpv6_type").orElseThrow();
    private static final int ND_SOLICIT = 135;
    private static final int ND_ADVERT = 136;

    private Prerequisites() {}

    static boolean met(Prerequisite prerequisite, Match.Builder match) {
        long type = exact(match, Fields.ETH_TYPE);
        long protocol = exact(match, Fields.NW_PROTO);
        boolean ip = type == 0x0800 || type == 0x86dd;
        long icmp6 = type == 0x86dd && protocol == 58 ? exact(match, ICMPV6_TYPE) : -1;
        return switch (prerequisite) {
            // an Ethernet packet is what a match without packet_type is about; connection state needs no layer of its
            // own
            case NONE, ETHERNET, CT -> true;
            case VLAN_VID ->
                match.get(Fields.VLAN_TCI)
                        .filter(c -> (c.value().toLong() & 0x1000) != 0)
                        .isPresent();
            case IPV4 -> type == 0x0800;
            case IPV6 -> type == 0x86dd;
            case IP -> ip;
            case ARP -> type == 0x0806 || type == 0x8035;
            case MPLS -> type == 0x8847 || type == 0x8848;
            case TCP -> ip && protocol == 6;
            case UDP -> ip && protocol == 17;
            case SCTP -> ip && protocol == 132;
            case ICMPV4 -> type == 0x0800 && protocol == 1;
            case ICMPV6 -> type == 0x86dd && protocol == 58;
            case ND -> icmp6 == ND_SOLICIT || icmp6 == ND_ADVERT;
            case ND_SOLICIT -> icmp6 == ND_SOLICIT;
            case ND_ADVERT -> icmp6 == ND_ADVERT;
            case NSH -> type == 0x894f;
        };
    }

    private static long exact(Match.Builder match, Field field) {
        return match.get(field)
                .filter(Condition::isExact)
                .map(c -> c.value().toLong())
                .orElse(-1L);
    }
}
