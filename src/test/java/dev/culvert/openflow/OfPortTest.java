package dev.culvert.openflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class OfPortTest {
    @Test
    void reservedNumbersMoveUpFrom16To32Bits() {
        assertThat(OfPort.fromOf10(0xfffe)).isEqualTo(OfPort.LOCAL);
        assertThat(OfPort.toOf10(OfPort.LOCAL)).isEqualTo(0xfffe);
        assertThat(OfPort.fromOf10(0xfeff)).isEqualTo(0xfeff);
        assertThat(OfPort.fromOf10(0xff00)).isEqualTo(0xffffff00);
    }

    @Test
    void numbersBetweenTheRangesExistInOneFormOnly() {
        assertThat(OfPort.isRepresentable(0xfeff)).isTrue();
        assertThat(OfPort.isRepresentable(0xff00)).isFalse();
        assertThat(OfPort.isRepresentable(0x12345)).isFalse();
        assertThat(OfPort.isRepresentable(0xffffff00)).isTrue();
    }

    @Test
    void usersNamePortsByWordOrDecimalNumber() {
        assertThat(OfPort.parse("local")).isEqualTo(OptionalInt.of(OfPort.LOCAL));
        assertThat(OfPort.parse("NONE")).isEqualTo(OptionalInt.of(OfPort.ANY));
        assertThat(OfPort.parse("65534")).isEqualTo(OptionalInt.of(OfPort.LOCAL));
        assertThat(OfPort.parse("4294967294")).isEqualTo(OptionalInt.of(OfPort.LOCAL));
        assertThat(OfPort.parse("70000")).isEmpty();
        assertThat(OfPort.parse("0xfffe")).isEmpty();
        assertThat(OfPort.parse("-1")).isEmpty();
        assertThat(OfPort.parse("99999999999")).isEmpty();
    }
}
