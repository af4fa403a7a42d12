package dev.culvert.observe;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Frames between two ends of tunnels, 10.0.0.1 and 10.0.0.2 or 2001:db8::1 and 2001:db8::2, for fuzzing to begin with. */
public final class FrameSeeds {
    private static final String ETHERNET = "020000000002020000000001";
    private static final String INNER_UDP = udp(7, 9, "61".repeat(30));

    private FrameSeeds() {}

    /** A packet of each kind that has to do with tunnels. */
    public static List<byte[]> all() {
        return Stream.of(
                        ipv4(47, "00006558" + inner()),
                        ipv4(47, "2000655800000007" + inner()),
                        ipv6(47, "2000655800000007" + inner()),
                        vxlan(),
                        ETHERNET + "81000005" + vxlan().substring(ETHERNET.length()),
                        ipv4(17, udp(50_000, 6081, "0200655800123400" + "0102000100000000" + inner())),
                        ipv6(17, udp(50_000, 6081, "0000655800123400" + inner())),
                        ipv4(50, "0000123400000001" + "ab".repeat(40)),
                        ipv4(17, udp(4500, 4500, "0000123400000001" + "ab".repeat(40))),
                        ipv4(17, udp(4500, 4500, "00000000" + "ab".repeat(28))),
                        ipv4(17, udp(500, 500, "ab".repeat(28))),
                        ipv6(44, "1100000100000001" + "ab".repeat(16)),
                        ipv4(
                                1,
                                "0302000000000000"
                                        + ipv4(47, "2000655800000007").substring(28)),
                        ipv4(
                                1,
                                "0303000000000000"
                                        + ipv4(17, udp(50_000, 4789, "0800000000123400"))
                                                .substring(28)),
                        ipv6(
                                58,
                                "0104000000000000"
                                        + ipv6(17, udp(50_000, 6081, "0000655800123400"))
                                                .substring(28)))
                .map(HexFormat.of()::parseHex)
                .toList();
    }

    /** VXLAN with a datagram of 30 bytes in it. */
    public static String vxlan() {
        return ipv4(17, udp(50_000, 4789, "0800000000123400" + inner()));
    }

    private static String inner() {
        return ipv4(17, INNER_UDP);
    }

    private static String ipv4(int protocol, String payload) {
        int length = 20 + payload.length() / 2;
        return ETHERNET + "0800" + "4500%04x0000000040%02x0000".formatted(length, protocol) + "0a000001" + "0a000002"
                + payload;
    }

    private static String ipv6(int protocol, String payload) {
        String head = "60000000%04x%02x40".formatted(payload.length() / 2, protocol);
        return ETHERNET + "86dd" + head + "20010db8" + "00".repeat(11) + "01" + "20010db8" + "00".repeat(11) + "02"
                + payload;
    }

    private static String udp(int source, int destination, String payload) {
        return "%04x%04x%04x0000".formatted(source, destination, 8 + payload.length() / 2) + payload;
    }
}
