package dev.culvert.tunnel;

import dev.culvert.packet.IpAddress;
import dev.culvert.tunnel.TunnelConfig.Checksums;
import dev.culvert.tunnel.TunnelConfig.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code Interface.options} of one tunnel port. Texts are Open vSwitch's own where it has one. Where it takes a number
 * that is none, or too large, for some other number, this refuses.
 */
final class TunnelOptions {
    private static final int DSCP = 0xfc;

    private final String name;
    private final TunnelType type;
    private final Map<String, String> options;

    /** Complaints so far; whether they are warnings or part of an error turns out at the end, as in Open vSwitch. */
    private final List<String> complaints = new ArrayList<>();

    private boolean refused;

    private Endpoint remote = Endpoint.ANY;
    private Endpoint local = Endpoint.ANY;
    private int port;
    private int tos;
    private boolean tosInherited;
    private int ttl;
    private boolean ttlInherited;
    private boolean dontFragment = true;
    private Checksums checksum = Checksums.UNSET;
    private boolean sequence;
    private int egressMark;
    private boolean egressMarked;

    /** The family as it was written: {@code ::ffff:1.2.3.4} is IPv6 text for an IPv4 address. */
    private boolean remoteColons;

    private boolean localColons;

    TunnelOptions(String name, TunnelType type, Map<String, String> options) {
        this.name = name;
        this.type = type;
        this.options = options;
        this.port = type.defaultPort();
    }

    TunnelConfig.Outcome parse() {
        options.forEach(this::option);
        packetType();
        TunnelConfig.Key inKey = key("in_key");
        TunnelConfig.Key outKey = key("out_key");
        if (!refused) {
            endpoints();
        }
        if (refused) {
            return new TunnelConfig.Refused(String.join("\n", complaints));
        }
        TunnelConfig config = new TunnelConfig(
                type,
                remote,
                local,
                inKey,
                outKey,
                port,
                tos,
                tosInherited,
                ttl == 0 ? TunnelConfig.DEFAULT_TTL : ttl,
                ttlInherited,
                dontFragment,
                checksum,
                sequence,
                egressMark,
                egressMarked);
        return new TunnelConfig.Accepted(config, List.copyOf(complaints));
    }

    private void complain(String text) {
        complaints.add(name + ": " + text);
    }

    private void refuse(String text) {
        complain(text);
        refused = true;
    }

    private void option(String key, String value) {
        switch (key) {
            case "remote_ip" -> remoteIp(value);
            case "local_ip" -> localIp(value);
            case "tos" -> tos(value);
            case "ttl" -> ttl(value);
            case "df_default" -> dontFragment = !value.equals("false");
            case "csum" ->
                checksum = switch (value) {
                    case "true" -> Checksums.ON;
                    case "false" -> Checksums.OFF;
                    default -> Checksums.UNSET;
                };
            case "egress_pkt_mark" -> {
                egressMarked = true;
                egressMark = (int) number(key, value, 10, 0xffff_ffffL);
            }
            case "key",
                    "in_key",
                    "out_key",
                    "packet_type" -> {} // looked at later, in an order that does not depend on the map's
            case "psk", "remote_cert", "remote_name" -> ipsec(key);
            default -> rarer(key, value);
        }
    }

    private void rarer(String key, String value) {
        boolean gre = !type.isUdp();
        if (key.equals("dst_port") && type.isUdp()) {
            port = (int) number(key, value, 10, 0xffff);
            if (port == 0 && !refused) {
                refuse("invalid dst_port '" + value + "'");
            }
        } else if (key.equals("seq") && gre) {
            sequence = value.equals("true");
        } else if (key.equals("exts") && type == TunnelType.VXLAN) {
            extensions(value);
        } else if (key.startsWith("ipsec_")) {
            ipsec(key);
        } else {
            complain("unknown " + type.label() + " argument '" + key + "'");
        }
    }

    /** Whoever protects the tunnel has taken these options out before. The value is a secret, or may be: it is in no message. */
    private void ipsec(String key) {
        refuse("'" + key + "' asks for IPsec; refusing to carry its traffic in clear");
    }

    private void remoteIp(String value) {
        if (value.equals("flow")) {
            remote = Endpoint.FLOW;
            return;
        }
        IpAddress address = IpAddress.parse(value);
        if (address == null) {
            complain("bad " + type.label() + " 'remote_ip'");
        } else if (address.isMulticast()) {
            refuse("multicast remote_ip=" + value + " not allowed");
        } else if (!address.isUnspecified()) {
            remote = new Endpoint(address, false);
            remoteColons = value.indexOf(':') >= 0;
        }
    }

    private void localIp(String value) {
        if (value.equals("flow")) {
            local = Endpoint.FLOW;
            return;
        }
        IpAddress address = IpAddress.parse(value);
        if (address == null) {
            complain("bad " + type.label() + " 'local_ip'");
        } else if (!address.isUnspecified()) {
            local = new Endpoint(address, false);
            localColons = value.indexOf(':') >= 0;
        }
    }

    private void endpoints() {
        if (!remote.isFixed() && !remote.flow()) {
            refuse(type.label() + " type requires valid 'remote_ip' argument");
        } else if (local.flow() && !remote.flow()) {
            refuse(type.label() + " type requires 'remote_ip=flow' with 'local_ip=flow'");
        } else if (local.isFixed() && remote.isFixed() && localColons != remoteColons) {
            refuse("'remote_ip' and 'local_ip' has to be of the same address family");
        }
    }

    private void tos(String value) {
        if (value.equals("inherit")) {
            tosInherited = true;
            return;
        }
        Long number = decode(value, 0);
        if (number == null || (number & DSCP) != number) {
            complain("invalid TOS " + value);
        } else {
            tos = number.intValue();
        }
    }

    private void ttl(String value) {
        if (value.equals("inherit")) {
            ttlInherited = true;
        } else {
            ttl = (int) number("ttl", value, 10, 255);
        }
    }

    private void extensions(String value) {
        for (String extension : value.split(",", -1)) {
            switch (extension) {
                case "" -> {}
                case "gbp", "gpe" -> refuse("VXLAN extension '" + extension + "' is not supported");
                default -> complain("unknown extension '" + extension + "'");
            }
        }
    }

    private void packetType() {
        String value = options.getOrDefault("packet_type", "legacy_l2");
        switch (value) {
            case "legacy_l2" -> {}
            case "legacy_l3" -> {
                if (type == TunnelType.GRE) {
                    refuse("packet_type 'legacy_l3' is not supported");
                } else {
                    String kind = type == TunnelType.VXLAN ? "VXLAN (without GPE)" : type.label();
                    refuse("legacy_l3 configured on " + kind + " tunnel that cannot carry L3 traffic");
                }
            }
            case "ptap" -> refuse("packet_type 'ptap' is not supported");
            default -> refuse("unknown packet_type '" + value + "'");
        }
    }

    private TunnelConfig.Key key(String option) {
        String chosen = options.containsKey(option) ? option : "key";
        String value = options.get(chosen);
        if (value == null) {
            return TunnelConfig.Key.NONE;
        }
        if (value.equals("flow")) {
            return TunnelConfig.Key.FLOW;
        }
        return new TunnelConfig.Key(number(chosen, value, 0, (1L << type.keyBits()) - 1), true, false);
    }

    /** Reads a number from 0 to {@code max}, or refuses. */
    private long number(String option, String value, int radix, long max) {
        Long number = decode(value, radix);
        if (number == null || number > max) {
            String complaint = name + ": invalid " + option + " '" + value + "'";
            if (!complaints.contains(complaint)) { // a wrong key is both the in_key and the out_key
                complaints.add(complaint);
            }
            refused = true;
            return 0;
        }
        return number;
    }

    /** Reads as C's strtoul, radix 0 taking 0x and 0 for prefixes; null if that is no number or not below 2^63. */
    private static @Nullable Long decode(String text, int radix) {
        String digits = text.strip();
        int base = radix;
        if (radix == 0) {
            base = 10;
            if (digits.startsWith("0x") || digits.startsWith("0X")) {
                digits = digits.substring(2);
                base = 16;
            } else if (digits.length() > 1 && digits.startsWith("0")) {
                base = 8;
            }
        }
        if (digits.startsWith("+") || digits.startsWith("-")) {
            return null;
        }
        try {
            return Long.valueOf(digits, base);
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }
}
