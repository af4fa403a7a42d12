package dev.culvert.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaximumSegmentSizeTest {
    private static final String ETHERNET = "020000000002 020000000001 ";
    private static final String IPV4 = "0800 4500%04x 00014000 40060000 0a000001 0a000002 ";
    private static final String IPV6 =
            "86dd 60000000 %04x0640 fd100000000000000000000000000001 fd100000000000000000000000000002 ";
    private static final String TCP = "03e807d0 00000001 00000000 %x0%02xffff 00000000 ";

    /** The option stands first, behind another, at an odd place, and last. */
    @ParameterizedTest
    @ValueSource(
            strings = {"020405b4", "0402 0101 020405b4", "01 020405b4 010101", "080a0000000100000002 01 020405b4 00"})
    void isLoweredWhereverItStands(String options) {
        Packet packet = packet(IPV4, options, Tcp.SYN);
        assertThat(MaximumSegmentSize.clamp(packet, 1464)).isTrue();
        assertThat(size(packet, options)).isEqualTo(1464 - 14 - 40);
        assertThat(isSummed(packet)).isTrue();
        assertThat(MaximumSegmentSize.clamp(packet, 1464)).as("again").isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, 1390", "1, 1386"})
    void isLoweredOverIpv6AndBehindATag(int tags, int expected) {
        Packet packet = packet((tags == 1 ? "8100 000a " : "") + IPV6, "020405b4", Tcp.SYN | Tcp.ACK);
        assertThat(MaximumSegmentSize.clamp(packet, 1464)).isTrue();
        assertThat(size(packet, "020405b4")).isEqualTo(expected);
        assertThat(isSummed(packet)).isTrue();
    }

    @Test
    void anUnfinishedChecksumCoversNoOption() {
        Packet packet = packet(IPV4, "020405b4", Tcp.SYN);
        packet.checksumPartial = true;
        int before = Bytes.u16(packet.memory, tcp(packet) + Tcp.CHECKSUM);
        assertThat(MaximumSegmentSize.clamp(packet, 1464)).isTrue();
        assertThat(Bytes.u16(packet.memory, tcp(packet) + Tcp.CHECKSUM)).isEqualTo(before);
    }

    @Test
    void isNeverLessThanEveryHostTakes() {
        Packet packet = packet(IPV4, "020405b4", Tcp.SYN);
        assertThat(MaximumSegmentSize.clamp(packet, 100)).isTrue();
        assertThat(size(packet, "020405b4")).isEqualTo(536);
    }

    @Test
    void whatFitsOrIsNoSynStaysAsItIs() {
        assertThat(MaximumSegmentSize.clamp(packet(IPV4, "020405b4", Tcp.SYN), 1514))
                .isFalse();
        assertThat(MaximumSegmentSize.clamp(packet(IPV4, "020405b4", Tcp.ACK), 1464))
                .isFalse();
        assertThat(MaximumSegmentSize.clamp(packet(IPV4, "04020101", Tcp.SYN), 1464))
                .isFalse();
        assertThat(MaximumSegmentSize.clamp(packet(IPV4, "00000000 020405b4", Tcp.SYN), 1464))
                .isFalse();
        assertThat(MaximumSegmentSize.clamp(packet(IPV4, "020605b40000 0000", Tcp.SYN), 1464))
                .isFalse();
        assertThat(MaximumSegmentSize.clamp(packet(IPV4, "08000000", Tcp.SYN), 1464))
                .isFalse();
    }

    @Test
    void anyBytesAreTaken() {
        Random random = new Random(536);
        Packet packet = packet(IPV4, "0402 0101 020405b4", Tcp.SYN);
        byte[] good = packet.memory.asSlice(packet.offset, packet.length).toArray(ValueLayout.JAVA_BYTE);
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = good.clone();
            for (int k = random.nextInt(6); k >= 0; k--) {
                bytes[12 + random.nextInt(bytes.length - 12)] = (byte) random.nextInt();
            }
            packet.length = 1 + random.nextInt(bytes.length);
            MemorySegment.copy(bytes, 0, packet.memory, ValueLayout.JAVA_BYTE, packet.offset, packet.length);
            MaximumSegmentSize.clamp(packet, 1464);
        }
    }

    private static Packet packet(String headers, String options, int flags) {
        String bare = options.replace(" ", "");
        int tcpLength = 20 + bare.length() / 2;
        int words = (tcpLength + 3) / 4;
        tcpLength = words * 4;
        bare += "00".repeat(tcpLength - 20 - bare.length() / 2);
        String ip = headers.contains("4500") ? headers.formatted(20 + tcpLength) : headers.formatted(tcpLength);
        byte[] frame = HexFormat.of().parseHex((ETHERNET + ip + TCP.formatted(words, flags) + bare).replace(" ", ""));
        Packet packet = new Packet(Arena.ofAuto().allocate(Packet.CAPACITY, 64));
        packet.reset();
        packet.length = frame.length;
        MemorySegment.copy(frame, 0, packet.memory, ValueLayout.JAVA_BYTE, packet.offset, frame.length);
        int at = tcp(packet);
        int ipAt = Ip.find(packet.memory, packet.offset, packet.length);
        int sum = Checksum.fold((long) Ip.pseudoSum(packet.memory, ipAt, Ip.PROTOCOL_TCP, tcpLength)
                + Checksum.sum(packet.memory, at, tcpLength));
        Bytes.put16(packet.memory, at + Tcp.CHECKSUM, ~sum & 0xffff);
        return packet;
    }

    private static int tcp(Packet packet) {
        return Ip.position(Ip.transport(packet.memory, Ip.find(packet.memory, packet.offset, packet.length)));
    }

    private static int size(Packet packet, String options) {
        int at = options.replace(" ", "").indexOf("020405b4") / 2;
        return Bytes.u16(packet.memory, tcp(packet) + Tcp.HEADER + at + 2);
    }

    private static boolean isSummed(Packet packet) {
        int ip = Ip.find(packet.memory, packet.offset, packet.length);
        int at = tcp(packet);
        int length = Ip.end(packet.memory, ip) - at;
        return Checksum.fold((long) Ip.pseudoSum(packet.memory, ip, Ip.PROTOCOL_TCP, length)
                        + Checksum.sum(packet.memory, at, length))
                == 0xffff;
    }
}
