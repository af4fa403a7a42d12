package dev.culvert.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.packet.Frames;
import dev.culvert.packet.Packet;
import org.junit.jupiter.api.Test;

class EcnTest {
    private static final int[] ECN = {Ecn.NOT_ECT, Ecn.ECT0, Ecn.ECT1, Ecn.CE};

    /** RFC 6040 figure 4: a row for each inner header, columns for the outer one, both in the order of {@link #ECN}. */
    private static final int[][] FIGURE_4 = {
        {Ecn.NOT_ECT, Ecn.NOT_ECT, Ecn.NOT_ECT, Ecn.DROP},
        {Ecn.ECT0, Ecn.ECT0, Ecn.ECT1, Ecn.CE},
        {Ecn.ECT1, Ecn.ECT1, Ecn.ECT1, Ecn.CE},
        {Ecn.CE, Ecn.CE, Ecn.CE, Ecn.CE}
    };

    @Test
    void decapsulatesByTheTableOfTheRfc() {
        for (int inner = 0; inner < 4; inner++) {
            for (int outer = 0; outer < 4; outer++) {
                assertThat(Ecn.decapsulate(ECN[inner], ECN[outer])).isEqualTo(FIGURE_4[inner][outer]);
            }
        }
    }

    @Test
    void changesFramesByTheSameTableAndKeepsTheirChecksum() {
        for (int inner = 0; inner < 4; inner++) {
            for (int outer = 0; outer < 4; outer++) {
                for (Frames frame : new Frames[] {Frames.tcp4().vlans(9), Frames.tcp6()}) {
                    frame.payload(new byte[10]);
                    frame.tos = 0xb8 | ECN[inner];
                    Packet packet = frame.packet();
                    byte[] before = Frames.bytes(packet);
                    boolean passes = Ecn.decapsulate(packet, 0x40 | ECN[outer]);
                    int expected = FIGURE_4[inner][outer];
                    assertThat(passes).isEqualTo(expected != Ecn.DROP);
                    frame.tos = 0xb8 | expected;
                    assertThat(Frames.bytes(packet)).isEqualTo(passes ? frame.build() : before);
                }
            }
        }
    }

    @Test
    void passesWhatIsNotIp() {
        byte[] arp = Frames.hex(
                "ffffffffffff 525400123456 0806 0001080006040001 525400123456 0a000001 000000000000 0a000002");
        Packet packet = Frames.packet(arp);
        assertThat(Ecn.decapsulate(packet, Ecn.CE)).isTrue();
        assertThat(Frames.bytes(packet)).isEqualTo(arp);
    }

    @Test
    void encapsulatesInNormalMode() {
        for (int ecn : ECN) {
            assertThat(Ecn.encapsulate(0xb8 | ecn, 0x20, false)).isEqualTo(0x20 | ecn);
            assertThat(Ecn.encapsulate(0xb8 | ecn, 0x20, true)).isEqualTo(0xb8 | ecn);
        }
        assertThat(Ecn.encapsulate(-1, 0x20, false)).isEqualTo(0x20);
        assertThat(Ecn.encapsulate(-1, 0x20, true)).isZero();
    }
}
