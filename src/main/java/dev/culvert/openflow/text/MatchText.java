package dev.culvert.openflow.text;

import dev.culvert.openflow.field.Field;
import dev.culvert.openflow.field.FieldFormat;
import dev.culvert.openflow.field.Fields;
import dev.culvert.openflow.field.Match;
import dev.culvert.openflow.field.Match.Condition;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Matches in the syntax of ovs-ofctl(8): {@code tcp,nw_src=10.0.0.0/8,tp_dst=80}. Their order is fixed, a protocol is told by its
 * short name, and several fields go by their older names.
 */
public final class MatchText {
    private static final int DEFAULT_PRIORITY = 0x8000;
    private static final int CFI = 0x1000;
    private static final int VID = 0x0fff;
    private static final int PCP = 0xe000;

    private static final List<Field> BEFORE_PROTOCOL =
            fields("packet_type pkt_mark recirc_id dp_hash conj_id skb_priority"
                    + " actset_output ct_state ct_zone ct_mark ct_label ct_nw_src ct_nw_dst ct_ipv6_src ct_ipv6_dst ct_nw_proto"
                    + " ct_tp_src ct_tp_dst");
    private static final List<Field> AFTER_PROTOCOL = afterProtocol();
    private static final List<Field> AFTER_VLAN =
            fields("eth_src eth_dst eth_type ipv6_src ipv6_dst ipv6_label ip_src ip_dst"
                    + " arp_spa arp_tpa nsh_flags nsh_ttl nsh_mdtype nsh_np nsh_spi nsh_si nsh_c1 nsh_c2 nsh_c3 nsh_c4 nw_proto"
                    + " arp_op arp_sha arp_tha nw_tos nw_ecn nw_ttl mpls_label mpls_tc mpls_ttl mpls_bos ip_frag icmp_type"
                    + " icmp_code icmpv6_type icmpv6_code nd_target nd_sll nd_tll nd_reserved nd_options_type tcp_src tcp_dst"
                    + " udp_src udp_dst sctp_src sctp_dst tcp_flags");

    private MatchText() {}

    private static List<Field> afterProtocol() {
        List<Field> order = new ArrayList<>();
        Fields.all().stream().filter(f -> f.name().matches("x*reg\\d+")).forEach(order::add);
        order.addAll(fields("tun_id tun_src tun_dst tun_ipv6_src tun_ipv6_dst tun_gbp_id tun_gbp_flags tun_erspan_ver"
                + " tun_erspan_idx tun_erspan_dir tun_erspan_hwid tun_gtpu_flags tun_gtpu_msgtype tun_flags"));
        Fields.all().stream().filter(f -> f.name().startsWith("tun_metadata")).forEach(order::add);
        order.addAll(fields("metadata in_port_oxm"));
        return List.copyOf(order);
    }

    private static List<Field> fields(String names) {
        List<Field> fields = new ArrayList<>();
        for (String name : names.split(" ", -1)) {
            fields.add(Fields.find(name).orElseThrow());
        }
        return List.copyOf(fields);
    }

    /** A flow's priority, unless it is the default, and its match; empty for a match of all at that priority. */
    public static String format(int priority, Match match, PrintOptions options) {
        List<String> parts = new ArrayList<>();
        if (priority != DEFAULT_PRIORITY) {
            parts.add("priority=" + priority);
        }
        Set<Field> rest = new LinkedHashSet<>(match.conditions().keySet());
        add(parts, rest, BEFORE_PROTOCOL, match, options);
        protocol(match).ifPresent(protocol -> {
            parts.add(protocol.name());
            rest.remove(Fields.ETH_TYPE);
            if (protocol.transport()) {
                rest.remove(Fields.NW_PROTO);
            }
        });
        add(parts, rest, AFTER_PROTOCOL, match, options);
        if (rest.remove(Fields.VLAN_TCI)) {
            match.get(Fields.VLAN_TCI).ifPresent(condition -> vlan(parts, condition));
        }
        add(parts, rest, AFTER_VLAN, match, options);
        add(parts, rest, List.copyOf(rest), match, options);
        return String.join(",", parts);
    }

    private static void add(List<String> parts, Set<Field> rest, List<Field> order, Match match, PrintOptions options) {
        for (Field field : order) {
            if (rest.remove(field)) {
                match.get(field)
                        .ifPresent(condition -> parts.add(name(field) + "=" + value(field, condition, options)));
            }
        }
    }

    private static String name(Field field) {
        return switch (field.name()) {
            case "in_port_oxm" -> "in_port";
            case "icmpv6_type" -> "icmp_type";
            case "icmpv6_code" -> "icmp_code";
            case "ip_frag" -> "nw_frag";
            case "eth_src", "eth_dst", "eth_type", "ip_src", "ip_dst" ->
                field.names().get(1);
            case "tcp_src", "udp_src", "sctp_src" -> "tp_src";
            case "tcp_dst", "udp_dst", "sctp_dst" -> "tp_dst";
            default -> field.name();
        };
    }

    private static String value(Field field, Condition condition, PrintOptions options) {
        long number = condition.value().toLong();
        boolean exact = condition.isExact();
        boolean isHex = field.format() == FieldFormat.HEXADECIMAL;
        if (field.equals(Fields.ETH_TYPE)) {
            return String.format(Locale.ROOT, "0x%04x", number);
        } else if (field.name().equals("ipv6_label") && exact) {
            return String.format(Locale.ROOT, "0x%05x", number);
        } else if (field.name().equals("ct_zone")) {
            return Long.toString(number);
        } else if (isHex && exact && condition.value().isZero() && field.name().contains("reg")) {
            return "0";
        }
        return FieldText.format(field, condition, options);
    }

    private static void vlan(List<String> parts, Condition condition) {
        int value = (int) condition.value().toLong();
        int mask = (int) condition.mask().toLong();
        boolean tagged = (mask & value & CFI) != 0;
        boolean wholeVid = (mask & VID) == VID;
        boolean wholePcp = (mask & PCP) == PCP;
        boolean simple = (wholeVid || (mask & VID) == 0) && (wholePcp || (mask & PCP) == 0) && (wholeVid || wholePcp);
        if (tagged && simple) {
            if (wholeVid) {
                parts.add("dl_vlan=" + (value & VID));
            }
            if (wholePcp) {
                parts.add("dl_vlan_pcp=" + ((value & PCP) >> 13));
            }
        } else if (mask == 0xffff) {
            parts.add(String.format(Locale.ROOT, "vlan_tci=0x%04x", value));
        } else {
            parts.add(String.format(Locale.ROOT, "vlan_tci=0x%04x/0x%04x", value, mask));
        }
    }

    private static java.util.Optional<ProtocolName> protocol(Match match) {
        return match.exact(Fields.ETH_TYPE)
                .flatMap(type -> ProtocolName.of(
                        type.intValue(), match.exact(Fields.NW_PROTO).map(Long::intValue)));
    }
}
