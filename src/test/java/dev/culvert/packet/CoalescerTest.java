package dev.culvert.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class CoalescerTest {
    private final Random random = Frames.random("coalescer");
    private final Coalescer coalescer = new Coalescer(true);
    private final Segmenter segmenter = new Segmenter();

    private Packet superFrame(Frames frame, int size) {
        frame.partial = true;
        Packet packet = frame.packet();
        packet.segmentType =
                frame.protocol == 17 ? Packet.SEGMENT_UDP : frame.ipv6 ? Packet.SEGMENT_TCP6 : Packet.SEGMENT_TCP4;
        packet.segmentSize = size;
        return packet;
    }

    private void assertSame(Packet joined, Packet original) {
        assertThat(Frames.bytes(joined)).isEqualTo(Frames.bytes(original));
        assertThat(joined.segmentType).isEqualTo(original.segmentType);
        assertThat(joined.segmentSize).isEqualTo(original.segmentSize);
        assertThat(joined.checksumPartial).isTrue();
        assertThat(joined.checksumStart).isEqualTo(original.checksumStart);
        assertThat(joined.checksumOffset).isEqualTo(original.checksumOffset);
    }

    @Test
    void joiningUndoesSplitting() {
        for (int i = 0; i < 300; i++) {
            Frames frame = random.nextBoolean() ? Frames.tcp4() : Frames.tcp6();
            if (random.nextInt(3) == 0) {
                frame.udp();
            }
            frame.vlans(new int[random.nextInt(3)]);
            frame.id = random.nextInt(0x10000);
            frame.sequence = random.nextInt();
            frame.flags = 0x10 | (random.nextInt() & (Tcp.FIN | Tcp.PSH | Tcp.CWR));
            int size = 20 + random.nextInt(1400);
            int most = frame.protocol == 17 ? 63 : 100;
            frame.payload(random, size + 1 + random.nextInt(Math.min(60_000 - size, size * most)));
            Packet original = superFrame(frame, size);
            assertThat(segmenter.begin(original, size)).isNull();
            // one read as UDP_GRO delivers it: tunnel header and frame, again and again, in one buffer
            int prefix = 8 * random.nextInt(4);
            Packet read = new Packet(Arena.ofAuto().allocate(Packet.CAPACITY));
            boolean inPlace = segmenter.length(0, segmenter.count(), prefix) <= Packet.CAPACITY - Packet.HEADROOM;
            MemorySegment buffer = inPlace ? read.memory : Arena.ofAuto().allocate(1 << 20);
            segmenter.emit(0, segmenter.count(), buffer, prefix, buffer, Packet.HEADROOM);
            int at = Packet.HEADROOM + prefix;
            read.offset = at;
            read.length = segmenter.headerLength() + segmenter.payload();
            if (!inPlace) {
                MemorySegment.copy(buffer, at, read.memory, at, read.length);
            }
            assertThat(coalescer.open(read)).isTrue();
            for (int j = 1; j < segmenter.count(); j++) {
                at += segmenter.headerLength() + segmenter.payload() + prefix;
                int payload = j == segmenter.count() - 1 ? segmenter.lastPayload() : segmenter.payload();
                assertThat(coalescer.offer(buffer, at, segmenter.headerLength() + payload))
                        .as("segment %d of %d", j, segmenter.count())
                        .isTrue();
            }
            coalescer.finish();
            assertSame(read, original);
        }
    }

    /** Two segments that would join, the second changed by somebody. */
    private boolean joins(Frames frame, int firstLength, int secondLength, Consumer<Frames> change) {
        frame.payload(random, firstLength);
        Packet head = frame.packet();
        byte[] before = Frames.bytes(head);
        frame.sequence += firstLength;
        frame.id = (frame.id + 1) & 0xffff;
        frame.payload(random, secondLength);
        change.accept(frame);
        MemorySegment second = Frames.memory(frame.build());
        boolean opened = coalescer.open(head);
        boolean joined = coalescer.offer(second, 0, (int) second.byteSize());
        coalescer.finish();
        assertThat(opened || !joined).isTrue();
        if (!joined) {
            assertThat(Frames.bytes(head)).as("a head alone stays untouched").isEqualTo(before);
            assertThat(head.segmentType).isZero();
            assertThat(head.checksumPartial).isFalse();
        } else {
            assertThat(head.segmentSize).isEqualTo(firstLength);
        }
        return joined;
    }

    @Test
    void joinsOnlyWhatContinues() {
        assertThat(joins(Frames.tcp4(), 100, 100, f -> {})).isTrue();
        assertThat(joins(Frames.tcp4(), 100, 50, f -> f.flags |= Tcp.PSH)).isTrue();
        assertThat(joins(Frames.tcp4(), 100, 101, f -> {})).isFalse();
        assertThat(joins(Frames.tcp4(), 100, 0, f -> {})).isFalse();
        assertThat(joins(Frames.tcp4(), 0, 100, f -> {})).isFalse();
        assertThat(joins(Frames.tcp4(), 100, 100, f -> f.sequence++)).isFalse();
        assertThat(joins(Frames.tcp4(), 100, 100, f -> f.acknowledgment++)).isFalse();
        assertThat(joins(Frames.tcp4(), 100, 100, f -> f.window++)).isFalse();
        assertThat(joins(Frames.tcp4(), 100, 100, f -> f.tcpOptions = Frames.hex("0101080a1234567900abcdef")))
                .isFalse();
        assertThat(joins(Frames.tcp4(), 100, 100, f -> f.tcpOptions = new byte[0]))
                .isFalse();
        assertThat(joins(Frames.tcp4(), 100, 100, f -> f.flags |= Tcp.ECE)).isFalse();
        for (int flag : new int[] {Tcp.CWR, Tcp.SYN, Tcp.RST, Tcp.URG}) {
            assertThat(joins(Frames.tcp4(), 100, 100, f -> f.flags |= flag)).isFalse();
        }
        assertThat(joins(Frames.tcp4(), 100, 100, f -> f.sourcePort++)).isFalse();
        assertThat(joins(Frames.tcp4(), 100, 100, f -> f.destination++)).isFalse();
        assertThat(joins(Frames.tcp4(), 100, 100, f -> f.sourceAddress = new byte[] {10, 0, 0, 9}))
                .isFalse();
        assertThat(joins(Frames.tcp4().vlans(5), 100, 100, f -> f.vlans(6))).isFalse();
        assertThat(joins(Frames.tcp4().vlans(5), 100, 100, f -> f.vlans())).isFalse();
        assertThat(joins(Frames.tcp4(), 100, 100, f -> f.ttl--)).isFalse();
        assertThat(joins(Frames.tcp4(), 100, 100, f -> f.tos = 3)).isFalse();
        assertThat(joins(Frames.tcp4(), 100, 100, f -> f.fragment = 0)).isFalse();
        assertThat(joins(Frames.tcp4(), 100, 100, f -> f.fragment = 0x2000)).isFalse();
        assertThat(joins(Frames.tcp4(), 100, 100, f -> f.id++)).isFalse();
        assertThat(joins(Frames.tcp4(), 100, 100, f -> f.id--))
                .as("atomic datagrams with one id")
                .isTrue();
        assertThat(joins(Frames.tcp4(), 100, 100, f -> f.ipv4Options = new byte[4]))
                .isFalse();
        assertThat(joins(Frames.tcp6(), 100, 100, f -> {})).isTrue();
        assertThat(joins(Frames.tcp6(), 100, 100, f -> f.label = 1)).isFalse();
        assertThat(joins(Frames.tcp6(), 100, 100, f -> f.ttl--)).isFalse();
        assertThat(joins(Frames.tcp4().udp(), 100, 100, f -> {})).isTrue();
        assertThat(joins(Frames.tcp4().udp(), 100, 99, f -> {})).isTrue();
        assertThat(joins(Frames.tcp4().udp(), 100, 101, f -> {})).isFalse();
        assertThat(joins(Frames.tcp4().udp(), 100, 100, f -> f.udpWithoutChecksum = true))
                .isFalse();
    }

    @Test
    void identificationsStandStillOnlyWhereTheyMeanNothing() {
        Frames frame = Frames.tcp4();
        frame.fragment = 0;
        assertThat(joins(frame, 100, 100, f -> f.id--)).isFalse();
    }

    @Test
    void nothingIsJoinedBehindAnEnd() {
        for (int flag : new int[] {Tcp.FIN, Tcp.PSH, Tcp.SYN, Tcp.RST, Tcp.URG}) {
            Frames frame = Frames.tcp4();
            frame.flags |= flag;
            assertThat(joins(frame, 100, 100, f -> f.flags = Tcp.ACK)).isFalse();
        }
    }

    @Test
    void damagedSegmentsAreNotJoined() {
        Frames frame = Frames.tcp4().payload(random, 100);
        Packet head = frame.packet();
        frame.sequence += 100;
        frame.id++;
        byte[] bad = frame.build();
        bad[80] ^= 4;
        assertThat(coalescer.open(head)).isTrue();
        assertThat(coalescer.offer(Frames.memory(bad), 0, bad.length)).isFalse();
        byte[] good = frame.build();
        assertThat(coalescer.offer(Frames.memory(good), 0, good.length))
                .as("its head is closed")
                .isFalse();
        coalescer.finish();
        Packet damaged = Frames.packet(frame.build());
        Bytes.put8(damaged.memory, damaged.offset + 90, 1 ^ Bytes.u8(damaged.memory, damaged.offset + 90));
        byte[] before = Frames.bytes(damaged);
        frame.sequence += 100;
        frame.id++;
        byte[] next = frame.build();
        assertThat(coalescer.open(damaged)).isTrue();
        assertThat(coalescer.offer(Frames.memory(next), 0, next.length)).isFalse();
        coalescer.finish();
        assertThat(Frames.bytes(damaged)).isEqualTo(before);
    }

    @Test
    void aPacketInBetweenIsNotOvertaken() {
        Frames frame = Frames.tcp4().payload(random, 100);
        Packet head = frame.packet();
        assertThat(coalescer.open(head)).isTrue();
        byte[] pure = Frames.tcp4().build();
        assertThat(coalescer.offer(Frames.memory(pure), 0, pure.length)).isFalse();
        frame.sequence += 100;
        frame.id++;
        byte[] next = frame.build();
        assertThat(coalescer.offer(Frames.memory(next), 0, next.length)).isFalse();
        coalescer.finish();
        assertThat(head.segmentType).isZero();
    }

    @Test
    void keepsSeveralConnectionsApart() {
        List<Packet> heads = new ArrayList<>();
        List<byte[]> payloads = new ArrayList<>();
        List<Frames> frames = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Frames frame = i % 2 == 0 ? Frames.tcp4() : Frames.tcp6();
            frame.sourcePort = 1000 + i;
            frame.payload(random, 500);
            frames.add(frame);
            heads.add(frame.packet());
            payloads.add(frame.payload);
            assertThat(coalescer.open(heads.get(i))).isTrue();
        }
        for (int round = 1; round < 5; round++) {
            for (int i = 0; i < 8; i++) {
                Frames frame = frames.get(i);
                frame.sequence += 500;
                frame.id++;
                frame.payload(random, 500);
                byte[] bytes = frame.build();
                assertThat(coalescer.offer(Frames.memory(bytes), 0, bytes.length))
                        .isTrue();
                byte[] all = java.util.Arrays.copyOf(payloads.get(i), payloads.get(i).length + 500);
                System.arraycopy(frame.payload, 0, all, all.length - 500, 500);
                payloads.set(i, all);
            }
        }
        coalescer.finish();
        for (int i = 0; i < 8; i++) {
            Frames frame = frames.get(i);
            frame.sequence -= 2000;
            frame.id -= 4;
            frame.payload(payloads.get(i));
            assertSame(heads.get(i), superFrame(frame, 500));
        }
    }

    @Test
    void aNinthHeadSealsAnother() {
        List<Packet> heads = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Frames frame = Frames.tcp4().payload(random, 100);
            frame.sourcePort = i;
            Packet head = frame.packet();
            heads.add(head);
            assertThat(coalescer.open(head)).isTrue();
            frame.sequence += 100;
            frame.id++;
            byte[] next = frame.build();
            assertThat(coalescer.offer(Frames.memory(next), 0, next.length)).isTrue();
        }
        coalescer.finish();
        assertThat(heads).allMatch(head -> head.segmentType == Packet.SEGMENT_TCP4 && head.checksumPartial);
    }

    @Test
    void growsNoFurtherThanAnIpPacketMay() {
        Frames frame = Frames.tcp4().payload(random, 1400);
        Packet head = frame.packet();
        assertThat(coalescer.open(head)).isTrue();
        int joined = 0;
        boolean taken = true;
        while (taken) {
            frame.sequence += 1400;
            frame.id = (frame.id + 1) & 0xffff;
            byte[] next = frame.build();
            taken = coalescer.offer(Frames.memory(next), 0, next.length);
            joined += taken ? 1 : 0;
        }
        coalescer.finish();
        assertThat(joined).isEqualTo((65_535 - 52) / 1400 - 1);
        assertThat(Bytes.u16(head.memory, head.offset + 16)).isEqualTo(head.length - 14);
    }

    @Test
    void udpIsJoinedOnlyAsLongAsThatIsWanted() {
        Frames frame = Frames.tcp4().udp();
        coalescer.joinUdp(false);
        assertThat(joins(frame, 100, 100, f -> {})).isFalse();
        coalescer.joinUdp(true);
        assertThat(joins(frame, 100, 100, f -> {})).isTrue();
    }

    @Test
    void udpIsLeftAloneUnlessAskedFor() {
        Coalescer tcpOnly = new Coalescer(false);
        assertThat(tcpOnly.open(Frames.tcp4().udp().payload(random, 100).packet()))
                .isFalse();
    }

    @Test
    void aSuperFrameOrAnUnfinishedOneIsNoHead() {
        Frames frame = Frames.tcp4().payload(random, 100);
        assertThat(coalescer.open(superFrame(frame, 50))).isFalse();
        Packet padded = Frames.packet(
                java.util.Arrays.copyOf(Frames.tcp4().payload(random, 1).build(), 70));
        assertThat(coalescer.open(padded)).isFalse();
    }

    @Test
    void anyBytesMayBeOffered() {
        Packet head = Frames.tcp4().payload(random, 100).packet();
        MemorySegment memory = Arena.ofAuto().allocate(300);
        for (int i = 0; i < 20_000; i++) {
            Frames frame = random.nextBoolean() ? Frames.tcp4() : Frames.tcp6();
            boolean udp = random.nextBoolean();
            if (udp) {
                frame.udp();
            }
            byte[] bytes = frame.payload(random, random.nextInt(50)).build();
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            int length = random.nextInt(bytes.length + 1);
            MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 300 - length, length);
            coalescer.open(head);
            coalescer.offer(memory, 300 - length, length);
            coalescer.finish();
            Frames next = udp ? Frames.tcp4().udp() : Frames.tcp4();
            Frames.fill(head, next.payload(random, 100).build());
        }
    }
}
