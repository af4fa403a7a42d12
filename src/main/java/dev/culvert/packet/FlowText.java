package dev.culvert.packet;

import java.util.Locale;
import java.util.function.IntFunction;

/**
 * Writes flow keys and masks in Open vSwitch's flow syntax (ovs-fields(7), the order and forms of {@code ovs-ofctl}), for logs
 * and commands. What the mask does not look at is left out.
 */
public final class FlowText {
    private static final String[] TCP_FLAGS = {
        "fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns", "[200]", "[400]", "[800]"
    };
    private static final String[] TUNNEL_FLAGS = {"oam", "df", "csum", "key"};
    private static final int DSCP = 0xfc;
    private static final int ECN = 0x03;

    private final long[] key;
    private final long[] mask;
    private final IntFunction<String> ports;
    private final StringBuilder text = new StringBuilder();

    private FlowText(long[] key, long[] mask, IntFunction<String> ports) {
        this.key = key;
        this.mask = mask;
        this.ports = ports;
    }

    /** Writes the fields of {@code key} that {@code mask} looks at, separated by commas. */
    public static String format(long[] key, long[] mask) {
        return format(key, mask, Integer::toUnsignedString);
    }

    /**
     * Writes the fields of {@code key} that {@code mask} looks at, separated by commas.
     *
     * @param ports what to write for the number of the port of arrival
     */
    public static String format(long[] key, long[] mask, IntFunction<String> ports) {
        FlowText writer = new FlowText(key, mask, ports);
        writer.write();
        int length = writer.text.length();
        return length == 0 ? "" : writer.text.substring(0, length - 1);
    }

    /**
     * Writes a whole key: every field that means something for a packet of its kind (as {@code flow_to_string} does).
     */
    public static String format(long[] key) {
        return format(key, maskFor(key));
    }

    /**
     * Writes a whole key.
     *
     * @param ports what to write for the number of the port of arrival
     */
    public static String format(long[] key, IntFunction<String> ports) {
        return format(key, maskFor(key), ports);
    }

    /** Returns the mask that looks at every field that means something for a packet of this kind. */
    static long[] maskFor(long[] key) {
        long[] mask = FlowKey.create();
        int type = (int) FlowField.DL_TYPE.get(key);
        int protocol = (int) FlowField.NW_PROTO.get(key);
        boolean ipv6 = type == Ethernet.TYPE_IPV6;
        boolean ip = ipv6 || type == Ethernet.TYPE_IPV4;
        boolean arp = type == Ethernet.TYPE_ARP || type == Ethernet.TYPE_RARP;
        look(mask, FlowField.DL_SRC, FlowField.DL_DST, FlowField.DL_TYPE, FlowField.VLAN_TCI);
        if (FlowField.IN_PORT.get(key) != 0) {
            look(mask, FlowField.IN_PORT);
        }
        if (FlowField.TUN_DST.getHigh(key) != 0 || FlowField.TUN_DST.get(key) != 0) {
            if ((FlowField.TUN_FLAGS.get(key) & FlowKey.TUNNEL_KEY) != 0) {
                look(mask, FlowField.TUN_ID);
            }
            look(mask, FlowField.TUN_SRC, FlowField.TUN_DST);
            look(mask, FlowField.TUN_TOS, FlowField.TUN_TTL, FlowField.TUN_FLAGS);
        }
        if (FlowField.PKT_MARK.get(key) != 0) {
            look(mask, FlowField.PKT_MARK);
        }
        if (FlowField.VLAN_TCI.get(key) != 0) {
            look(mask, FlowField.INNER_VLAN_TCI);
        }
        if (ip || arp) {
            look(mask, FlowField.NW_SRC, FlowField.NW_DST, FlowField.NW_PROTO);
        }
        if (arp) {
            look(mask, FlowField.ARP_SHA, FlowField.ARP_THA);
        }
        if (ip) {
            look(mask, FlowField.NW_TOS, FlowField.NW_TTL, FlowField.NW_FRAG);
            boolean later = (FlowField.NW_FRAG.get(key) & FlowKey.FRAGMENT_LATER) != 0;
            if (!later && hasPorts(protocol)) {
                look(mask, FlowField.TP_SRC, FlowField.TP_DST);
                if (protocol == Ip.PROTOCOL_TCP) {
                    look(mask, FlowField.TCP_FLAGS);
                }
            }
        }
        if (ipv6) {
            look(mask, FlowField.IPV6_LABEL);
            boolean discovers = FlowField.TP_DST.get(key) == 0
                    && (FlowField.TP_SRC.get(key) == Icmp6.NEIGHBOUR_SOLICITATION
                            || FlowField.TP_SRC.get(key) == Icmp6.NEIGHBOUR_ADVERTISEMENT);
            if (protocol == Ip.PROTOCOL_ICMP6 && discovers) {
                look(mask, FlowField.ND_TARGET, FlowField.ARP_SHA, FlowField.ARP_THA);
            }
        }
        return mask;
    }

    private static boolean hasPorts(int protocol) {
        return switch (protocol) {
            case Ip.PROTOCOL_TCP,
                    Ip.PROTOCOL_UDP,
                    Ip.PROTOCOL_SCTP,
                    Ip.PROTOCOL_ICMP,
                    Ip.PROTOCOL_IGMP,
                    Ip.PROTOCOL_ICMP6 -> true;
            default -> false;
        };
    }

    private static void look(long[] mask, FlowField... fields) {
        for (FlowField field : fields) {
            field.unwildcard(mask);
        }
    }

    private long value(FlowField field) {
        return field.get(key);
    }

    private long bits(FlowField field) {
        return field.get(mask);
    }

    private boolean looks(FlowField field) {
        return (field.get(mask) | field.getHigh(mask)) != 0;
    }

    private void write() {
        hexadecimal("pkt_mark", FlowField.PKT_MARK);
        hexadecimal("recirc_id", FlowField.RECIRC_ID);
        int type = (int) (value(FlowField.DL_TYPE) & bits(FlowField.DL_TYPE));
        boolean named = looks(FlowField.DL_TYPE) && kind(type);
        boolean protocolNamed = named && text.length() > 0 && namesProtocol(type);
        tunnel();
        if (looks(FlowField.IN_PORT)) {
            item("in_port", ports.apply((int) value(FlowField.IN_PORT)));
        }
        vlan(FlowField.VLAN_TCI, "");
        if (looks(FlowField.VLAN_TCI)) {
            vlan(FlowField.INNER_VLAN_TCI, "1");
        }
        ethernet("dl_src", FlowField.DL_SRC);
        ethernet("dl_dst", FlowField.DL_DST);
        if (looks(FlowField.DL_TYPE) && !named) {
            item("dl_type", String.format(Locale.ROOT, "0x%04x", type));
        }
        network(type, protocolNamed);
        transport(type);
    }

    /** Names the packet's kind if it has a name. */
    private boolean kind(int type) {
        String name = switch (type) {
            case Ethernet.TYPE_IPV4 -> protocolName("ip", "");
            case Ethernet.TYPE_IPV6 -> protocolName("ipv6", "6");
            case Ethernet.TYPE_ARP -> "arp";
            case Ethernet.TYPE_RARP -> "rarp";
            default -> "";
        };
        if (name.isEmpty()) {
            return false;
        }
        text.append(name).append(',');
        return true;
    }

    private String protocolName(String none, String suffix) {
        if (!looks(FlowField.NW_PROTO)) {
            return none;
        }
        int icmp = suffix.isEmpty() ? Ip.PROTOCOL_ICMP : Ip.PROTOCOL_ICMP6;
        int protocol = (int) value(FlowField.NW_PROTO);
        if (protocol == icmp) {
            return "icmp" + suffix;
        }
        return switch (protocol) {
            case Ip.PROTOCOL_TCP -> "tcp" + suffix;
            case Ip.PROTOCOL_UDP -> "udp" + suffix;
            case Ip.PROTOCOL_SCTP -> "sctp" + suffix;
            default -> none;
        };
    }

    private boolean namesProtocol(int type) {
        String none = type == Ethernet.TYPE_IPV6 ? "ipv6" : "ip";
        String suffix = type == Ethernet.TYPE_IPV6 ? "6" : "";
        boolean ip = type == Ethernet.TYPE_IPV6 || type == Ethernet.TYPE_IPV4;
        return ip && !protocolName(none, suffix).equals(none);
    }

    private void tunnel() {
        hexadecimal("tun_id", FlowField.TUN_ID);
        boolean ipv6 = !new IpAddress(FlowField.TUN_DST.getHigh(key), value(FlowField.TUN_DST)).isIpv4();
        address(ipv6 ? "tun_ipv6_src" : "tun_src", FlowField.TUN_SRC, ipv6);
        address(ipv6 ? "tun_ipv6_dst" : "tun_dst", FlowField.TUN_DST, ipv6);
        if (looks(FlowField.TUN_TOS)) {
            item("tun_tos", Long.toHexString(value(FlowField.TUN_TOS)));
        }
        if (looks(FlowField.TUN_TTL)) {
            item("tun_ttl", Long.toString(value(FlowField.TUN_TTL)));
        }
        flags("tun_flags", FlowField.TUN_FLAGS, TUNNEL_FLAGS);
    }

    private void vlan(FlowField field, String suffix) {
        int tci = (int) value(field);
        int looked = (int) bits(field);
        int id = looked & Vlan.ID_MASK;
        int priority = looked >>> Vlan.PRIORITY_SHIFT;
        boolean whole = (id == 0 || id == Vlan.ID_MASK) && (priority == 0 || priority == 7) && (id | priority) != 0;
        if (looked == 0) {
            return;
        }
        if ((looked & tci & Vlan.PRESENT) != 0 && whole) {
            if (id != 0) {
                item("dl_vlan" + suffix, Integer.toString(tci & Vlan.ID_MASK));
            }
            if (priority != 0) {
                item("dl_vlan_pcp" + suffix, Integer.toString(tci >>> Vlan.PRIORITY_SHIFT));
            }
        } else {
            String value = String.format(Locale.ROOT, "0x%04x", tci);
            item("vlan_tci" + suffix, looked == 0xffff ? value : value + String.format(Locale.ROOT, "/0x%04x", looked));
        }
    }

    private void network(int type, boolean protocolNamed) {
        boolean ipv6 = type == Ethernet.TYPE_IPV6;
        boolean arp = type == Ethernet.TYPE_ARP || type == Ethernet.TYPE_RARP;
        address(ipv6 ? "ipv6_src" : arp ? "arp_spa" : "nw_src", FlowField.NW_SRC, ipv6);
        address(ipv6 ? "ipv6_dst" : arp ? "arp_tpa" : "nw_dst", FlowField.NW_DST, ipv6);
        if (ipv6 && looks(FlowField.IPV6_LABEL)) {
            String label = String.format(Locale.ROOT, "0x%05x", value(FlowField.IPV6_LABEL));
            long looked = bits(FlowField.IPV6_LABEL);
            boolean whole = looked == Ipv6.LABEL_MASK;
            item("ipv6_label", whole ? label : label + String.format(Locale.ROOT, "/0x%05x", looked));
        }
        if (looks(FlowField.NW_PROTO) && !protocolNamed) {
            item(arp ? "arp_op" : "nw_proto", Long.toString(value(FlowField.NW_PROTO)));
        }
        if (arp) {
            ethernet("arp_sha", FlowField.ARP_SHA);
            ethernet("arp_tha", FlowField.ARP_THA);
        }
        if ((bits(FlowField.NW_TOS) & DSCP) != 0) {
            item("nw_tos", Long.toString(value(FlowField.NW_TOS) & DSCP));
        }
        if ((bits(FlowField.NW_TOS) & ECN) != 0) {
            item("nw_ecn", Long.toString(value(FlowField.NW_TOS) & ECN));
        }
        if (looks(FlowField.NW_TTL)) {
            item("nw_ttl", Long.toString(value(FlowField.NW_TTL)));
        }
        fragment();
    }

    private void fragment() {
        int fragment = (int) value(FlowField.NW_FRAG);
        boolean any = (fragment & FlowKey.FRAGMENT) != 0;
        boolean later = (fragment & FlowKey.FRAGMENT_LATER) != 0;
        switch ((int) bits(FlowField.NW_FRAG) & (FlowKey.FRAGMENT | FlowKey.FRAGMENT_LATER)) {
            case FlowKey.FRAGMENT | FlowKey.FRAGMENT_LATER ->
                item("nw_frag", any ? (later ? "later" : "first") : (later ? "<error>" : "no"));
            case FlowKey.FRAGMENT -> item("nw_frag", any ? "yes" : "no");
            case FlowKey.FRAGMENT_LATER -> item("nw_frag", later ? "later" : "not_later");
            default -> {}
        }
    }

    private void transport(int type) {
        int protocol = (int) value(FlowField.NW_PROTO);
        boolean ipv4 = type == Ethernet.TYPE_IPV4;
        boolean ipv6 = type == Ethernet.TYPE_IPV6;
        boolean icmp6 = ipv6 && protocol == Ip.PROTOCOL_ICMP6;
        boolean icmp = icmp6 || (ipv4 && protocol == Ip.PROTOCOL_ICMP);
        port(icmp ? "icmp_type" : "tp_src", FlowField.TP_SRC);
        port(icmp ? "icmp_code" : "tp_dst", FlowField.TP_DST);
        if (icmp6) {
            address("nd_target", FlowField.ND_TARGET, true);
            ethernet("nd_sll", FlowField.ARP_SHA);
            ethernet("nd_tll", FlowField.ARP_THA);
        }
        if ((ipv4 || ipv6) && protocol == Ip.PROTOCOL_TCP) {
            flags("tcp_flags", FlowField.TCP_FLAGS, TCP_FLAGS);
        }
    }

    private void item(String name, String value) {
        text.append(name).append('=').append(value).append(',');
    }

    private void hexadecimal(String name, FlowField field) {
        if (looks(field)) {
            String value = prefixed(value(field));
            boolean whole = Long.bitCount(bits(field)) == field.width();
            item(name, whole ? value : value + "/" + prefixed(bits(field)));
        }
    }

    /** C's {@code %#x}: 0 has no prefix. */
    private static String prefixed(long value) {
        return value == 0 ? "0" : "0x" + Long.toHexString(value);
    }

    private void port(String name, FlowField field) {
        if (looks(field)) {
            long looked = bits(field);
            item(
                    name,
                    looked == 0xffff ? Long.toString(value(field)) : prefixed(value(field)) + "/" + prefixed(looked));
        }
    }

    private void ethernet(String name, FlowField field) {
        long looked = bits(field);
        if (looked != 0) {
            String value = mac(value(field));
            item(name, looked == Ethernet.BROADCAST ? value : value + "/" + mac(looked));
        }
    }

    /** Writes a MAC address (low 48 bits) as {@code xx:xx:xx:xx:xx:xx}. */
    public static String mac(long address) {
        StringBuilder mac = new StringBuilder(17);
        for (int shift = 40; shift >= 0; shift -= 8) {
            int octet = (int) (address >>> shift) & 0xff;
            mac.append(Character.forDigit(octet >>> 4, 16)).append(Character.forDigit(octet & 15, 16));
            if (shift > 0) {
                mac.append(':');
            }
        }
        return mac.toString();
    }

    private void address(String name, FlowField field, boolean ipv6) {
        if (!looks(field)) {
            return;
        }
        long highMask = field.getHigh(mask);
        long lowMask = ipv6 ? bits(field) : bits(field) & 0xffff_ffffL;
        if (!ipv6 && lowMask == 0) {
            return;
        }
        int ones = Long.bitCount(highMask) + Long.bitCount(lowMask);
        int length = ipv6 ? ones : Long.bitCount(lowMask);
        int width = ipv6 ? 128 : 32;
        String value = (ipv6 ? new IpAddress(field.getHigh(key), value(field)) : IpAddress.ofIpv4((int) value(field)))
                .toString();
        if (length == width) {
            item(name, value);
        } else if (isPrefix(highMask, lowMask, ipv6)) {
            item(name, value + "/" + length);
        } else {
            item(name, value + "/" + (ipv6 ? new IpAddress(highMask, lowMask) : IpAddress.ofIpv4((int) lowMask)));
        }
    }

    private static boolean isPrefix(long high, long low, boolean ipv6) {
        if (!ipv6) {
            return (~low & 0xffff_ffffL & ((~low & 0xffff_ffffL) + 1)) == 0;
        }
        return high == -1L ? (~low & (~low + 1)) == 0 : low == 0 && (~high & (~high + 1)) == 0;
    }

    private void flags(String name, FlowField field, String[] names) {
        long looked = bits(field);
        if (looked == 0) {
            return;
        }
        long all = (1L << names.length) - 1;
        long value = value(field);
        StringBuilder list = new StringBuilder();
        boolean whole = (looked & all) == all;
        for (int i = 0; i < names.length; i++) {
            boolean set = ((value >>> i) & 1) != 0;
            if (whole && set) {
                list.append(list.isEmpty() ? "" : "|").append(names[i]);
            } else if (!whole && ((looked >>> i) & 1) != 0) {
                list.append(set ? '+' : '-').append(names[i]);
            }
        }
        item(name, list.isEmpty() ? "0" : list.toString());
    }
}
