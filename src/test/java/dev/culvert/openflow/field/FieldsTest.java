package dev.culvert.openflow.field;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.Version;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FieldsTest {
    @Test
    void familiesAreWrittenOutWithTheirNumbers() {
        assertThat(Fields.all()).hasSize(89 - 4 + 2 + 16 + 8 + 4 + 64);
        assertThat(Fields.find(1, 0, 7)).contains(Fields.find("reg7").orElseThrow());
        assertThat(Fields.find(1, 0, 40 + 63))
                .contains(Fields.find("tun_metadata63").orElseThrow());
        assertThat(Fields.find(0x8001, 0, 3)).contains(Fields.find("xreg3").orElseThrow());
    }

    @Test
    void otherNamesFindTheSameField() {
        assertThat(Fields.find("dl_src")).contains(Fields.ETH_SRC);
        assertThat(Fields.find("tunnel_id")).isEqualTo(Fields.find("tun_id"));
        assertThat(Fields.find("no_such_field")).isEmpty();
    }

    @Test
    void eachVersionGetsTheNumberThatItKnows() {
        Field flags = Fields.find("tcp_flags").orElseThrow();
        assertThat(flags.codeFor(Version.OPENFLOW_10).orElseThrow().name()).isEqualTo("NXM_NX_TCP_FLAGS");
        assertThat(flags.codeFor(Version.OPENFLOW_13).orElseThrow().experimenter())
                .isEqualTo(ErrorCode.ONF);
        assertThat(flags.codeFor(Version.OPENFLOW_15).orElseThrow().name()).isEqualTo("OXM_OF_TCP_FLAGS");
        assertThat(Fields.METADATA.codeFor(Version.OPENFLOW_10).orElseThrow().name())
                .isEqualTo("OXM_OF_METADATA");
        assertThat(Fields.find("skb_priority").orElseThrow().codeFor(Version.OPENFLOW_15))
                .isEmpty();
    }

    @Test
    void noNumberStandsForTwoFields() {
        Set<FieldCode> seen = new HashSet<>();
        for (Field field : Fields.all()) {
            for (FieldCode code : field.codes()) {
                assertThat(seen.add(code)).as(code.name()).isTrue();
                assertThat(Fields.find(code.oxmClass(), code.experimenter(), code.number()))
                        .contains(field);
            }
        }
    }

    @Test
    void prefixesAreToldFromOtherMasks() {
        assertThat(Bits.of(0xffff0000L, 4).prefixLength()).isEqualTo(16);
        assertThat(Bits.of(0xff00ff00L, 4).prefixLength()).isEqualTo(-1);
        assertThat(Bits.of(0, 4).prefixLength()).isZero();
        assertThat(Bits.ones(16).prefixLength()).isEqualTo(128);
    }

    @Test
    void aConditionHasNoBitsBesideItsMask() {
        Match match = Match.builder()
                .masked(Fields.IP_SRC, Bits.of(0x0a0b0c0dL, 4), Bits.prefix(8, 4))
                .build();
        assertThat(match.get(Fields.IP_SRC).orElseThrow().value()).isEqualTo(Bits.of(0x0a000000L, 4));
        assertThat(Match.builder()
                        .masked(Fields.IP_SRC, Bits.of(1, 4), Bits.of(0, 4))
                        .build())
                .isEqualTo(Match.ANY);
    }
}
