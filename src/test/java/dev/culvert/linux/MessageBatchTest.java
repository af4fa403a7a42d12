package dev.culvert.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class MessageBatchTest {
    @Test
    void keepsWhatIsPutIntoAMessage() {
        MessageBatch batch = new MessageBatch(2, 1, 96);
        batch.destination4(1, 0x0a090001, 65_000);
        assertThat(batch.family(1)).isEqualTo(AddressFamily.INET);
        assertThat(batch.source4(1)).isEqualTo(0x0a090001);
        assertThat(batch.sourcePort(1)).isEqualTo(65_000);
        assertThat(batch.sourceInterface(1)).isZero();
        batch.destination6(1, 0xfe80L << 48, 5, 3, 7);
        assertThat(batch.family(1)).isEqualTo(AddressFamily.INET6);
        assertThat(batch.sourceHi(1)).isEqualTo(0xfe80L << 48);
        assertThat(batch.sourceLo(1)).isEqualTo(5);
        assertThat(batch.sourceInterface(1)).isEqualTo(3);
        assertThat(batch.family(0)).isEqualTo(AddressFamily.UNSPEC);
        batch.clear(1);
        assertThat(batch.family(1)).isEqualTo(AddressFamily.UNSPEC);
    }

    @Test
    void findsControlMessagesByLevelAndType() {
        MessageBatch batch = new MessageBatch(2, 1, 96);
        assertThat(batch.control2(1, 17, 103, 0xfffe)).isTrue();
        assertThat(batch.control4(1, 0, 2, -7)).isTrue();
        assertThat(batch.controlInt(1, 17, 103, -1)).isEqualTo(0xfffe);
        assertThat(batch.controlInt(1, 0, 2, -1)).isEqualTo(-7);
        assertThat(batch.controlInt(1, 0, 103, -1)).isEqualTo(-1);
        assertThat(batch.controlInt(0, 0, 2, -1)).isEqualTo(-1);
        batch.clearControl(1);
        assertThat(batch.controlInt(1, 17, 103, -1)).isEqualTo(-1);
    }

    @Test
    void refusesAControlMessageThatDoesNotFit() {
        MessageBatch batch = new MessageBatch(2, 1, 48);
        assertThat(batch.control2(0, 17, 103, 1)).isTrue();
        assertThat(batch.packetInfo6(0, 0, 1, 2)).isFalse();
        assertThat(batch.packetInfo4(0, 0, 1)).isFalse();
        assertThat(batch.control4(0, 0, 2, 2)).isTrue();
        assertThat(batch.control2(0, 17, 103, 3)).isFalse();
        assertThat(batch.controlInt(0, 0, 2, -1)).isEqualTo(2);
        assertThat(batch.hasPacketInfo(0)).isFalse();
    }

    @Test
    void tellsOfPacketInformation() {
        MessageBatch batch = new MessageBatch(1, 1, 96);
        assertThat(batch.hasPacketInfo(0)).isFalse();
        assertThat(batch.arrivalInterface(0)).isZero();
        assertThat(batch.packetInfo6(0, 9, 1, 2)).isTrue();
        assertThat(batch.hasPacketInfo(0)).isTrue();
        assertThat(batch.destinationHi(0)).isEqualTo(1);
        assertThat(batch.destinationLo(0)).isEqualTo(2);
        assertThat(batch.arrivalInterface(0)).isEqualTo(9);
        assertThat(batch.destination4(0)).isZero();
    }

    @Test
    void hasNoTagWithoutAuxiliaryData() {
        MessageBatch batch = new MessageBatch(1, 1, 96);
        batch.prepareReceive(0); // zeroed control space that claims to be full
        assertThat(batch.vlanTci(0)).isEqualTo(-1);
        assertThat(batch.vlanTpid(0)).isEqualTo(-1);
        assertThat(batch.controlInt(0, 0, 0, -1)).isEqualTo(-1);
    }

    @Test
    void doesNotReachBeyondItsOwnMemory() {
        MessageBatch batch = new MessageBatch(2, 1, 0);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> batch.vector(0, 1, 0, 0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> batch.address(1, 2));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> batch.address(-1, 1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> batch.length(1 << 20));
    }
}
