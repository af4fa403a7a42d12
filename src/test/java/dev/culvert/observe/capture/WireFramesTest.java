package dev.culvert.observe.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.linux.VirtioNetHeader;
import dev.culvert.packet.Packet;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class WireFramesTest {
    private static final int HEADERS = 14 + 20 + 8;

    /** Five datagrams of 100 bytes and one of 30 that were sent with one call (UDP_SEGMENT). */
    @Test
    void splitsDatagramsThatWereSentAtOnce() {
        try (Arena arena = Arena.ofConfined()) {
            List<MemorySegment> frames = new WireFrames(arena).split(udp(arena, 530, VirtioNetHeader.GSO_UDP_L4, 100));
            assertThat(frames).hasSize(6);
            for (int i = 0; i < 6; i++) {
                MemorySegment frame = frames.get(i);
                int payload = i < 5 ? 100 : 30;
                assertThat(frame.byteSize()).isEqualTo(HEADERS + payload);
                assertThat(word(frame, 16)).as("IP length").isEqualTo(28 + payload);
                assertThat(word(frame, 38)).as("UDP length").isEqualTo(8 + payload);
                assertThat(sum(frame, 14, 20, 0)).as("IP checksum").isEqualTo(0xffff);
                int pseudo = 2 * 0xc0a8 + 0x380b + 0x380c + 17 + 8 + payload;
                assertThat(sum(frame, 34, 8 + payload, pseudo))
                        .as("UDP checksum")
                        .isEqualTo(0xffff);
                assertThat(frame.get(ValueLayout.JAVA_BYTE, HEADERS)).isEqualTo((byte) (i * 100));
            }
        }
    }

    @Test
    void completesAChecksum() {
        try (Arena arena = Arena.ofConfined()) {
            List<MemorySegment> frames = new WireFrames(arena).split(udp(arena, 60, VirtioNetHeader.GSO_NONE, 0));
            assertThat(frames).hasSize(1);
            int pseudo = 2 * 0xc0a8 + 0x380b + 0x380c + 17 + 68;
            assertThat(sum(frames.getFirst(), 34, 68, pseudo)).isEqualTo(0xffff);
        }
    }

    /** 250 bytes of TCP through GRE with a key, as they go to a device that segments. */
    @Test
    void splitsTcpInsideGre() {
        try (Arena arena = Arena.ofConfined()) {
            String outer =
                    "525400000002525400000001 0800 4500014c 00004000 402f0000 c0a8380b c0a8380c" + " 20006558 0000007b";
            String inner = "020000000002020000000001 0800 45000122 00004000 40060000 0a000001 0a000002"
                    + " 03e807d0 00000001 00000001 50100400 00000000";
            byte[] headers = HexFormat.of().parseHex((outer + inner).replace(" ", ""));
            MemorySegment read = arena.allocate(VirtioNetHeader.LENGTH + headers.length + 250);
            int tcp = headers.length - 20;
            VirtioNetHeader.write(
                    read,
                    0,
                    VirtioNetHeader.FLAG_NEEDS_CHECKSUM,
                    VirtioNetHeader.GSO_TCPV4,
                    headers.length,
                    100,
                    tcp,
                    16);
            MemorySegment.copy(headers, 0, read, ValueLayout.JAVA_BYTE, VirtioNetHeader.LENGTH, headers.length);
            int pseudo = 0x0a00 + 1 + 0x0a00 + 2 + 6;
            read.set(
                    ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(java.nio.ByteOrder.BIG_ENDIAN),
                    VirtioNetHeader.LENGTH + tcp + 16L,
                    (short) (pseudo + 270));
            List<MemorySegment> frames = new WireFrames(arena).split(read);
            assertThat(frames).hasSize(3);
            for (int i = 0; i < 3; i++) {
                MemorySegment frame = frames.get(i);
                int payload = i < 2 ? 100 : 50;
                assertThat(frame.byteSize()).isEqualTo(headers.length + payload);
                assertThat(word(frame, 16)).as("outer length").isEqualTo(frame.byteSize() - 14);
                assertThat(sum(frame, 14, 20, 0)).as("outer checksum").isEqualTo(0xffff);
                assertThat(word(frame, 40)).as("key").isEqualTo(0x7b);
                assertThat(word(frame, 42 + 16)).as("inner length").isEqualTo(40 + payload);
                assertThat(sum(frame, 42 + 14, 20, 0)).as("inner checksum").isEqualTo(0xffff);
                assertThat(sum(frame, tcp, 20 + payload, pseudo + 20 + payload))
                        .as("TCP checksum")
                        .isEqualTo(0xffff);
            }
        }
    }

    /** 250 bytes of TCP through VXLAN without an outer checksum, as the kernel's copy of the flow cache sends them. */
    @Test
    void splitsTcpInsideVxlan() {
        try (Arena arena = Arena.ofConfined()) {
            String outer = "525400000002525400000001 0800 45000154 00004000 40110000 c0a8380b c0a8380c"
                    + " c35012b5 01400000 08000000 00007b00";
            String inner = "020000000002020000000001 0800 45000122 00004000 40060000 0a000001 0a000002"
                    + " 03e807d0 00000001 00000001 50100400 00000000";
            byte[] headers = HexFormat.of().parseHex((outer + inner).replace(" ", ""));
            MemorySegment read = arena.allocate(VirtioNetHeader.LENGTH + headers.length + 250);
            int tcp = headers.length - 20;
            VirtioNetHeader.write(
                    read,
                    0,
                    VirtioNetHeader.FLAG_NEEDS_CHECKSUM,
                    VirtioNetHeader.GSO_TCPV4,
                    headers.length,
                    100,
                    tcp,
                    16);
            MemorySegment.copy(headers, 0, read, ValueLayout.JAVA_BYTE, VirtioNetHeader.LENGTH, headers.length);
            List<MemorySegment> frames = new WireFrames(arena).split(read);
            assertThat(frames).hasSize(3);
            for (MemorySegment frame : frames) {
                assertThat(word(frame, 16)).as("outer length").isEqualTo(frame.byteSize() - 14);
                assertThat(sum(frame, 14, 20, 0)).as("outer checksum").isEqualTo(0xffff);
                assertThat(word(frame, 38)).as("UDP length").isEqualTo(frame.byteSize() - 34);
                assertThat(word(frame, 40)).as("UDP checksum").isZero();
                assertThat(sum(frame, 50 + 14, 20, 0)).as("inner checksum").isEqualTo(0xffff);
            }
        }
    }

    @Test
    void givesBackWholeWhatItCannotSplit() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment read = arena.allocate(VirtioNetHeader.LENGTH + 200);
            VirtioNetHeader.write(read, 0, 0, VirtioNetHeader.GSO_TCPV4, 54, 100, 34, 16);
            assertThat(new WireFrames(arena).split(read))
                    .hasSize(1)
                    .first()
                    .satisfies(frame -> assertThat(frame.byteSize()).isEqualTo(200));
        }
    }

    @Test
    void takesAnyLength() {
        try (Arena arena = Arena.ofConfined()) {
            WireFrames wire = new WireFrames(arena);
            assertThat(wire.split(arena.allocate(0, 1))).isEmpty();
            assertThat(wire.split(arena.allocate(VirtioNetHeader.LENGTH))).isEmpty();
            assertThat(wire.split(arena.allocate(VirtioNetHeader.LENGTH + 1))).hasSize(1);
            assertThat(wire.split(arena.allocate(VirtioNetHeader.LENGTH + Packet.FRAME_MAX + 1L)))
                    .isEmpty();
        }
    }

    /** A virtio header and a UDP datagram whose checksum field holds the pseudo-header's sum. */
    private static MemorySegment udp(Arena arena, int payload, int gsoType, int gsoSize) {
        String ip = String.format("4500%04x 00014000 40110000 c0a8380b c0a8380c", 28 + payload);
        int pseudo = fold(2 * 0xc0a8 + 0x380b + 0x380c + 17 + 8 + payload);
        String udp = String.format("c00012b5 %04x %04x", 8 + payload, pseudo);
        byte[] headers = HexFormat.of().parseHex(("525400000002 525400000001 0800" + ip + udp).replace(" ", ""));
        MemorySegment read = arena.allocate(VirtioNetHeader.LENGTH + headers.length + payload);
        VirtioNetHeader.write(
                read, 0, VirtioNetHeader.FLAG_NEEDS_CHECKSUM, gsoType, gsoType == 0 ? 0 : HEADERS, gsoSize, 34, 6);
        MemorySegment frame = read.asSlice(VirtioNetHeader.LENGTH);
        MemorySegment.copy(MemorySegment.ofArray(headers), 0, frame, 0, headers.length);
        int sum = sum(frame, 14, 20, 0);
        frame.set(ValueLayout.JAVA_BYTE, 24, (byte) (~sum >> 8));
        frame.set(ValueLayout.JAVA_BYTE, 25, (byte) ~sum);
        for (int i = 0; i < payload; i++) {
            frame.set(ValueLayout.JAVA_BYTE, HEADERS + i, (byte) i);
        }
        return read;
    }

    private static int word(MemorySegment frame, long offset) {
        return Byte.toUnsignedInt(frame.get(ValueLayout.JAVA_BYTE, offset)) << 8
                | Byte.toUnsignedInt(frame.get(ValueLayout.JAVA_BYTE, offset + 1));
    }

    /** The Internet checksum's sum, byte by byte (RFC 1071): all ones when it is right. */
    private static int sum(MemorySegment frame, int offset, int length, int start) {
        int sum = start;
        for (int i = 0; i < length; i++) {
            int octet = Byte.toUnsignedInt(frame.get(ValueLayout.JAVA_BYTE, offset + i));
            sum += (i & 1) == 0 ? octet << 8 : octet;
        }
        return fold(sum);
    }

    private static int fold(int sum) {
        int folded = sum;
        while (folded > 0xffff) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return folded;
    }
}
