package dev.culvert.openflow.text;

import dev.culvert.openflow.OfPort;
import dev.culvert.openflow.field.Bits;
import dev.culvert.openflow.field.Field;
import dev.culvert.openflow.field.FieldFormat;
import dev.culvert.openflow.field.Fields;
import dev.culvert.openflow.field.Match.Condition;
import dev.culvert.openflow.field.Prerequisite;
import dev.culvert.packet.FlowField;
import dev.culvert.packet.FlowKey;
import dev.culvert.packet.Vlan;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the flow of one packet, without wildcards: {@code in_port=p1,tcp,nw_src=10.0.0.1}. What it does not say is zero. Unlike in
 * a flow of a table, order matters: what a field needs has to stand before it. Source: ovs-vswitchd(8), {@code ofproto/trace}.
 */
public final class ExactFlowParser {
    private static final String SEPARATORS = ", \t\r\n";
    private static final int VLAN_NONE = 0xffff;

    private final String text;
    private final Map<String, Integer> ports;
    private final long[] key = FlowKey.create();
    private boolean arrives;

    private ExactFlowParser(String text, Map<String, Integer> ports) {
        this.text = text;
        this.ports = ports;
    }

    /**
     * Reads a flow.
     *
     * @param text fields, with commas or blanks between
     * @param ports port numbers by name, in their 32-bit form
     * @return a flow key whose port of arrival is OpenFlow's number in that form, {@link OfPort#ANY} where none is said
     * @throws FlowSyntaxException if it makes no sense
     */
    public static long[] parse(String text, Map<String, Integer> ports) throws FlowSyntaxException {
        ExactFlowParser parser = new ExactFlowParser(text, ports);
        parser.items();
        return parser.finish();
    }

    private FlowSyntaxException wrong(String what) {
        return new FlowSyntaxException(text + ": " + what);
    }

    private void items() throws FlowSyntaxException {
        int at = 0;
        while (at < text.length()) {
            int end = skip(at, SEPARATORS, true);
            int delimiter = skip(end, ":=(" + SEPARATORS, false);
            boolean hasValue = delimiter < text.length() && SEPARATORS.indexOf(text.charAt(delimiter)) < 0;
            int last = !hasValue
                    ? delimiter
                    : text.charAt(delimiter) == '(' ? closing(delimiter) : skip(delimiter + 1, SEPARATORS, false);
            if (delimiter > end) {
                item(text.substring(end, delimiter), hasValue ? text.substring(delimiter + 1, last) : "");
            }
            at = last + 1;
        }
    }

    private int skip(int from, String characters, boolean in) {
        int at = from;
        while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0 == in) {
            at++;
        }
        return at;
    }

    /** The bracket that belongs to an opening one, or the end. */
    private int closing(int opening) {
        int depth = 0;
        for (int at = opening; at < text.length(); at++) {
            char c = text.charAt(at);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (depth == 0) {
                return at;
            }
        }
        return text.length();
    }

    private void item(String name, String value) throws FlowSyntaxException {
        Optional<ProtocolName> protocol = ProtocolName.named(name);
        if (protocol.isPresent()) {
            protocol(protocol.get());
            return;
        }
        switch (name) {
            case "dl_vlan" -> {
                once(name, FlowField.VLAN_TCI.get(key) & Vlan.ID_MASK);
                vlan(number(name, value, VLAN_NONE));
            }
            case "dl_vlan_pcp" -> {
                once(name, FlowField.VLAN_TCI.get(key) >>> Vlan.PRIORITY_SHIFT);
                priority(number(name, value, 7));
            }
            case "tun_tos" -> small(name, value, FlowField.TUN_TOS);
            case "tun_ttl" -> small(name, value, FlowField.TUN_TTL);
            default -> field(name, value);
        }
    }

    private void protocol(ProtocolName protocol) throws FlowSyntaxException {
        if (FlowField.DL_TYPE.get(key) != 0) {
            throw wrong("Ethernet type set multiple times");
        }
        FlowField.DL_TYPE.set(key, protocol.ethType());
        if (protocol.transport()) {
            if (FlowField.NW_PROTO.get(key) != 0) {
                throw wrong("network protocol set multiple times");
            }
            FlowField.NW_PROTO.set(key, protocol.protocol());
        }
    }

    private void once(String name, long present) throws FlowSyntaxException {
        if (present != 0) {
            throw wrong("field " + name + " set multiple times");
        }
    }

    private void small(String name, String value, FlowField place) throws FlowSyntaxException {
        once(name, place.get(key));
        place.set(key, number(name, value, 0xff));
    }

    private long number(String name, String value, long max) throws FlowSyntaxException {
        try {
            return FieldParser.number(value, max, name);
        } catch (FlowSyntaxException e) {
            throw bad(name, value, e);
        }
    }

    private FlowSyntaxException bad(String name, String value, FlowSyntaxException why) {
        String message = String.valueOf(why.getMessage());
        boolean isNumber = message.startsWith("invalid numeric format");
        return wrong("bad value for " + name + " ("
                + (isNumber ? value + ": bad syntax for " + name + " value" : message) + ")");
    }

    private void vlan(long vid) {
        long rest = FlowField.VLAN_TCI.get(key) & ~Vlan.ID_MASK;
        FlowField.VLAN_TCI.set(key, vid == VLAN_NONE ? 0 : rest | (vid & Vlan.ID_MASK) | Vlan.PRESENT);
    }

    private void priority(long pcp) {
        FlowField.VLAN_TCI.set(key, FlowField.VLAN_TCI.get(key) | Vlan.PRESENT | (pcp << Vlan.PRIORITY_SHIFT));
    }

    private void field(String name, String value) throws FlowSyntaxException {
        Field field = Fields.find(name).orElseThrow(() -> wrong("unknown field " + name));
        FlowField place = FlowKeyFields.place(field);
        if (place == null) {
            throw wrong("unknown field " + name); // of a switch that has more than this one
        } else if (!FlowKeyFields.isMet(field.prerequisite(), key)) {
            throw wrong("prerequisites not met for setting " + name);
        }
        boolean isPort = place == FlowField.IN_PORT;
        once(name, isPort ? (arrives ? 1 : 0) : FlowKeyFields.get(field, place, key));
        Bits bits = condition(name, field, value).value();
        long number = bits.toLong();
        switch (field.name()) {
            case "in_port" -> arrive(OfPort.fromOf10((int) number));
            case "in_port_oxm" -> arrive((int) number);
            case "vlan_vid" -> vlan(number);
            case "vlan_pcp" -> priority(number);
            case "nw_tos" -> FlowField.NW_TOS.set(key, (FlowField.NW_TOS.get(key) & 3) | (number & 0xfc));
            case "ip_dscp" -> FlowField.NW_TOS.set(key, (FlowField.NW_TOS.get(key) & 3) | (number << 2));
            case "nw_ecn" -> FlowField.NW_TOS.set(key, (FlowField.NW_TOS.get(key) & 0xfc) | number);
            default -> set(field, place, bits);
        }
    }

    private Condition condition(String name, Field field, String value) throws FlowSyntaxException {
        try {
            Condition condition = FieldParser.parse(field, value, this::port);
            // to be none says all about being a fragment; to be one does not
            boolean isWhole = field.format() == FieldFormat.FRAG && value.equals("no");
            if (!condition.isExact() && !isWhole && isWild(field, condition)) {
                throw new FlowSyntaxException(value + ": wildcards not allowed here");
            }
            return condition;
        } catch (FlowSyntaxException e) {
            throw bad(name, value, e);
        }
    }

    private static boolean isWild(Field field, Condition condition) {
        long all = field.significantBits() >= Long.SIZE ? -1 : (1L << field.significantBits()) - 1;
        return field.bytes() > Long.BYTES || (condition.mask().toLong() & all) != all;
    }

    private Optional<Integer> port(String value) {
        Integer named = ports.get(value.replaceAll("^\"(.*)\"$", "$1"));
        if (named != null) {
            return Optional.of(named);
        }
        return OfPort.parse(value).stream().boxed().findFirst();
    }

    private void arrive(int port) {
        arrives = true;
        FlowField.IN_PORT.set(key, port);
    }

    private void set(Field field, FlowField place, Bits value) {
        if (field.format() == FieldFormat.IPV4) {
            place.set(key, FlowKey.IPV4_HIGH, FlowKey.IPV4_LOW | value.toLong());
        } else if (value.size() > Long.BYTES) {
            place.set(key, ByteBuffer.wrap(value.toBytes()).getLong(), value.toLong());
        } else {
            place.set(key, value.toLong());
        }
    }

    /** Adds what is not said but goes without saying. */
    private long[] finish() {
        if (!arrives) {
            FlowField.IN_PORT.set(key, OfPort.ANY);
        }
        if ((FlowField.VLAN_TCI.get(key) & Vlan.PRESENT) != 0) {
            FlowField.VLAN_TPID.set(key, Vlan.TPID_CUSTOMER);
        }
        if (FlowKeyFields.isMet(Prerequisite.IPV4, key) || FlowKeyFields.isMet(Prerequisite.ARP, key)) {
            FlowField.NW_SRC.set(key, FlowField.NW_SRC.get(key) | FlowKey.IPV4_LOW);
            FlowField.NW_DST.set(key, FlowField.NW_DST.get(key) | FlowKey.IPV4_LOW);
        }
        return key;
    }
}
