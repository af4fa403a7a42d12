package dev.culvert.datapath;

import dev.culvert.packet.Ethernet;
import dev.culvert.packet.FlowField;
import dev.culvert.packet.FlowKey;
import dev.culvert.packet.IpAddress;
import dev.culvert.packet.Vlan;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the flow of one packet in the syntax of datapath flows, as {@link DatapathFlowText} writes it and {@code dpctl/dump-flows}
 * shows it. A mask is passed over: what it leaves out is as the flow says all the same. What is not said is zero.
 */
public final class DatapathFlowParser {
    private static final Pattern ITEM = Pattern.compile("([a-z0-9_]+)\\(");
    private static final List<String> TUNNEL_FLAGS = List.of("oam", "df", "csum", "key");

    /** What says nothing here as long as it is zero: there are no queues and no connection tracking. */
    private static final List<String> ZERO =
            List.of("skb_priority", "dp_hash", "ct_state", "ct_zone", "ct_mark", "ct_label");

    /** The deepest that layers are nested: a tag in a frame. */
    private static final int DEPTH_MAX = 2;

    /** A flow that makes no sense. */
    public static final class SyntaxException extends Exception {
        private static final long serialVersionUID = 1L;

        SyntaxException(String message) {
            super(message);
        }
    }

    private final Map<String, Integer> ports;
    private final long[] key = FlowKey.create();

    private DatapathFlowParser(Map<String, Integer> ports) {
        this.ports = ports;
        FlowField.IN_PORT.set(key, -1);
    }

    /**
     * Reads a flow.
     *
     * @param ports the datapath's port numbers by name
     * @return a flow key; without a port of arrival it has the number 0xffffffff there
     * @throws SyntaxException if it makes no sense
     */
    public static long[] parse(String text, Map<String, Integer> ports) throws SyntaxException {
        DatapathFlowParser parser = new DatapathFlowParser(ports);
        parser.items(text, 0);
        parser.finish();
        return parser.key;
    }

    private static SyntaxException at(String rest) {
        return new SyntaxException("syntax error at " + rest);
    }

    /** Reads layers with commas or blanks between. */
    private void items(String text, int depth) throws SyntaxException {
        Matcher item = ITEM.matcher(text);
        int at = skip(text, 0);
        while (at < text.length()) {
            item.region(at, text.length());
            if (depth > DEPTH_MAX || !item.lookingAt()) {
                throw at(text.substring(at));
            }
            int end = closing(text, item.end());
            if (end < 0) {
                throw at(text.substring(at));
            }
            item(item.group(1), text.substring(item.end(), end), text.substring(at), depth);
            at = skip(text, end + 1);
        }
    }

    private static int skip(String text, int from) {
        int at = from;
        while (at < text.length() && ", \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at;
    }

    /** Where the bracket is closed that was opened before an index; -1 for nowhere. */
    private static int closing(String text, int from) {
        int open = 1;
        for (int at = from; at < text.length(); at++) {
            char c = text.charAt(at);
            open += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (open == 0) {
                return at;
            }
        }
        return -1;
    }

    private void item(String name, String body, String rest, int depth) throws SyntaxException {
        if (ZERO.contains(name)) {
            if (number(body.replaceFirst("/.*", ""), -1, rest) != 0) {
                throw new SyntaxException("this switch has no " + name);
            }
            return;
        }
        switch (name) {
            case "in_port" -> FlowField.IN_PORT.set(key, port(body, rest));
            case "recirc_id" -> FlowField.RECIRC_ID.set(key, number(body, 0xffff_ffffL, rest));
            case "skb_mark" -> FlowField.PKT_MARK.set(key, number(body.replaceFirst("/.*", ""), 0xffff_ffffL, rest));
            case "eth_type" -> {
                int type = (int) number(body.replaceFirst("/.*", ""), 0xffff, rest);
                boolean tag = type == Vlan.TPID_CUSTOMER || type == Vlan.TPID_SERVICE;
                (tag && depth == 0 ? FlowField.VLAN_TPID : FlowField.DL_TYPE).set(key, type);
            }
            case "encap" -> items(body, depth + 1);
            case "tcp_flags" -> FlowField.TCP_FLAGS.set(key, number(body.replaceFirst("/.*", ""), 0xfff, rest));
            case "tunnel" -> {
                int flags = body.indexOf("flags(");
                values(name, flags < 0 ? body : body.substring(0, flags), rest);
                if (flags >= 0) {
                    int end = closing(body, flags + "flags(".length());
                    if (end < 0) {
                        throw at(rest);
                    }
                    tunnelFlags(body.substring(flags + "flags(".length(), end), rest);
                }
            }
            default -> values(name, body, rest);
        }
    }

    private int port(String text, String rest) throws SyntaxException {
        Integer named = ports.get(text.replaceAll("^\"(.*)\"$", "$1"));
        return named != null ? named : (int) number(text, 0xffff_ffffL, rest);
    }

    /** Flags with signs, or those that are set with bars between. */
    private void tunnelFlags(String text, String rest) throws SyntaxException {
        long set = 0;
        for (String flag : text.replaceFirst("/.*", "").split("\\||(?=[+-])", -1)) {
            String name = flag.replaceFirst("^[+-]", "");
            int bit = TUNNEL_FLAGS.indexOf(name);
            if (bit < 0 && !name.isEmpty()) {
                throw at(rest);
            }
            set |= bit < 0 || flag.startsWith("-") ? 0 : 1L << bit;
        }
        FlowField.TUN_FLAGS.set(key, set);
    }

    private void values(String layer, String body, String rest) throws SyntaxException {
        for (String item : body.split(",", -1)) {
            if (item.isBlank()) {
                continue;
            }
            int equals = item.indexOf('=');
            if (equals < 0) {
                throw at(rest);
            }
            String value = item.substring(equals + 1).strip().replaceFirst("/.*", "");
            value(layer + "." + item.substring(0, equals).strip(), value, rest);
        }
    }

    private void value(String name, String value, String rest) throws SyntaxException {
        switch (name) {
            case "packet_type.ns", "packet_type.id" -> {
                if (number(value, 0xffff, rest) != 0) {
                    throw new SyntaxException("this switch has no packet_type");
                }
            }
            case "tunnel.tun_id" -> FlowField.TUN_ID.set(key, number(value, -1, rest));
            case "tunnel.src" -> address(FlowField.TUN_SRC, value, true, rest);
            case "tunnel.dst" -> address(FlowField.TUN_DST, value, true, rest);
            case "tunnel.ipv6_src" -> address(FlowField.TUN_SRC, value, false, rest);
            case "tunnel.ipv6_dst" -> address(FlowField.TUN_DST, value, false, rest);
            case "tunnel.tos" -> FlowField.TUN_TOS.set(key, number(value, 0xff, rest));
            case "tunnel.ttl" -> FlowField.TUN_TTL.set(key, number(value, 0xff, rest));
            case "tunnel.tp_src", "tunnel.tp_dst" -> number(value, 0xffff, rest); // decided when it was received
            case "eth.src" -> FlowField.DL_SRC.set(key, ethernet(value, rest));
            case "eth.dst" -> FlowField.DL_DST.set(key, ethernet(value, rest));
            case "vlan.vid" -> tag(number(value, Vlan.ID_MASK, rest));
            case "vlan.pcp" -> tag(number(value, 7, rest) << Vlan.PRIORITY_SHIFT);
            case "vlan.cfi" -> tag(number(value, 1, rest) == 0 ? 0 : Vlan.PRESENT);
            case "ipv4.src", "arp.sip" -> address(FlowField.NW_SRC, value, true, rest);
            case "ipv4.dst", "arp.tip" -> address(FlowField.NW_DST, value, true, rest);
            case "ipv6.src" -> address(FlowField.NW_SRC, value, false, rest);
            case "ipv6.dst" -> address(FlowField.NW_DST, value, false, rest);
            case "ipv6.label" -> FlowField.IPV6_LABEL.set(key, number(value, 0xfffff, rest));
            case "ipv4.proto", "ipv6.proto", "arp.op" -> FlowField.NW_PROTO.set(key, number(value, 0xff, rest));
            case "ipv4.tos", "ipv6.tclass" -> FlowField.NW_TOS.set(key, number(value, 0xff, rest));
            case "ipv4.ttl", "ipv6.hlimit" -> FlowField.NW_TTL.set(key, number(value, 0xff, rest));
            case "ipv4.frag", "ipv6.frag" -> FlowField.NW_FRAG.set(key, fragment(value, rest));
            case "arp.sha", "nd.sll" -> FlowField.ARP_SHA.set(key, ethernet(value, rest));
            case "arp.tha", "nd.tll" -> FlowField.ARP_THA.set(key, ethernet(value, rest));
            case "nd.target" -> address(FlowField.ND_TARGET, value, false, rest);
            case "tcp.src", "udp.src", "sctp.src" -> FlowField.TP_SRC.set(key, number(value, 0xffff, rest));
            case "tcp.dst", "udp.dst", "sctp.dst" -> FlowField.TP_DST.set(key, number(value, 0xffff, rest));
            case "icmp.type", "icmpv6.type" -> FlowField.TP_SRC.set(key, number(value, 0xff, rest));
            case "icmp.code", "icmpv6.code" -> FlowField.TP_DST.set(key, number(value, 0xff, rest));
            default -> throw at(rest);
        }
    }

    private void tag(long bits) {
        FlowField.VLAN_TCI.set(key, FlowField.VLAN_TCI.get(key) | Vlan.PRESENT | bits);
    }

    private static long number(String text, long max, String rest) throws SyntaxException {
        try {
            boolean hexadecimal = text.startsWith("0x") || text.startsWith("0X");
            long number = hexadecimal ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseUnsignedLong(text);
            if (Long.compareUnsigned(number, max) <= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw at(rest);
    }

    private void address(FlowField field, String text, boolean ipv4, String rest) throws SyntaxException {
        IpAddress address = IpAddress.parse(text);
        if (address == null || address.isIpv4() != ipv4) {
            throw at(rest);
        }
        field.set(key, address.high(), address.low());
    }

    private static long ethernet(String text, String rest) throws SyntaxException {
        if (!text.matches("[0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2}){5}")) {
            throw at(rest);
        }
        long address = 0;
        for (String octet : text.split(":", -1)) {
            address = (address << 8) | Integer.parseInt(octet, 16);
        }
        return address;
    }

    private static long fragment(String text, String rest) throws SyntaxException {
        return switch (text) {
            case "no" -> 0;
            case "first" -> FlowKey.FRAGMENT;
            case "later" -> FlowKey.FRAGMENT | FlowKey.FRAGMENT_LATER;
            default -> throw at(rest);
        };
    }

    /** What is no Ethernet II frame has this type; addresses that were not said are IPv4's where the packet is. */
    private void finish() {
        int type = (int) FlowField.DL_TYPE.get(key);
        if (type == 0) {
            FlowField.DL_TYPE.set(key, Ethernet.TYPE_NONE);
        } else if (type == Ethernet.TYPE_IPV4 || type == Ethernet.TYPE_ARP || type == Ethernet.TYPE_RARP) {
            FlowField.NW_SRC.set(key, FlowField.NW_SRC.get(key) | FlowKey.IPV4_LOW);
            FlowField.NW_DST.set(key, FlowField.NW_DST.get(key) | FlowKey.IPV4_LOW);
        }
    }
}
