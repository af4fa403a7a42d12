package dev.culvert.openflow.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.openflow.DecodeException;
import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.field.Bits;
import dev.culvert.openflow.field.Field;
import dev.culvert.openflow.field.FieldCode;
import dev.culvert.openflow.field.Fields;
import dev.culvert.openflow.field.Match;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MatchCodecTest {
    private static WireReader reader(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        return new WireReader(bytes, 0, bytes.length, ErrorCode.OFPBMC_BAD_LEN);
    }

    private static String hex(WireWriter out) {
        return HexFormat.of().formatHex(out.toBytes());
    }

    @Test
    void nxmAndOxmSayTheSameInTheirOwnWords() throws DecodeException {
        Match match = Match.builder()
                .exact(Fields.IN_PORT, 0xfffffffeL)
                .merge(Fields.VLAN_TCI, 0x1005, 0x1fff)
                .build();
        WireWriter nxm = new WireWriter();
        OxmCodec.write(nxm, match, Version.OPENFLOW_10);
        assertThat(hex(nxm)).isEqualTo("00000002fffe" + "00000904" + "1005" + "1fff");
        WireWriter oxm = new WireWriter();
        OxmCodec.write(oxm, match, Version.OPENFLOW_13);
        assertThat(hex(oxm)).isEqualTo("80000004fffffffe" + "80000c02" + "1005");
        assertThat(OxmCodec.read(reader(hex(nxm)), false).match()).isEqualTo(match);
        assertThat(OxmCodec.read(reader(hex(oxm)), false).match()).isEqualTo(match);
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void everyFieldOfEveryVersionIsReadBack(Version version) throws DecodeException {
        for (Field field : Fields.all()) {
            if (field.codes().isEmpty()) {
                continue;
            }
            FieldCode code = field.codeFor(version).orElseThrow();
            WireWriter out = new WireWriter();
            OxmCodec.writeHeader(out, code, field, false);
            out.bits(Bits.of(0, field.bytes()));
            try {
                assertThat(OxmCodec.read(reader(hex(out)), false).match().isAny())
                        .isFalse();
            } catch (DecodeException e) {
                assertThat(e.code()).as(field.name()).isEqualTo(ErrorCode.OFPBMC_BAD_PREREQ);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "80000a02 0800 80000a02 0800, OFPBMC_DUP_FIELD",
        "80001a02 0050, OFPBMC_BAD_PREREQ", // a TCP port of no TCP packet
        "80007e04 00000000, OFPBMC_BAD_FIELD", // a number that nobody gave out
        "12340004 00000000, OFPBMC_BAD_FIELD", // a class that nobody has
        "80000a03 080000, OFPBMC_BAD_LEN",
        "80000a04 0800, OFPBMC_BAD_LEN", // longer than what there is
        "80000b04 0800 ff00, OFPBMC_BAD_MASK", // an Ethernet type cannot be masked
        "8000070c 010000000001 ff0000000000, OFPBMC_BAD_WILDCARDS", // a bit beside the mask
        "ffff2a06 4f4e, OFPBMC_BAD_LEN" // an experimenter that is cut off
    })
    void breachesHaveTheirOwnErrors(String hex, ErrorCode code) {
        assertThatThrownBy(() -> OxmCodec.read(reader(hex), false))
                .isInstanceOfSatisfying(
                        DecodeException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void wideRegistersAreSeveralNarrowOnes() throws DecodeException {
        Match match = OxmCodec.read(reader("80010408 0000001234567890"), false).match();
        assertThat(match.exact(Fields.find("reg4").orElseThrow())).contains(0x12L);
        assertThat(match.exact(Fields.find("reg5").orElseThrow())).contains(0x34567890L);
    }

    @Test
    void aCookieInANiciraQueryIsNoField() throws DecodeException {
        OxmCodec.WithCookie read = OxmCodec.read(reader("00013d10 0000000000000005 00000000000000ff"), true);
        assertThat(read.cookie()).isEqualTo(5);
        assertThat(read.cookieMask()).isEqualTo(0xff);
        assertThat(read.match().isAny()).isTrue();
    }

    @Test
    void fixedFormsHoldWhatTheyCan() throws DecodeException {
        WireWriter of10 = new WireWriter();
        Match10Codec.write(of10, Samples.TCP);
        assertThat(Match10Codec.read(reader(hex(of10)))).isEqualTo(Samples.TCP);
        WireWriter of11 = new WireWriter();
        Match11Codec.write(of11, Samples.TCP);
        assertThat(Match11Codec.read(reader(hex(of11)))).isEqualTo(Samples.TCP);
    }

    @Test
    void anEmptyMatchIsAllWildcards() throws DecodeException {
        WireWriter of10 = new WireWriter();
        Match10Codec.write(of10, Match.ANY);
        assertThat(Match10Codec.read(reader(hex(of10)))).isEqualTo(Match.ANY);
        assertThat(Match10Codec.read(reader("003fffff" + "00".repeat(36)))).isEqualTo(Match.ANY);
        WireWriter of11 = new WireWriter();
        Match11Codec.write(of11, Match.ANY);
        // the match of the query that ovs-ofctl sends for all flows
        assertThat(hex(of11))
                .isEqualTo("0000005800000000000003ff000000000000ffffffffffff000000000000ffffffffffff"
                        + "000000000000000000000000ffffffff00000000ffffffff"
                        + "0000000000000000000000000000000000000000ffffffffffffffff");
    }

    @Test
    void theSameWordsOfAnArpPacketMeanOtherFields() throws DecodeException {
        // OpenFlow 1.0: dl_type and nw_proto exact, all else wild
        Match match = Match10Codec.read(reader("003fffcf" + "0000" + "00".repeat(12) + "0000" + "00" + "00" + "0806"
                + "00" + "02" + "0000" + "00".repeat(12)));
        assertThat(match.exact(Fields.ARP_OP)).contains(2L);
        assertThat(match.get(Fields.NW_PROTO)).isEmpty();
    }
}
