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
                Packet packet = frame.packet();
                assertThat(ChecksumRepair.inspect(packet, 1500)).isEqualTo(ChecksumRepair.Result.VALID);
                assertThat(packet.checksumValid).isTrue();
                assertThat(packet.checksumPartial).isFalse();
                assertThat(Frames.bytes(packet)).isEqualTo(frame.build());
            }
        }
    }

    @Test
    void recognizesWhatTheSenderLeftToTheHardware() {
        for (Frames frame : kinds(1000)) {
            byte[] complete = frame.build();
            frame.partial = true;
            Packet packet = Frames.packet(frame.build());
            assertThat(ChecksumRepair.inspect(packet, 1500)).isEqualTo(ChecksumRepair.Result.PARTIAL);
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
        assertThat(ChecksumRepair.inspect(packet, 1450)).isEqualTo(ChecksumRepair.Result.PARTIAL);
        assertThat(packet.segmentType).isEqualTo(Packet.SEGMENT_TCP4);
        assertThat(packet.segmentSize).isEqualTo(1450 - 20 - 32);
        assertThat(new Segmenter().begin(packet, 1398)).isNull();
        frame = Frames.tcp6().payload(random, 40_000);
        frame.partial = true;
        packet = Frames.packet(frame.build());
        ChecksumRepair.inspect(packet, 1450);
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
                assertThat(ChecksumRepair.inspect(packet, 1500)).isEqualTo(ChecksumRepair.Result.BAD);
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
            assertThat(ChecksumRepair.inspect(frame.packet(), 1500)).isEqualTo(ChecksumRepair.Result.NOT_APPLICABLE);
        }
        for (int length = 0; length < 60; length++) {
            Packet packet = Frames.tcp4().packet();
            packet.length = length;
            assertThat(ChecksumRepair.inspect(packet, 1500)).isEqualTo(ChecksumRepair.Result.NOT_APPLICABLE);
        }
    }
}
