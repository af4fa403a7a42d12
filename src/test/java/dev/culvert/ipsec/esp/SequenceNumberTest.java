package dev.culvert.ipsec.esp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.packet.DropReason;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The far ends of sequence numbers, and of an association. */
class SequenceNumberTest {
    private static final int GRE = 47;
    private static final long HALF = 1L << 32;

    private final EspTestKit kit = new EspTestKit();

    @ParameterizedTest
    @EnumSource(names = {"AES_GCM_16_256", "AES_CBC_128_SHA2_256"})
    void numbersEndAndNeverBeginAgain(EspSuite suite) throws Exception {
        EspKeys keys = kit.keys(suite, false);
        try (OutboundSa out = new OutboundSa(keys, kit.scratch, HALF - 3);
                InboundSa in = new InboundSa(keys, kit.scratch)) {
            assertThat(out.wantsRekey()).isTrue();
            assertThat(kit.open(in, kit.seal(out, new byte[3], GRE))).isEqualTo(3);
            byte[] last = kit.seal(out, new byte[4], GRE);
            assertThat(Arrays.copyOfRange(last, 4, 8)).containsOnly(0xff);
            assertThat(kit.open(in, last)).isEqualTo(4);
            for (int i = 0; i < 3; i++) {
                assertThat(out.seal(kit.memory, EspTestKit.AT, 1, GRE))
                        .isEqualTo(DropReason.ESP_SEQUENCE_EXHAUSTED.code());
            }
            assertThat(out.sequence()).isEqualTo(HALF - 1);
            assertThat(in.wantsRekey()).isTrue();
        }
    }

    @Test
    void aRekeyIsWantedInTime() throws Exception {
        EspKeys keys = kit.keys(EspSuite.AES_GCM_16_128, false);
        try (OutboundSa early = new OutboundSa(keys, kit.scratch, OutboundSa.REKEY_PACKETS - 2)) {
            kit.seal(early, new byte[1], GRE);
            assertThat(early.wantsRekey()).isFalse();
            kit.seal(early, new byte[1], GRE);
            assertThat(early.wantsRekey()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void extendedNumbersGoOnPastThirtyTwoBits(EspSuite suite) throws Exception {
        EspKeys keys = kit.keys(suite, true);
        try (OutboundSa out = new OutboundSa(keys, kit.scratch, 5 * HALF - 1_000);
                InboundSa in = new InboundSa(keys, kit.scratch, 5 * HALF - 1_000)) {
            byte[][] packets = new byte[2_000][];
            for (int i = 0; i < packets.length; i++) {
                packets[i] = kit.seal(out, new byte[] {1, 2, 3}, GRE);
            }
            // pairs change places, so that numbers from both sides of the border mix
            for (int i = 0; i < packets.length; i++) {
                assertThat(kit.open(in, packets[i ^ 1])).as("%d", i).isEqualTo(3);
            }
            assertThat(in.sequence()).isEqualTo(5 * HALF + 1_000).isEqualTo(out.sequence());
            assertThat(kit.open(in, packets[1_500])).isEqualTo(DropReason.ESP_REPLAYED.code());
            assertThat(out.wantsRekey()).isFalse();
        }
    }

    @Test
    void extendedNumbersEndToo() throws Exception {
        EspKeys keys = kit.keys(EspSuite.AES_GCM_16_256, true);
        try (OutboundSa out = new OutboundSa(keys, kit.scratch, Long.MAX_VALUE - 1);
                InboundSa in = new InboundSa(keys, kit.scratch, Long.MAX_VALUE - 1)) {
            byte[] last = kit.seal(out, new byte[1], GRE);
            assertThat(kit.open(in, last)).isEqualTo(1);
            assertThat(kit.open(in, last)).isEqualTo(DropReason.ESP_REPLAYED.code());
            assertThat(out.seal(kit.memory, EspTestKit.AT, 1, GRE)).isEqualTo(DropReason.ESP_SEQUENCE_EXHAUSTED.code());
        }
    }

    /** RFC 4303 appendix A3: four thousand million packets were lost running. */
    @Test
    void findsTheSenderAgainAfterALongLoss() throws Exception {
        EspKeys keys = kit.keys(EspSuite.AES_CBC_256_SHA2_512, true);
        try (OutboundSa first = new OutboundSa(keys, kit.scratch, 100);
                OutboundSa later = new OutboundSa(keys, kit.scratch, 3 * HALF + 5_000);
                InboundSa in = new InboundSa(keys, kit.scratch)) {
            assertThat(kit.open(in, kit.seal(first, new byte[1], GRE))).isEqualTo(1);
            for (int i = 1; i < InboundSa.RESYNC_AFTER; i++) {
                assertThat(kit.open(in, kit.seal(later, new byte[1], GRE))).isEqualTo(DropReason.ESP_ICV_BAD.code());
            }
            assertThat(kit.open(in, kit.seal(later, new byte[1], GRE))).isEqualTo(1);
            assertThat(kit.open(in, kit.seal(later, new byte[1], GRE))).isEqualTo(1);
            assertThat(in.sequence()).isEqualTo(later.sequence());
            assertThat(in.forged()).isEqualTo(InboundSa.RESYNC_AFTER - 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void closedMeansClosed(EspSuite suite) throws Exception {
        EspKeys keys = kit.keys(suite, false);
        OutboundSa out = new OutboundSa(keys, kit.scratch);
        InboundSa in = new InboundSa(keys, kit.scratch);
        byte[] packet = kit.seal(out, new byte[9], GRE);
        out.close();
        in.close();
        out.close();
        in.close();
        assertThat(out.seal(kit.memory, EspTestKit.AT, 9, GRE)).isEqualTo(DropReason.ESP_SA_CLOSED.code());
        assertThat(kit.open(in, packet)).isEqualTo(DropReason.ESP_SA_CLOSED.code());
    }
}
