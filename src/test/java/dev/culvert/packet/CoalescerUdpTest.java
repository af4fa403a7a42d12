package dev.culvert.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Datagrams are joined to super-frames: what comes out, split again, is what went in, flow by flow. */
class CoalescerUdpTest {
    private final Random random = Frames.random("coalescer");
    private final Coalescer coalescer = new Coalescer(true);
    private final Segmenter segmenter = new Segmenter();

    /** How many packets were left of the frames that were joined last. */
    private int packets;

    /** What a head and the frames behind it become, as frames: sealed, and split again where they were joined. */
    private List<byte[]> joinedAndSplit(List<byte[]> frames) {
        List<Packet> packets = new ArrayList<>();
        for (byte[] frame : frames) {
            MemorySegment memory = Frames.memory(frame);
            if (!coalescer.offer(memory, 0, frame.length)) {
                Packet packet = Frames.packet(frame);
                coalescer.open(packet);
                packets.add(packet);
            }
        }
        coalescer.finish();
        this.packets = packets.size();
        List<byte[]> split = new ArrayList<>();
        MemorySegment target = Arena.ofAuto().allocate(1 << 17);
        for (Packet packet : packets) {
            if (packet.segmentType == Packet.SEGMENT_NONE) {
                split.add(Frames.bytes(packet));
                continue;
            }
            assertThat(segmenter.begin(packet, packet.segmentSize)).isNull();
            long at = 0;
            for (int i = 0; i < segmenter.count(); i++) {
                int length = segmenter.emit(i, 1, MemorySegment.NULL, 0, target, at);
                split.add(Frames.bytes(target, at, length));
                at += length;
            }
        }
        return split;
    }

    /** Datagrams of a few flows at random, some of lengths, checksums and kinds that must not be joined. */
    private List<byte[]> datagrams() {
        List<byte[]> frames = new ArrayList<>();
        int[] ids = {random.nextInt(0x10000), random.nextInt(0x10000), random.nextInt(0x10000)};
        int size = 1 + random.nextInt(200);
        for (int i = 0; i < 150; i++) {
            int flow = random.nextInt(3);
            Frames frame = flow == 2 ? Frames.tcp6().udp() : Frames.tcp4().udp();
            frame.sourcePort = 7000 + flow;
            frame.id = ids[flow];
            ids[flow] = (ids[flow] + 1) & 0xffff;
            frame.payload(random, random.nextInt(10) == 0 ? random.nextInt(250) : size);
            switch (random.nextInt(40)) {
                case 0 -> frame.udpWithoutChecksum = true;
                case 1 -> frame.tos = random.nextInt(4);
                case 2 -> frame.ttl = 1 + random.nextInt(64);
                case 3 -> frame.fragment = 0x2000 | random.nextInt(0x1000);
                case 4 -> frame.ipv4Options = new byte[] {1, 1, 1, 0};
                default -> {}
            }
            frames.add(frame.build());
        }
        return frames;
    }

    private static int sourcePort(byte[] frame) {
        int l4 = frame[12] == 8 ? 14 + 4 * (frame[14] & 0xf) : 54;
        return (frame[l4] & 0xff) << 8 | frame[l4 + 1] & 0xff;
    }

    @Test
    void noDatagramIsChangedOrOvertakesOneOfItsFlow() {
        int joined = 0;
        for (int round = 0; round < 100; round++) {
            List<byte[]> frames = datagrams();
            List<byte[]> split = joinedAndSplit(frames);
            assertThat(split).hasSameSizeAs(frames);
            for (int flow = 7000; flow < 7003; flow++) {
                int port = flow;
                assertThat(split.stream().filter(f -> sourcePort(f) == port).toList())
                        .containsExactlyElementsOf(frames.stream()
                                .filter(f -> sourcePort(f) == port)
                                .toList());
            }
            joined += frames.size() - packets;
        }
        assertThat(joined).isPositive();
    }

    @Test
    void noMoreDatagramsThanEveryKernelSplits() {
        Frames frame = Frames.tcp4().udp();
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < 70; i++) {
            frame.id++;
            frames.add(frame.payload(random, 10).build());
        }
        Packet head = Frames.packet(frames.getFirst());
        assertThat(coalescer.open(head)).isTrue();
        int joined = 1;
        while (coalescer.offer(Frames.memory(frames.get(joined)), 0, frames.get(joined).length)) {
            joined++;
        }
        assertThat(joined).isEqualTo(64);
        assertThat(head.segmentType).isEqualTo(Packet.SEGMENT_UDP);
        assertThat(joinedAndSplit(frames)).containsExactlyElementsOf(frames);
    }

    @Test
    void aDatagramWithoutChecksumKeepsNone() {
        Frames frame = Frames.tcp4().udp().payload(random, 100);
        byte[] first = frame.build();
        frame.udpWithoutChecksum = true;
        frame.id++;
        byte[] without = frame.build();
        frame.udpWithoutChecksum = false;
        frame.id++;
        byte[] third = frame.build();
        assertThat(joinedAndSplit(List.of(first, without, third))).containsExactly(first, without, third);
        assertThat(coalescer.open(Frames.packet(without))).isFalse();
    }
}
