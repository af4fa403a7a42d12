package dev.culvert.openflow.text;

import dev.culvert.openflow.field.Bits;
import dev.culvert.openflow.field.Field;
import dev.culvert.openflow.field.Match.Condition;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Values of fields and their masks, as ovs-fields(7) writes them. */
final class FieldText {
    /** TCP flags from bit 0 on. */
    static final List<String> TCP_FLAGS = List.of("fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ns");
    /** Connection states from bit 0 on. */
    static final List<String> CT_STATE = List.of("new", "est", "rel", "rpl", "inv", "trk", "snat", "dnat");
    /** Tunnel flags from bit 0 on. */
    static final List<String> TUNNEL_FLAGS = List.of("oam");

    /** Stands for the bits of an exact match where there is none: each flag is written with a sign. */
    private static final long ALWAYS_SIGNED = -1;

    private FieldText() {}

    /** The text after the equals sign of a condition. */
    static String format(Field field, Condition condition, PrintOptions options) {
        Bits value = condition.value();
        Bits mask = condition.mask();
        return switch (field.format()) {
            case ETHERNET -> ethernet(value) + (mask.isOnes() ? "" : "/" + ethernet(mask));
            case IPV4, IPV6 -> address(value) + prefixOrMask(mask);
            case PORT16, PORT32 -> options.port((int) value.toLong());
            case FRAG -> fragment((int) value.toLong(), (int) mask.toLong());
            case TCP_FLAGS -> flags(TCP_FLAGS, value.toLong(), mask.toLong(), 0xfff);
            case CT_STATE -> flags(CT_STATE, value.toLong(), mask.toLong(), 0xff);
            case TUNNEL_FLAGS -> flags(TUNNEL_FLAGS, value.toLong(), mask.toLong(), ALWAYS_SIGNED);
            case PACKET_TYPE -> "(" + (value.toLong() >>> 16) + ",0x" + Long.toHexString(value.toLong() & 0xffff) + ")";
            case DECIMAL -> mask.isOnes() ? Long.toUnsignedString(value.toLong()) : hex(value) + "/" + hex(mask);
            case HEXADECIMAL -> hex(value) + (mask.isOnes() ? "" : "/" + hex(mask));
        };
    }

    /** 0x and the digits without leading zeros. */
    static String hex(Bits bits) {
        String digits = bits.toString();
        int first = 0;
        while (first < digits.length() - 1 && digits.charAt(first) == '0') {
            first++;
        }
        return "0x" + digits.substring(first);
    }

    /** Six octets with colons. */
    static String ethernet(Bits bits) {
        String digits = bits.toString();
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < digits.length(); i += 2) {
            out.append(i == 0 ? "" : ":").append(digits, i, i + 2);
        }
        return out.toString();
    }

    private static String prefixOrMask(Bits mask) {
        if (mask.isOnes()) {
            return "";
        }
        int prefix = mask.prefixLength();
        return "/" + (prefix >= 0 ? Integer.toString(prefix) : address(mask));
    }

    /** An IPv4 address as a dotted quad, an IPv6 one as RFC 5952 has it. */
    static String address(Bits bits) {
        byte[] bytes = bits.toBytes();
        if (bytes.length == 4) {
            try {
                return InetAddress.getByAddress(bytes).getHostAddress();
            } catch (UnknownHostException e) {
                throw new IllegalStateException(e); // four bytes are always an address
            }
        }
        return ipv6(bytes);
    }

    private static String ipv6(byte[] bytes) {
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = ((bytes[2 * i] & 0xff) << 8) | (bytes[2 * i + 1] & 0xff);
        }
        int bestStart = -1;
        int bestLength = 1; // a single zero group is not shortened
        for (int start = 0; start < 8; start++) {
            int end = start;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - start > bestLength) {
                bestStart = start;
                bestLength = end - start;
            }
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == bestStart) {
                out.append("::");
                i += bestLength - 1;
                continue;
            }
            boolean afterGroup = out.length() > 0 && out.charAt(out.length() - 1) != ':';
            out.append(afterGroup ? ":" : "").append(Integer.toHexString(groups[i]));
        }
        return out.toString();
    }

    private static String fragment(int value, int mask) {
        boolean any = (value & 1) != 0;
        return switch (mask) {
            case 1 -> any ? "yes" : "no";
            case 2 -> (value & 2) != 0 ? "later" : "not_later";
            default -> !any ? "no" : (value & 2) != 0 ? "later" : "first";
        };
    }

    private static String flags(List<String> names, long value, long mask, long all) {
        StringBuilder out = new StringBuilder();
        boolean exact = (mask & all) == all;
        if (exact && (value & all) == 0) {
            return "0";
        }
        for (int bit = 0; bit < names.size(); bit++) {
            boolean set = (value >>> bit & 1) != 0;
            if (exact && set) {
                out.append(out.isEmpty() ? "" : "|").append(names.get(bit));
            } else if (!exact && (mask >>> bit & 1) != 0) {
                out.append(set ? '+' : '-').append(names.get(bit));
            }
        }
        return out.toString();
    }
}
