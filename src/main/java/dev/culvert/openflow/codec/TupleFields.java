package dev.culvert.openflow.codec;

import dev.culvert.openflow.field.Field;
import dev.culvert.openflow.field.Fields;
import java.util.Optional;

/**
 * What the shared places of the fixed-form matches (OpenFlow 1.0 and 1.1) mean: the network addresses are ARP's in an ARP
 * packet, the transport ports are ICMP's type and code in an ICMP packet. A place without a meaning is ignored, as the
 * specifications say. Numbers are -1 where they are not matched.
 */
final class TupleFields {
    private TupleFields() {}

    static boolean isIp(int ethType) {
        return ethType == 0x0800;
    }

    static boolean isArp(int ethType) {
        return ethType == 0x0806 || ethType == 0x8035;
    }

    /** The field of {@code nw_src} or, where {@code target}, {@code nw_dst}. */
    static Optional<Field> address(int ethType, boolean target) {
        if (isIp(ethType)) {
            return Optional.of(target ? Fields.IP_DST : Fields.IP_SRC);
        } else if (isArp(ethType)) {
            return Optional.of(target ? Fields.ARP_TPA : Fields.ARP_SPA);
        }
        return Optional.empty();
    }

    /** The field of {@code nw_proto}. */
    static Optional<Field> protocol(int ethType) {
        if (isIp(ethType) || ethType == 0x86dd) {
            return Optional.of(Fields.NW_PROTO);
        }
        return isArp(ethType) ? Optional.of(Fields.ARP_OP) : Optional.empty();
    }

    /** The field of {@code tp_src} or, where {@code destination}, {@code tp_dst}. */
    static Optional<Field> transport(int ethType, int protocol, boolean destination) {
        if (!isIp(ethType) && ethType != 0x86dd) {
            return Optional.empty();
        }
        return switch (protocol) {
            case 6 -> Fields.find(destination ? "tcp_dst" : "tcp_src");
            case 17 -> Fields.find(destination ? "udp_dst" : "udp_src");
            case 132 -> Fields.find(destination ? "sctp_dst" : "sctp_src");
            case 1 -> isIp(ethType) ? Fields.find(destination ? "icmp_code" : "icmp_type") : Optional.empty();
            case 58 -> isIp(ethType) ? Optional.empty() : Fields.find(destination ? "icmpv6_code" : "icmpv6_type");
            default -> Optional.empty();
        };
    }
}
