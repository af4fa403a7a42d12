package dev.culvert.openflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.openflow.ErrorCode.Wire;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorCodeTest {
    @Test
    void numbersAreThoseOfTheSpecifications() {
        assertThat(ErrorCode.OFPBRC_BAD_TYPE.wire(Version.OPENFLOW_10)).contains(new Wire(0, 1, 1));
        assertThat(ErrorCode.OFPFMFC_TABLE_FULL.wire(Version.OPENFLOW_10)).contains(new Wire(0, 3, 0));
        assertThat(ErrorCode.OFPFMFC_TABLE_FULL.wire(Version.OPENFLOW_13)).contains(new Wire(0, 5, 1));
        assertThat(ErrorCode.OFPRRFC_STALE.wire(Version.OPENFLOW_11)).isEmpty();
        assertThat(ErrorCode.OFPRRFC_STALE.wire(Version.OPENFLOW_12)).contains(new Wire(0, 11, 0));
        assertThat(ErrorCode.OFPBFC_TIMEOUT.wire(Version.OPENFLOW_13)).contains(new Wire(ErrorCode.ONF, 0xffff, 2314));
        assertThat(ErrorCode.OFPBFC_TIMEOUT.wire(Version.OPENFLOW_14)).contains(new Wire(0, 17, 14));
        assertThat(ErrorCode.NXBRC_BAD_REASON.wire(Version.OPENFLOW_10)).contains(new Wire(ErrorCode.NICIRA, 1, 516));
        assertThat(ErrorCode.NXBRC_BAD_REASON.wire(Version.OPENFLOW_15))
                .contains(new Wire(ErrorCode.NICIRA, 0xffff, 5));
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void noTwoErrorsShareAPlace(Version version) {
        Set<Wire> seen = new HashSet<>();
        for (ErrorCode code : ErrorCode.values()) {
            code.wire(version).ifPresent(wire -> {
                assertThat(seen.add(wire)).as("%s in %s", code, version).isTrue();
                assertThat(ErrorCode.of(version, wire)).contains(code);
            });
        }
    }

    @Test
    void everyErrorIsInSomeVersion() {
        for (ErrorCode code : ErrorCode.values()) {
            assertThat(EnumSet.allOf(Version.class))
                    .as(code.name())
                    .anyMatch(version -> code.wire(version).isPresent());
        }
    }
}
