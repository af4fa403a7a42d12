package dev.culvert.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChecksumRepairTest {
    private final Random random = Frames.random("checksum repair");

    private List<Frames> kinds(int payload) {
        return List.of(
                Frames.tcp4().payload(random, payload),
                Frames.tcp6().payload(random, payload).vlans(3),
                Frames.tcp4().udp().payload(random, payload),
                Frames.tcp6().udp().payload(random, payload));
    }

    @Test
    void leavesRightChecksumsAlone() {
        for (int i = 0; i < 100; i++) {
            for (Frames frame : kinds(random.nextInt(2000))) {
                if (field(frame) == unfinished(frame)) {
                    continue; // one in 65,536
                }
                Packet packet = frame.packet();
                assertThat(ChecksumRepair.inspect(packet, 1500, 0)).isEqualTo(ChecksumRepair.Result.VALID);
                assertThat(packet.checksumValid).isTrue();
                assertThat(packet.checksumPartial).isFalse();
                assertThat(Frames.bytes(packet)).isEqualTo(frame.build());
            }
        }
    }

    private static int field(Frames frame) {
        byte[] bytes = frame.build();
        int at = frame.l4() + (frame.protocol == 6 ? Tcp.CHECKSUM : Udp.CHECKSUM);
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }

    private static int unfinished(Frames frame) {
        frame.partial = true;
        int field = field(frame);
        frame.partial = false;
        return field;
    }

    /** Adds to the payload's first word until the finished checksum is some value. */
    private static void bringAbout(Frames frame, int wanted) {
        int sum = Frames.naiveAdd(field(frame), ~wanted & 0xffff);
        int word = Frames.naiveAdd((frame.payload[0] & 0xff) << 8 | frame.payload[1] & 0xff, sum);
        frame.payload[0] = (byte) (word >>> 8);
        frame.payload[1] = (byte) word;
        assertThat(field(frame)).isEqualTo(wanted);
    }

    @Test
    void anIntactPacketThatLooksUnfinishedIsNotHarmed() {
        for (Frames frame : kinds(1000)) {
            bringAbout(frame, unfinished(frame));
            Packet packet = frame.packet();
            assertThat(ChecksumRepair.inspect(packet, 1500, 0)).isEqualTo(ChecksumRepair.Result.PARTIAL);
            assertThat(Checksum.finish(packet)).isTrue();
            assertThat(Frames.bytes(packet)).isEqualTo(frame.build());
        }
    }

    @Test
    void anUnfinishedSuperFrameThatLooksRightIsStillOne() {
        Frames frame = Frames.tcp4().payload(random, 40_000);
        bringAbout(frame, unfinished(frame));
        frame.partial = true;
        Packet packet = Frames.packet(frame.build());
        assertThat(ChecksumRepair.inspect(packet, 1450, 0)).isEqualTo(ChecksumRepair.Result.PARTIAL);
        assertThat(packet.segmentType).isEqualTo(Packet.SEGMENT_TCP4);
    }

    @Test
    void makesSuperFramesOfDatagramsWhoseSizeIsKnown() {
        for (Frames frame : List.of(
                Frames.tcp4().udp().payload(random, 5_050), Frames.tcp6().udp().payload(random, 5_050))) {
            frame.partial = true;
            Packet packet = Frames.packet(frame.build());
            assertThat(ChecksumRepair.inspect(packet, 1450, 100)).isEqualTo(ChecksumRepair.Result.PARTIAL);
            assertThat(packet.segmentType).isEqualTo(Packet.SEGMENT_UDP);
            assertThat(packet.segmentSize).isEqualTo(100);
            assertThat(new Segmenter().begin(packet, 100)).isNull();
        }
    }

    @Test
    void recognizesWhatTheSenderLeftToTheHardware() {
        for (Frames frame : kinds(1000)) {
            byte[] complete = frame.build();
            frame.partial = true;
            Packet packet = Frames.packet(frame.build());
            assertThat(ChecksumRepair.inspect(packet, 1500, 0)).isEqualTo(ChecksumRepair.Result.PARTIAL);
            assertThat(packet.segmentType).isZero();
            assertThat(Checksum.finish(packet)).isTrue();
            assertThat(Frames.bytes(packet)).isEqualTo(complete);
        }
    }

    @Test
    void makesSuperFramesOfTcpThatIsLongerThanTheMtu() {
        Frames frame = Frames.tcp4().payload(random, 40_000);
        frame.partial = true;
        Packet packet = Frames.packet(frame.build());
        assertThat(ChecksumRepair.inspect(packet, 1450, 0)).isEqualTo(ChecksumRepair.Result.PARTIAL);
        assertThat(packet.segmentType).isEqualTo(Packet.SEGMENT_TCP4);
        assertThat(packet.segmentSize).isEqualTo(1450 - 20 - 32);
        assertThat(new Segmenter().begin(packet, 1398)).isNull();
        frame = Frames.tcp6().payload(random, 40_000);
        frame.partial = true;
        packet = Frames.packet(frame.build());
        ChecksumRepair.inspect(packet, 1450, 0);
        assertThat(packet.segmentType).isEqualTo(Packet.SEGMENT_TCP6);
        assertThat(packet.segmentSize).isEqualTo(1450 - 40 - 32);
    }

    @Test
    void damageIsBadAndStaysAsItIs() {
        for (Frames frame : kinds(500)) {
            for (boolean partial : new boolean[] {false, true}) {
                frame.partial = partial;
                byte[] bytes = frame.build();
                bytes[frame.l4() + (frame.protocol == 6 ? 17 : 7)] ^= 0x20;
                Packet packet = Frames.packet(bytes);
                assertThat(ChecksumRepair.inspect(packet, 1500, 0)).isEqualTo(ChecksumRepair.Result.BAD);
                assertThat(packet.checksumPartial).isFalse();
                assertThat(packet.checksumValid).isFalse();
                assertThat(Frames.bytes(packet)).isEqualTo(bytes);
            }
        }
    }

    @Test
    void saysWhenThereIsNothingToSay() {
        Frames fragment = Frames.tcp4().payload(random, 100);
        fragment.fragment = 0x2000;
        Frames silent = Frames.tcp4().udp().payload(random, 100);
        silent.udpWithoutChecksum = true;
        Frames other = Frames.tcp4().payload(random, 100);
        other.protocol = 1;
        for (Frames frame : List.of(fragment, silent, other)) {
            assertThat(ChecksumRepair.inspect(frame.packet(), 1500, 0)).isEqualTo(ChecksumRepair.Result.NOT_APPLICABLE);
        }
        for (int length = 0; length < 60; length++) {
            Packet packet = Frames.tcp4().packet();
            packet.length = length;
            assertThat(ChecksumRepair.inspect(packet, 1500, 0)).isEqualTo(ChecksumRepair.Result.NOT_APPLICABLE);
        }
    }
}
