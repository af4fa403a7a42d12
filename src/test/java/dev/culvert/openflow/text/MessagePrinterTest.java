package dev.culvert.openflow.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.openflow.OfPort;
import dev.culvert.openflow.field.Fields;
import dev.culvert.openflow.field.Match;
import dev.culvert.openflow.message.Action;
import dev.culvert.openflow.message.FlowStats;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagePrinterTest {
    private static String print(String hex) {
        return MessagePrinter.print(HexFormat.of().parseHex(hex.replace(" ", "")), PrintOptions.PLAIN);
    }

    @Test
    void aFreshBridgeIsPrintedAsOpenVswitchPrintsIt() {
        assertThat(print(
                        "0111005000000004ffff0000000023200000000000000000003800000000004307ed6b40000000000000000000440044"
                                + "00000000000000000000000000000000000000000000000000000008fffa0000"))
                .isEqualTo("""
                        NXST_FLOW reply (xid=0x4):
                         cookie=0x0, duration=67.133s, table=0, n_packets=0, n_bytes=0, idle_age=67,\
                         priority=0 actions=NORMAL
                        """);
        assertThat(print("0413006000000002000100000000000000500000000000492540be40" + "00".repeat(36)
                        + "0001000400000000" + "000400180000000000000010fffffffa0000000000000000"))
                .isEqualTo("""
                        OFPST_FLOW reply (OF1.3) (xid=0x2):
                         cookie=0x0, duration=73.625s, table=0, n_packets=0, n_bytes=0, priority=0 actions=NORMAL
                        """);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    0512001000000005 0003000000000000 | OFPST_TABLE request (OF1.4) (xid=0x5):
                    010200080000000a | OFPT_ECHO_REQUEST (xid=0xa): 0 bytes of payload
                    0108000c00000004 00050080 | OFPT_GET_CONFIG_REPLY (xid=0x4): frags=drop invalid_ttl_to_controller miss_send_len=128
                    0104001400000005 00002320 0000000a 00000001 | NXT_ROLE_REQUEST (xid=0x5): role=primary
                    0318001800000005 0000000300000000 0000000000000007 | OFPT_ROLE_REQUEST (OF1.2) (xid=0x5): role=secondary generation_id=7
                    """)
    void manyMessagesAreOneLine(String hex, String text) {
        assertThat(print(hex)).isEqualTo(text + "\n");
    }

    @Test
    void aHelloShowsItsVersions() {
        assertThat(print("0100000800000001")).isEqualTo("OFPT_HELLO (xid=0x1):\n version bitmap: 0x01\n");
    }

    @Test
    void whatMakesNoSenseIsDumped() {
        assertThat(print("0128000a000000056162"))
                .isEqualTo("***decode error: OFPBRC_BAD_TYPE***\n"
                        + "00000000  01 28 00 0a 00 00 00 05-61 62                   |.(......ab      |\n");
        assertThat(print("0107000900000005ff"))
                .isEqualTo("OFPT_GET_CONFIG_REQUEST (xid=0x5): ***decode error: OFPBRC_BAD_LEN***\n"
                        + "00000000  01 07 00 09 00 00 00 05-ff                      |.........       |\n");
    }

    @Test
    void anErrorShowsTheRequest() {
        assertThat(print("01010014 00000007 00010001 0105000800000007"))
                .isEqualTo("OFPT_ERROR (xid=0x7): OFPBRC_BAD_TYPE\nOFPT_FEATURES_REQUEST (xid=0x7):\n");
    }

    @Test
    void partsOfALongAnswerSaySo() {
        assertThat(print("0111000c 00000005 0004 0001"))
                .isEqualTo("OFPST_PORT reply (xid=0x5): flags=[more] 0 ports\n");
    }

    @Test
    void portsGoByTheirNamesInQuotesWhereNeeded() {
        PrintOptions named = new PrintOptions(0, Map.of(1, "p1", 2, "br-int", 3, "local"), true, false);
        FlowStats flow = FlowStats.permanent(
                2,
                0x8000,
                Match.builder().exact(Fields.IN_PORT, 1).build(),
                0,
                5,
                1,
                60,
                List.of(new Action.Output(2, 0), new Action.Output(3, 0), new Action.Output(OfPort.LOCAL, 0)));
        assertThat(FlowText.format(flow, named))
                .isEqualTo(" cookie=0x0, duration=0s, table=2, n_packets=1, n_bytes=60, in_port=p1"
                        + " actions=output:\"br-int\",output:\"local\",LOCAL");
    }

    @Test
    void listsOfFieldsShareTheirFirstWords() {
        assertThat(FieldSetText.format(List.of(
                        field("tun_id"),
                        field("tun_gbp_id"),
                        field("tun_gbp_flags"),
                        field("tun_metadata0"),
                        field("tun_metadata1"),
                        field("tun_metadata2"),
                        field("metadata"),
                        field("reg0"),
                        field("reg1"),
                        field("nw_proto"))))
                .isEqualTo("tun_{id,gbp_{id,flags},metadata0...metadata2} metadata reg0...reg1 nw_proto");
    }

    private static dev.culvert.openflow.field.Field field(String name) {
        return Fields.find(name).orElseThrow();
    }
}
