package dev.culvert.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChecksumTest {
    @Test
    void sumsTheExampleOfRfc1071() {
        MemorySegment memory = Frames.memory(Frames.hex("0001 f203 f4f5 f6f7"));
        assertThat(Checksum.sum(memory, 0, 8)).isEqualTo(0xddf2);
    }

    @Test
    void agreesWithTheTextbookAtEveryLengthAndAlignment() {
        Random random = Frames.random("checksum");
        byte[] bytes = new byte[2100];
        random.nextBytes(bytes);
        MemorySegment memory = Frames.memory(bytes);
        for (int length = 0; length < 200; length++) {
            for (int offset = 0; offset < 9; offset++) {
                assertThat(Checksum.sum(memory, offset, length)).isEqualTo(Frames.naiveSum(bytes, offset, length));
            }
        }
        for (int i = 0; i < 300; i++) {
            int offset = random.nextInt(600);
            int length = random.nextInt(1500);
            assertThat(Checksum.sum(memory, offset, length)).isEqualTo(Frames.naiveSum(bytes, offset, length));
        }
    }

    @Test
    void carriesInAllOnes() {
        byte[] bytes = new byte[65_535];
        java.util.Arrays.fill(bytes, (byte) 0xff);
        MemorySegment memory = Frames.memory(bytes);
        assertThat(Checksum.sum(memory, 0, 65_534)).isEqualTo(0xffff);
        assertThat(Checksum.sum(memory, 0, 65_535)).isEqualTo(0xff00);
    }

    @Test
    void addsBlocksAtOddPositions() {
        Random random = Frames.random("checksum blocks");
        byte[] bytes = new byte[999];
        random.nextBytes(bytes);
        MemorySegment memory = Frames.memory(bytes);
        for (int split = 0; split <= bytes.length; split++) {
            int first = Checksum.sum(memory, 0, split);
            int second = Checksum.sum(memory, split, bytes.length - split);
            assertThat(Checksum.addAt(first, second, split)).isEqualTo(Frames.naiveSum(bytes, 0, bytes.length));
        }
    }

    @Test
    void copiesAndSums() {
        Random random = Frames.random("copy and sum");
        byte[] bytes = new byte[3000];
        random.nextBytes(bytes);
        MemorySegment source = Frames.memory(bytes);
        MemorySegment target = Frames.memory(new byte[3000]);
        for (int i = 0; i < 300; i++) {
            int from = random.nextInt(1000);
            int to = random.nextInt(1000);
            int length = random.nextInt(2000);
            int sum = Checksum.copyAndSum(source, from, target, to, length);
            assertThat(sum).isEqualTo(Frames.naiveSum(bytes, from, length));
            assertThat(MemorySegment.mismatch(source, from, from + length, target, to, to + length))
                    .isEqualTo(-1);
        }
    }

    @Test
    void updatesTheExampleOfRfc1624() {
        assertThat(Checksum.update(0xdd2f, 0x5555, 0x3285)).isZero();
    }

    @Test
    void updatesLikeSummingAgain() {
        Random random = Frames.random("checksum update");
        byte[] bytes = new byte[40];
        for (int i = 0; i < 2000; i++) {
            random.nextBytes(bytes);
            int checksum = ~Frames.naiveSum(bytes, 0, 40) & 0xffff;
            int at = 2 * random.nextInt(20);
            int old = ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
            int changed = random.nextInt(0x10000);
            bytes[at] = (byte) (changed >>> 8);
            bytes[at + 1] = (byte) changed;
            assertThat(Checksum.update(checksum, old, changed)).isEqualTo(~Frames.naiveSum(bytes, 0, 40) & 0xffff);
        }
    }

    @Test
    void finishesWhatTheSenderLeft() {
        Random random = Frames.random("checksum finish");
        for (int i = 0; i < 200; i++) {
            Frames frame = random.nextBoolean() ? Frames.tcp4() : Frames.tcp6();
            if (random.nextBoolean()) {
                frame.udp();
            }
            frame.payload(random, random.nextInt(1400)).vlans(new int[random.nextInt(3)]);
            byte[] complete = frame.build();
            frame.partial = true;
            Packet packet = frame.packet();
            assertThat(Checksum.finish(packet)).isTrue();
            assertThat(Frames.bytes(packet)).isEqualTo(complete);
            assertThat(packet.checksumPartial).isFalse();
        }
    }

    @Test
    void writesAllOnesForAUdpChecksumOfZero() {
        Frames frame = Frames.tcp4().udp();
        frame.payload(new byte[2]);
        byte[] bytes = frame.build();
        int checksum = ((bytes[40] & 0xff) << 8) | (bytes[41] & 0xff);
        frame.payload(new byte[] {(byte) (checksum >>> 8), (byte) checksum});
        frame.partial = true;
        Packet packet = frame.packet();
        assertThat(Checksum.finish(packet)).isTrue();
        assertThat(Bytes.u16(packet.memory, packet.offset + 40)).isEqualTo(0xffff);
    }

    /** For TCP 0xffff would be right as well, but nobody else writes it, and analysers report it. */
    @Test
    void writesZeroForATcpChecksumOfZero() {
        Frames frame = Frames.tcp4();
        frame.payload(new byte[2]);
        byte[] bytes = frame.build();
        int at = 14 + 20 + Tcp.CHECKSUM;
        frame.payload(new byte[] {bytes[at], bytes[at + 1]});
        frame.partial = true;
        Packet packet = frame.packet();
        assertThat(Checksum.finish(packet)).isTrue();
        assertThat(Bytes.u16(packet.memory, packet.offset + at)).isZero();
    }

    @Test
    void refusesPlacesOutsideTheFrame() {
        int[][] places = {{-1, 16}, {34, -1}, {60, 60}, {100, 0}, {Integer.MAX_VALUE, 6}, {34, Integer.MAX_VALUE}};
        for (int[] place : places) {
            Packet packet = Frames.tcp4().payload(new byte[10]).packet();
            byte[] before = Frames.bytes(packet);
            packet.checksumPartial = true;
            packet.checksumStart = place[0];
            packet.checksumOffset = place[1];
            assertThat(Checksum.finish(packet)).as("%s", place).isFalse();
            assertThat(Frames.bytes(packet)).isEqualTo(before);
        }
    }
}
