package dev.culvert.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SegmenterTest {
    private final Random random = Frames.random("segmenter");
    private final Segmenter segmenter = new Segmenter();
    private final MemorySegment target = Arena.ofAuto().allocate(1 << 20);

    /** What the segments must be, built by other means. */
    private static List<byte[]> expected(Frames frame, byte[] payload, int size) {
        List<byte[]> segments = new ArrayList<>();
        int id = frame.id;
        int sequence = frame.sequence;
        int flags = frame.flags;
        frame.partial = false;
        frame.trailer = new byte[0];
        for (int at = 0; at < payload.length; at += size) {
            boolean last = at + size >= payload.length;
            frame.id = (id + segments.size()) & 0xffff;
            frame.sequence = sequence + at;
            frame.flags = flags & (at == 0 ? -1 : ~Tcp.CWR) & (last ? -1 : ~(Tcp.FIN | Tcp.PSH));
            frame.payload(Arrays.copyOfRange(payload, at, Math.min(at + size, payload.length)));
            segments.add(frame.build());
        }
        frame.id = id;
        frame.sequence = sequence;
        frame.flags = flags;
        frame.payload(payload);
        return segments;
    }

    /** Emits in pieces of random numbers of segments, each with a prefix, and takes the result apart. */
    private List<byte[]> emitted(int prefixLength) {
        byte[] prefix = new byte[prefixLength];
        random.nextBytes(prefix);
        MemorySegment memory = Frames.memory(prefix);
        List<byte[]> segments = new ArrayList<>();
        for (int first = 0; first < segmenter.count(); ) {
            int n = 1 + random.nextInt(segmenter.count() - first);
            target.fill((byte) 0x5a);
            int length = segmenter.emit(first, n, memory, prefixLength, target, 7);
            assertThat(length).isEqualTo(segmenter.length(first, n, prefixLength));
            assertThat(target.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 7 + length))
                    .isEqualTo((byte) 0x5a);
            int at = 7;
            for (int i = first; i < first + n; i++) {
                int payload = i == segmenter.count() - 1 ? segmenter.lastPayload() : segmenter.payload();
                assertThat(Frames.bytes(target, at, prefixLength)).isEqualTo(prefix);
                int bytes = segmenter.headerLength() + payload;
                segments.add(Frames.bytes(target, at + prefixLength, bytes));
                at += prefixLength + bytes;
            }
            assertThat(at).isEqualTo(7 + length);
            first += n;
        }
        return segments;
    }

    private Frames randomFrame(boolean udp) {
        Frames frame = random.nextBoolean() ? Frames.tcp4() : Frames.tcp6();
        if (udp) {
            frame.udp();
        }
        frame.vlans(new int[random.nextInt(3)]);
        frame.id = random.nextInt(0x10000);
        frame.sequence = random.nextInt();
        frame.flags = 0x10 | (random.nextInt() & (Tcp.FIN | Tcp.PSH | Tcp.CWR | Tcp.ECE));
        if (frame.ipv6 && random.nextBoolean()) {
            frame.extensionTypes = new int[] {60, 0};
            frame.extensions = new byte[][] {new byte[8], new byte[8]};
        } else if (random.nextBoolean()) {
            frame.ipv4Options = Frames.hex("94040000");
        }
        if (random.nextBoolean()) {
            frame.tcpOptions = new byte[0];
        }
        return frame;
    }

    private static int type(Frames frame) {
        return frame.protocol == 17 ? Packet.SEGMENT_UDP : frame.ipv6 ? Packet.SEGMENT_TCP6 : Packet.SEGMENT_TCP4;
    }

    @Test
    void splitsSuperFramesIntoWholePackets() {
        for (int i = 0; i < 300; i++) {
            boolean udp = random.nextInt(3) == 0;
            Frames frame = randomFrame(udp);
            int asked = 1 + random.nextInt(1500);
            int fits = udp ? asked + random.nextInt(10) : 1 + random.nextInt(1500);
            int size = Math.min(asked, fits);
            byte[] payload = new byte[1 + random.nextInt(Math.min(60_000, size * 100))];
            random.nextBytes(payload);
            frame.payload(payload);
            frame.partial = true;
            Packet packet = frame.packet();
            packet.segmentType = type(frame);
            packet.segmentSize = asked;
            assertThat(segmenter.begin(packet, fits)).isNull();
            byte[] before = Frames.bytes(packet);
            List<byte[]> segments = emitted(random.nextInt(60));
            assertThat(Frames.bytes(packet)).isEqualTo(before);
            List<byte[]> expected = expected(frame, payload, size);
            assertThat(segments).hasSameSizeAs(expected);
            for (int j = 0; j < segments.size(); j++) {
                assertThat(segments.get(j)).as("segment %d", j).isEqualTo(expected.get(j));
            }
        }
    }

    @Test
    void splitsPlainTcpThatIsTooLong() {
        Frames frame = Frames.tcp4().payload(random, 5000);
        byte[] payload = frame.payload;
        frame.trailer = new byte[6];
        assertThat(segmenter.begin(frame.packet(), 1398)).isNull();
        assertThat(segmenter.count()).isEqualTo(4);
        List<byte[]> segments = emitted(0);
        assertThat(segments).containsExactlyElementsOf(expected(frame, payload, 1398));
    }

    @Test
    void copiesWhatFitsAsItIs() {
        Frames frame = Frames.tcp4().payload(random, 1000);
        frame.flags = Tcp.SYN | Tcp.URG | Tcp.PSH;
        frame.fragment = 0;
        assertThat(segmenter.begin(frame.packet(), 1000)).isNull();
        assertThat(emitted(8)).containsExactly(frame.build());
        assertThat(segmenter.begin(Frames.tcp4().packet(), 100)).isNull();
        assertThat(emitted(8)).containsExactly(Frames.tcp4().build());
    }

    @Test
    void completesTheChecksumOfWhatFits() {
        for (Frames frame : List.of(Frames.tcp4(), Frames.tcp6().udp())) {
            frame.payload(random, 999);
            byte[] complete = frame.build();
            frame.partial = true;
            assertThat(segmenter.begin(frame.packet(), 1400)).isNull();
            assertThat(emitted(0)).containsExactly(complete);
        }
    }

    @Test
    void leavesUdpWithoutChecksumWithout() {
        Frames frame = Frames.tcp4().udp().payload(random, 3000);
        frame.udpWithoutChecksum = true;
        Packet packet = frame.packet();
        packet.segmentType = Packet.SEGMENT_UDP;
        packet.segmentSize = 1000;
        assertThat(segmenter.begin(packet, 1200)).isNull();
        assertThat(emitted(0)).containsExactlyElementsOf(expected(frame, frame.payload, 1000));
    }

    private void refuses(DropReason reason, Frames frame, int maxPayload, Consumer<Packet> change) {
        Packet packet = frame.packet();
        change.accept(packet);
        assertThat(segmenter.begin(packet, maxPayload)).isEqualTo(reason);
        assertThat(segmenter.count()).isZero();
    }

    @Test
    void refusesWhatMayNotBeSplit() {
        for (int flag : new int[] {Tcp.SYN, Tcp.RST, Tcp.URG}) {
            Frames frame = Frames.tcp4().payload(random, 3000);
            frame.flags |= flag;
            refuses(DropReason.TCP_CONTROL_TOO_LONG, frame, 1000, p -> {});
        }
        Frames big = Frames.tcp4().payload(random, 3000);
        refuses(DropReason.NOT_SEGMENTABLE, Frames.tcp4().udp().payload(random, 3000), 1000, p -> {});
        refuses(DropReason.FRAME_TOO_LONG, Frames.tcp4().udp().payload(random, 3000), 1000, p -> {
            p.segmentType = Packet.SEGMENT_UDP;
            p.segmentSize = 1400;
        });
        refuses(DropReason.FRAME_TOO_LONG, big, 0, p -> {});
        refuses(DropReason.FRAME_TOO_LONG, big, -50, p -> {});
        refuses(DropReason.OFFLOAD_INVALID, big, 1000, p -> p.segmentType = Packet.SEGMENT_TCP6);
        refuses(DropReason.OFFLOAD_INVALID, big, 1000, p -> p.segmentType = Packet.SEGMENT_TCP4);
        refuses(DropReason.OFFLOAD_INVALID, big, 1000, p -> {
            p.checksumPartial = true;
            p.checksumStart = 14;
            p.checksumOffset = 16;
        });
        refuses(
                DropReason.CHECKSUM_BAD,
                big,
                1000,
                p -> Bytes.put8(p.memory, p.offset + 999, 1 ^ Bytes.u8(p.memory, p.offset + 999)));
        refuses(DropReason.HEADER_MALFORMED, big, 1000, p -> Bytes.put8(p.memory, p.offset + 46, 0x40));
        refuses(
                DropReason.HEADER_MALFORMED,
                Frames.tcp4().udp().payload(random, 300),
                1000,
                p -> Bytes.put16(p.memory, p.offset + 38, 309));
        refuses(DropReason.NOT_SEGMENTABLE, big, 1000, p -> Bytes.put16(p.memory, p.offset + 16, 4000));
        refuses(DropReason.NOT_SEGMENTABLE, big, 1000, p -> p.length = 30);
        Frames fragment = Frames.tcp4().payload(random, 3000);
        fragment.fragment = 0x2000;
        refuses(DropReason.IP_FRAGMENT, fragment, 1000, p -> {});
        Frames icmp = Frames.tcp4().payload(random, 3000);
        icmp.protocol = 1;
        refuses(DropReason.NOT_SEGMENTABLE, icmp, 1000, p -> {});
    }

    @Test
    void neitherThrowsNorWritesTooMuchWhateverComes() {
        for (int i = 0; i < 20_000; i++) {
            Frames frame = randomFrame(random.nextBoolean()).payload(random, random.nextInt(200));
            Packet packet = frame.packet();
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                Bytes.put8(packet.memory, packet.offset + random.nextInt(packet.length), random.nextInt());
            }
            packet.length = random.nextInt(packet.length + 1);
            packet.segmentType = new int[] {0, 1, 4, 5, 3}[random.nextInt(5)];
            packet.segmentSize = random.nextInt(200) - 20;
            packet.checksumPartial = random.nextBoolean();
            packet.checksumStart = random.nextInt(60);
            packet.checksumOffset = random.nextBoolean() ? 6 : 16;
            if (segmenter.begin(packet, random.nextInt(100) - 10) == null) {
                int length = segmenter.emit(0, segmenter.count(), target, 0, target, 0);
                assertThat(length).isEqualTo(segmenter.length(0, segmenter.count(), 0));
            }
        }
    }
}
