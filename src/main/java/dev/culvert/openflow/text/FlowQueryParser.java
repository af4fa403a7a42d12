package dev.culvert.openflow.text;

import dev.culvert.openflow.OfPort;
import dev.culvert.openflow.field.Bits;
import dev.culvert.openflow.field.Field;
import dev.culvert.openflow.field.Fields;
import dev.culvert.openflow.field.Match;
import dev.culvert.openflow.message.FlowQuery;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads which flows a user wants to see: {@code table=3,tcp,nw_dst=10.0.0.0/8,cookie=1/-1}. Source: ovs-ofctl(8), "Flow Syntax",
 * as far as dump-flows and dump-aggregate go.
 */
public final class FlowQueryParser {
    private static final int CFI = 0x1000;

    private final Map<String, Integer> ports;
    private final Map<String, Integer> tables;
    private final Match.Builder match = Match.builder();
    private final Map<String, String> deferred = new LinkedHashMap<>();
    private int table = FlowQuery.ALL_TABLES;
    private int outPort = OfPort.ANY;
    private int outGroup = FlowQuery.ANY_GROUP;
    private long cookie;
    private long cookieMask;
    private int ethType = -1;
    private int protocol = -1;

    private FlowQueryParser(Map<String, Integer> ports, Map<String, Integer> tables) {
        this.ports = ports;
        this.tables = tables;
    }

    /**
     * Reads a query.
     *
     * @param text the conditions, with commas or blanks between
     * @param ports port numbers by name
     * @param tables table numbers by name
     * @throws FlowSyntaxException if it makes no sense
     */
    public static FlowQuery parse(String text, Map<String, Integer> ports, Map<String, Integer> tables)
            throws FlowSyntaxException {
        FlowQueryParser parser = new FlowQueryParser(ports, tables);
        for (String item : text.split("[,\\s]+", -1)) {
            if (!item.isEmpty()) {
                parser.item(item);
            }
        }
        parser.finish();
        return new FlowQuery(
                parser.table, parser.outPort, parser.outGroup, parser.cookie, parser.cookieMask, parser.match.build());
    }

    private void item(String item) throws FlowSyntaxException {
        int equals = item.indexOf('=');
        String key = equals < 0 ? item : item.substring(0, equals);
        Optional<ProtocolName> named = ProtocolName.named(key);
        if (equals < 0 && named.isPresent()) {
            protocol(named.get());
            return;
        } else if (equals < 0 || equals == item.length() - 1) {
            throw new FlowSyntaxException("field " + key + " missing value");
        }
        value(key, item.substring(equals + 1));
    }

    private void protocol(ProtocolName named) {
        ethType = named.ethType();
        match.exact(Fields.ETH_TYPE, ethType);
        if (named.transport()) {
            protocol = named.protocol();
            match.exact(Fields.NW_PROTO, protocol);
        }
    }

    private void value(String key, String value) throws FlowSyntaxException {
        switch (key) {
            case "table" -> table = table(value);
            case "out_port" ->
                outPort =
                        port(value).orElseThrow(() -> new FlowSyntaxException(value + " is not a valid OpenFlow port"));
            case "out_group" -> outGroup = (int) number(value, 0xffff_ffffL, "out_group");
            case "cookie" -> cookie(value);
            case "in_port" ->
                match.exact(
                        Fields.IN_PORT,
                        port(value)
                                        .orElseThrow(() -> new FlowSyntaxException(
                                                value + ": invalid or unknown port for in_port"))
                                & 0xffff_ffffL);
            case "dl_vlan" -> vlan(number(value, 0xffff, key));
            case "dl_vlan_pcp", "vlan_pcp" -> match.merge(Fields.VLAN_TCI, CFI | (number(value, 7, key) << 13), 0xf000);
            case "dl_type", "eth_type" -> {
                ethType = (int) number(value, 0xffff, key);
                match.exact(Fields.ETH_TYPE, ethType);
            }
            case "nw_proto", "ip_proto" -> protocol = (int) number(value, 0xff, key);
            // what these mean depends on the protocol, which may come after them
            case "nw_src", "nw_dst", "tp_src", "tp_dst", "icmp_type", "icmp_code", "ip_src", "ip_dst" ->
                deferred.put(key, value);
            default ->
                field(Fields.find(key).orElseThrow(() -> new FlowSyntaxException("unknown keyword " + key)), value);
        }
    }

    private int table(String value) throws FlowSyntaxException {
        Integer named = tables.get(value);
        if (named != null) {
            return named;
        } else if (value.matches("\\d{1,3}") && Integer.parseInt(value) <= 0xff) {
            return Integer.parseInt(value);
        }
        throw new FlowSyntaxException("unknown table \"" + value + "\"");
    }

    private Optional<Integer> port(String value) {
        OptionalInt number = OfPort.parse(value);
        return number.isPresent() ? Optional.of(number.getAsInt()) : Optional.ofNullable(ports.get(value));
    }

    private void cookie(String value) throws FlowSyntaxException {
        int slash = value.indexOf('/');
        if (slash < 0) {
            throw new FlowSyntaxException(
                    "cannot set cookie (to match on a cookie, specify a mask, e.g. cookie=" + value + "/-1)");
        }
        cookieMask = number(value.substring(slash + 1), -1, "cookie");
        cookie = number(value.substring(0, slash), -1, "cookie") & cookieMask;
    }

    private void vlan(long vid) {
        if (vid == 0xffff) {
            match.masked(Fields.VLAN_TCI, Bits.of(0, 2), Bits.ones(2));
        } else {
            match.merge(Fields.VLAN_TCI, CFI | (vid & 0xfff), 0x1fff);
        }
    }

    private void field(Field field, String value) throws FlowSyntaxException {
        if (field.equals(Fields.NW_TOS)) {
            match.exact(field, number(value, 0xff, field.name()) & 0xfc);
        } else if (field.equals(Fields.IP_DSCP)) {
            match.exact(Fields.NW_TOS, number(value, 0x3f, field.name()) << 2);
        } else if (field.equals(Fields.VLAN_VID)) {
            Match.Condition condition = FieldParser.parse(field, value, this::port);
            match.merge(
                    Fields.VLAN_TCI,
                    condition.value().toLong() & 0x1fff,
                    condition.mask().toLong() & 0x1fff);
        } else {
            Match.Condition condition = FieldParser.parse(field, value, this::port);
            match.masked(field, condition.value(), condition.mask());
        }
    }

    private void finish() throws FlowSyntaxException {
        if (protocol >= 0) {
            boolean arp = ethType == 0x0806 || ethType == 0x8035;
            boolean ip = ethType == 0x0800 || ethType == 0x86dd;
            if (arp || ip) {
                match.exact(arp ? Fields.ARP_OP : Fields.NW_PROTO, protocol);
            }
        }
        for (Map.Entry<String, String> entry : deferred.entrySet()) {
            Optional<Field> field = meaning(entry.getKey());
            // a field that cannot exist in such packets is passed over, as the original does
            if (field.isPresent()) {
                field(field.get(), entry.getValue());
            }
        }
    }

    private Optional<Field> meaning(String key) {
        boolean arp = ethType == 0x0806 || ethType == 0x8035;
        boolean ip4 = ethType == 0x0800;
        String transport = switch (protocol) {
            case 6 -> "tcp";
            case 17 -> "udp";
            case 132 -> "sctp";
            case 1 -> "icmp";
            case 58 -> "icmpv6";
            default -> "";
        };
        boolean hasPorts = (ip4 || ethType == 0x86dd) && !transport.isEmpty();
        boolean icmp = transport.startsWith("icmp");
        return switch (key) {
            case "nw_src", "ip_src" ->
                ip4 ? Optional.of(Fields.IP_SRC) : arp ? Optional.of(Fields.ARP_SPA) : Optional.empty();
            case "nw_dst", "ip_dst" ->
                ip4 ? Optional.of(Fields.IP_DST) : arp ? Optional.of(Fields.ARP_TPA) : Optional.empty();
            case "tp_src" -> hasPorts ? Fields.find(transport + (icmp ? "_type" : "_src")) : Optional.empty();
            case "tp_dst" -> hasPorts ? Fields.find(transport + (icmp ? "_code" : "_dst")) : Optional.empty();
            default -> icmp && hasPorts ? Fields.find(transport + key.substring("icmp".length())) : Optional.empty();
        };
    }

    private static long number(String text, long max, String key) throws FlowSyntaxException {
        return FieldParser.number(text.toLowerCase(Locale.ROOT), max, key);
    }
}
