package dev.culvert.datapath;

import dev.culvert.packet.Ethernet;
import dev.culvert.packet.FlowField;
import dev.culvert.packet.FlowKey;
import dev.culvert.packet.FlowText;
import dev.culvert.packet.Ip;
import dev.culvert.packet.IpAddress;
import dev.culvert.packet.Vlan;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Cached flows in the syntax of datapath flows (ovs-dpctl(8)), in which a packet's layers are nested:
 * {@code in_port(1),eth(src=…,dst=…),eth_type(0x0800),ipv4(…)}. What the mask does not look at is left out, unless everything is
 * asked for.
 */
public final class DatapathFlowText {
    private static final String[] TUNNEL_FLAGS = {"oam", "df", "csum", "key"};

    private final long[] key;
    private final long[] mask;
    private final boolean all;
    private final StringBuilder text = new StringBuilder();

    private DatapathFlowText(long[] key, long[] mask, boolean all) {
        this.key = key;
        this.mask = mask;
        this.all = all;
    }

    /**
     * Writes what a flow matches.
     *
     * @param key the key of a packet that it covers, not masked
     * @param mask its mask
     * @param all whether to show what the mask leaves out, too
     * @param names the names to show instead of ports' numbers; empty for numbers
     */
    public static String match(long[] key, long[] mask, boolean all, Map<Integer, String> names) {
        DatapathFlowText writer = new DatapathFlowText(key, mask, all);
        writer.metadata(names);
        writer.frame();
        return writer.text.substring(0, writer.text.length() - 1);
    }

    /**
     * Writes what a flow does.
     *
     * @param actions what is done, in order
     * @param names as above
     */
    public static String actions(List<Action> actions, Map<Integer, String> names) {
        if (actions.isEmpty()) {
            return "drop";
        }
        StringBuilder list = new StringBuilder();
        for (Action action : actions) {
            list.append(list.isEmpty() ? "" : ",");
            list.append(action instanceof Action.Output(int port) ? name(port, names) : action.toString());
        }
        return list.toString();
    }

    private static String name(int port, Map<Integer, String> names) {
        return names.getOrDefault(port, Integer.toUnsignedString(port));
    }

    private void metadata(Map<Integer, String> names) {
        tunnel();
        if (all) {
            text.append("skb_priority(0/0),");
        }
        if (shows(FlowField.PKT_MARK)) {
            text.append("skb_mark(").append(masked(FlowField.PKT_MARK, true)).append("),");
        }
        text.append(all ? "ct_state(0/0),ct_zone(0/0),ct_mark(0/0),ct_label(0/0)," : "");
        text.append("recirc_id(").append(value(FlowField.RECIRC_ID)).append("),");
        text.append(all ? "dp_hash(0/0)," : "");
        text.append("in_port(")
                .append(name((int) value(FlowField.IN_PORT), names))
                .append("),packet_type(ns=0,id=0),");
    }

    private void tunnel() {
        long looked = bits(FlowField.TUN_ID) | bits(FlowField.TUN_SRC) | bits(FlowField.TUN_DST);
        looked |= bits(FlowField.TUN_TOS) | bits(FlowField.TUN_TTL) | bits(FlowField.TUN_FLAGS);
        boolean arrivedByTunnel = (value(FlowField.TUN_DST) | FlowField.TUN_DST.getHigh(key)) != 0;
        if (!arrivedByTunnel || (looked == 0 && !all)) {
            return;
        }
        int start = begin("tunnel(");
        item("tun_id", FlowField.TUN_ID, true);
        boolean ipv6 = !new IpAddress(FlowField.TUN_DST.getHigh(key), value(FlowField.TUN_DST)).isIpv4();
        address(ipv6 ? "ipv6_src" : "src", FlowField.TUN_SRC, ipv6);
        address(ipv6 ? "ipv6_dst" : "dst", FlowField.TUN_DST, ipv6);
        item("tos", FlowField.TUN_TOS, true);
        item("ttl", FlowField.TUN_TTL, false);
        if (shows(FlowField.TUN_FLAGS)) {
            text.append("flags(");
            for (int i = 0; i < TUNNEL_FLAGS.length; i++) {
                text.append((value(FlowField.TUN_FLAGS) >>> i & 1) != 0 ? '+' : '-')
                        .append(TUNNEL_FLAGS[i]);
            }
            text.append("),");
        }
        end(start);
    }

    private void frame() {
        if (shows(FlowField.DL_SRC) || shows(FlowField.DL_DST)) {
            int eth = begin("eth(");
            ethernet("src", FlowField.DL_SRC);
            ethernet("dst", FlowField.DL_DST);
            end(eth);
        }
        int tci = (int) value(FlowField.VLAN_TCI);
        if ((tci & Vlan.PRESENT) == 0 || !shows(FlowField.VLAN_TCI)) {
            payload();
            return;
        }
        int looked = (int) bits(FlowField.VLAN_TCI);
        text.append(String.format(Locale.ROOT, "eth_type(0x%04x),vlan(", value(FlowField.VLAN_TPID)));
        text.append("vid=").append(tci & Vlan.ID_MASK);
        text.append((looked & Vlan.ID_MASK) == Vlan.ID_MASK ? "" : "/" + hex(looked & Vlan.ID_MASK));
        int priority = looked >>> Vlan.PRIORITY_SHIFT;
        if (priority != 0 || all) {
            text.append(",pcp=").append(tci >>> Vlan.PRIORITY_SHIFT);
            text.append(priority == 7 ? "" : "/0x" + Integer.toHexString(priority));
        }
        text.append("),");
        int start = begin("encap(");
        payload();
        end(start);
    }

    private void payload() {
        int type = (int) value(FlowField.DL_TYPE);
        if (shows(FlowField.DL_TYPE)) {
            text.append("eth_type(");
            text.append(type == Ethernet.TYPE_NONE ? "0" : String.format(Locale.ROOT, "0x%04x", type));
            boolean whole = bits(FlowField.DL_TYPE) == 0xffff && type != Ethernet.TYPE_NONE;
            text.append(whole ? "" : "/" + hex(bits(FlowField.DL_TYPE))).append("),");
        }
        switch (type) {
            case Ethernet.TYPE_IPV4 -> internet("ipv4(", "tos", "ttl", false);
            case Ethernet.TYPE_IPV6 -> internet("ipv6(", "tclass", "hlimit", true);
            case Ethernet.TYPE_ARP, Ethernet.TYPE_RARP -> {
                int start = begin("arp(");
                address("sip", FlowField.NW_SRC, false);
                address("tip", FlowField.NW_DST, false);
                item("op", FlowField.NW_PROTO, false);
                ethernet("sha", FlowField.ARP_SHA);
                ethernet("tha", FlowField.ARP_THA);
                end(start);
            }
            default -> {}
        }
    }

    private void internet(String name, String tos, String ttl, boolean ipv6) {
        int start = begin(name);
        address("src", FlowField.NW_SRC, ipv6);
        address("dst", FlowField.NW_DST, ipv6);
        if (ipv6) {
            item("label", FlowField.IPV6_LABEL, true);
        }
        item("proto", FlowField.NW_PROTO, false);
        item(tos, FlowField.NW_TOS, true);
        item(ttl, FlowField.NW_TTL, false);
        int fragment = (int) value(FlowField.NW_FRAG);
        boolean later = (fragment & FlowKey.FRAGMENT_LATER) != 0;
        if (bits(FlowField.NW_FRAG) != 0) {
            text.append("frag=")
                    .append(fragment == 0 ? "no" : later ? "later" : "first")
                    .append(',');
        }
        end(start);
        int protocol = (int) value(FlowField.NW_PROTO);
        if (later) {
            return;
        }
        switch (protocol) {
            case Ip.PROTOCOL_TCP -> {
                transport("tcp(", "src", "dst");
                if (shows(FlowField.TCP_FLAGS)) {
                    text.append("tcp_flags(")
                            .append(masked(FlowField.TCP_FLAGS, true))
                            .append("),");
                }
            }
            case Ip.PROTOCOL_UDP -> transport("udp(", "src", "dst");
            case Ip.PROTOCOL_SCTP -> transport("sctp(", "src", "dst");
            case Ip.PROTOCOL_ICMP -> transport(ipv6 ? "" : "icmp(", "type", "code");
            case Ip.PROTOCOL_ICMP6 -> transport(ipv6 ? "icmpv6(" : "", "type", "code");
            default -> {}
        }
    }

    private void transport(String name, String source, String destination) {
        if (!name.isEmpty()) {
            int start = begin(name);
            item(source, FlowField.TP_SRC, false);
            item(destination, FlowField.TP_DST, false);
            end(start);
        }
    }

    // ---- a layer in brackets

    private int begin(String name) {
        int start = text.length();
        text.append(name);
        return start;
    }

    /** Closes a layer; takes it back where nothing stands in it. */
    private void end(int start) {
        int last = text.length() - 1;
        if (text.charAt(last) == ',') {
            text.setCharAt(last, ')');
            text.append(',');
        } else {
            text.setLength(start);
        }
    }

    private void item(String name, FlowField field, boolean hexadecimal) {
        if (shows(field)) {
            text.append(name).append('=').append(masked(field, hexadecimal)).append(',');
        }
    }

    private void ethernet(String name, FlowField field) {
        if (shows(field)) {
            boolean whole = bits(field) == Ethernet.BROADCAST;
            text.append(name).append('=').append(FlowText.mac(value(field)));
            text.append(whole ? "" : "/" + FlowText.mac(bits(field))).append(',');
        }
    }

    private void address(String name, FlowField field, boolean ipv6) {
        long low = ipv6 ? bits(field) : bits(field) & 0xffff_ffffL;
        long high = ipv6 ? field.getHigh(mask) : 0;
        if (!all && (low | high) == 0) {
            return;
        }
        boolean whole = ipv6 ? (low & high) == -1L : low == 0xffff_ffffL;
        IpAddress address =
                ipv6 ? new IpAddress(field.getHigh(key), value(field)) : IpAddress.ofIpv4((int) value(field));
        IpAddress looked = ipv6 ? new IpAddress(high, low) : IpAddress.ofIpv4((int) low);
        text.append(name)
                .append('=')
                .append(address)
                .append(whole ? "" : "/" + looked)
                .append(',');
    }

    private String masked(FlowField field, boolean hexadecimal) {
        String value = hexadecimal ? hex(value(field)) : Long.toString(value(field));
        return Long.bitCount(bits(field)) == field.width() ? value : value + "/" + hex(bits(field));
    }

    private static String hex(long value) {
        return value == 0 ? "0" : "0x" + Long.toHexString(value);
    }

    private boolean shows(FlowField field) {
        return all || bits(field) != 0 || field.getHigh(mask) != 0;
    }

    private long value(FlowField field) {
        return field.get(key);
    }

    private long bits(FlowField field) {
        return field.get(mask);
    }
}
