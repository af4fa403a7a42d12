package dev.culvert.openflow.text;

import static java.util.Map.entry;

import dev.culvert.openflow.field.Field;
import dev.culvert.openflow.field.FieldFormat;
import dev.culvert.openflow.field.Prerequisite;
import dev.culvert.packet.Ethernet;
import dev.culvert.packet.FlowField;
import dev.culvert.packet.Icmp6;
import dev.culvert.packet.Ip;
import dev.culvert.packet.Vlan;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a flow key has OpenFlow's fields, as far as it has them. */
final class FlowKeyFields {
    /** By the fields' first names. */
    private static final Map<String, FlowField> PLACES = Map.ofEntries(
            entry("in_port", FlowField.IN_PORT),
            entry("in_port_oxm", FlowField.IN_PORT),
            entry("pkt_mark", FlowField.PKT_MARK),
            entry("tun_id", FlowField.TUN_ID),
            entry("tun_src", FlowField.TUN_SRC),
            entry("tun_dst", FlowField.TUN_DST),
            entry("tun_ipv6_src", FlowField.TUN_SRC),
            entry("tun_ipv6_dst", FlowField.TUN_DST),
            entry("tun_flags", FlowField.TUN_FLAGS),
            entry("eth_src", FlowField.DL_SRC),
            entry("eth_dst", FlowField.DL_DST),
            entry("eth_type", FlowField.DL_TYPE),
            entry("vlan_tci", FlowField.VLAN_TCI),
            entry("vlan_vid", FlowField.VLAN_TCI),
            entry("vlan_pcp", FlowField.VLAN_TCI),
            entry("nw_tos", FlowField.NW_TOS),
            entry("ip_dscp", FlowField.NW_TOS),
            entry("nw_ecn", FlowField.NW_TOS),
            entry("ip_src", FlowField.NW_SRC),
            entry("ip_dst", FlowField.NW_DST),
            entry("ipv6_src", FlowField.NW_SRC),
            entry("ipv6_dst", FlowField.NW_DST),
            entry("ipv6_label", FlowField.IPV6_LABEL),
            entry("nw_proto", FlowField.NW_PROTO),
            entry("nw_ttl", FlowField.NW_TTL),
            entry("ip_frag", FlowField.NW_FRAG),
            entry("arp_op", FlowField.NW_PROTO),
            entry("arp_spa", FlowField.NW_SRC),
            entry("arp_tpa", FlowField.NW_DST),
            entry("arp_sha", FlowField.ARP_SHA),
            entry("arp_tha", FlowField.ARP_THA),
            entry("tcp_src", FlowField.TP_SRC),
            entry("tcp_dst", FlowField.TP_DST),
            entry("tcp_flags", FlowField.TCP_FLAGS),
            entry("udp_src", FlowField.TP_SRC),
            entry("udp_dst", FlowField.TP_DST),
            entry("sctp_src", FlowField.TP_SRC),
            entry("sctp_dst", FlowField.TP_DST),
            entry("icmp_type", FlowField.TP_SRC),
            entry("icmp_code", FlowField.TP_DST),
            entry("icmpv6_type", FlowField.TP_SRC),
            entry("icmpv6_code", FlowField.TP_DST),
            entry("nd_target", FlowField.ND_TARGET),
            entry("nd_sll", FlowField.ARP_SHA),
            entry("nd_tll", FlowField.ARP_THA));

    private FlowKeyFields() {}

    /** The flow key's field that has a field, perhaps beside others; null where there is none. */
    static @Nullable FlowField place(Field field) {
        return PLACES.get(field.name());
    }

    /**
     * Reads a field.
     *
     * @param place where it is
     * @return its bits; of an IPv6 address both halves, one over the other, which is zero for the address of zeros alone
     */
    static long get(Field field, FlowField place, long[] key) {
        long value = place.get(key);
        return switch (field.name()) {
            case "vlan_vid" -> value & (Vlan.ID_MASK | Vlan.PRESENT);
            case "vlan_pcp" -> value >>> Vlan.PRIORITY_SHIFT;
            case "nw_tos", "ip_dscp" -> value & 0xfc;
            case "nw_ecn" -> value & 3;
            default -> field.format() == FieldFormat.IPV4 ? value & 0xffff_ffffL : value | place.getHigh(key);
        };
    }

    /** Whether a packet is of the kind that has a field. */
    static boolean isMet(Prerequisite prerequisite, long[] key) {
        long type = FlowField.DL_TYPE.get(key);
        long protocol = FlowField.NW_PROTO.get(key);
        boolean ip = type == Ethernet.TYPE_IPV4 || type == Ethernet.TYPE_IPV6;
        boolean icmp6 = type == Ethernet.TYPE_IPV6 && protocol == Ip.PROTOCOL_ICMP6;
        long message = icmp6 && FlowField.TP_DST.get(key) == 0 ? FlowField.TP_SRC.get(key) : -1;
        boolean solicits = message == Icmp6.NEIGHBOUR_SOLICITATION;
        boolean advertises = message == Icmp6.NEIGHBOUR_ADVERTISEMENT;
        return switch (prerequisite) {
            case NONE, ETHERNET -> true;
            case VLAN_VID -> (FlowField.VLAN_TCI.get(key) & Vlan.PRESENT) != 0;
            case IPV4 -> type == Ethernet.TYPE_IPV4;
            case IPV6 -> type == Ethernet.TYPE_IPV6;
            case IP -> ip;
            case ARP -> type == Ethernet.TYPE_ARP || type == Ethernet.TYPE_RARP;
            case TCP -> ip && protocol == Ip.PROTOCOL_TCP;
            case UDP -> ip && protocol == Ip.PROTOCOL_UDP;
            case SCTP -> ip && protocol == Ip.PROTOCOL_SCTP;
            case ICMPV4 -> type == Ethernet.TYPE_IPV4 && protocol == Ip.PROTOCOL_ICMP;
            case ICMPV6 -> icmp6;
            case ND -> solicits || advertises;
            case ND_SOLICIT -> solicits;
            case ND_ADVERT -> advertises;
            case MPLS, NSH, CT -> false;
        };
    }
}
