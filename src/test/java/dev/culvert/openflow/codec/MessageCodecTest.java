package dev.culvert.openflow.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.openflow.DecodeException;
import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.OfPort;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.field.Bits;
import dev.culvert.openflow.field.Match;
import dev.culvert.openflow.message.Action;
import dev.culvert.openflow.message.Envelope;
import dev.culvert.openflow.message.FlowStats;
import dev.culvert.openflow.message.Message;
import dev.culvert.openflow.message.MessageType;
import dev.culvert.openflow.message.PortDescription;
import dev.culvert.openflow.message.PortStats;
import dev.culvert.openflow.message.StatsReply;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MessageCodecTest {
    private static Envelope read(String hex) throws DecodeException {
        return MessageReader.read(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void whatIsWrittenIsReadBack(Version version) throws DecodeException {
        for (Message message : Samples.of(version)) {
            Envelope envelope = new Envelope(version, 0x12345678, message);
            List<byte[]> written = MessageWriter.write(envelope);
            assertThat(written).as(message.toString()).hasSize(1);
            assertThat(MessageReader.read(written.getFirst())).isEqualTo(envelope);
        }
    }

    @ParameterizedTest
    @CsvSource({"OPENFLOW_10,48", "OPENFLOW_11,64", "OPENFLOW_12,64"})
    void portsThatDoNotFitAreMissedByWhoReadsThem(Version version, int size) throws DecodeException {
        List<PortDescription> ports = IntStream.rangeClosed(1, 2000)
                .mapToObj(i -> new PortDescription(i, i, "p" + i, Set.of(), Set.of()))
                .toList();
        Message reply = new Message.FeaturesReply(1, 0, 254, 0, Set.of(), Set.of(), ports);
        byte[] whole = MessageWriter.write(new Envelope(version, 1, reply)).getFirst();
        // Open vSwitch's tools ask for the rest where no further port would have had room
        assertThat(whole).hasSizeBetween(0x10000 - size, 0xffff);
        Message.FeaturesReply read =
                (Message.FeaturesReply) MessageReader.read(whole).message();
        assertThat(read.ports()).isEqualTo(ports.subList(0, (whole.length - 32) / size));
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void aMessageThatIsCutIsRefusedAndNothingElse(Version version) {
        for (Message message : Samples.of(version)) {
            byte[] whole =
                    MessageWriter.write(new Envelope(version, 1, message)).getFirst();
            for (int length = Frame.HEADER; length < whole.length; length++) {
                byte[] cut = java.util.Arrays.copyOf(whole, length);
                cut[2] = (byte) (length >> 8);
                cut[3] = (byte) length;
                try {
                    // a list may end between two of its elements, and a payload anywhere
                    assertThat(MessageReader.read(cut).version()).isEqualTo(version);
                } catch (DecodeException e) {
                    assertThat(e.code()).isNotNull();
                }
            }
        }
    }

    @Test
    void aFreshBridgeOfOpenVswitchIsUnderstood() throws DecodeException {
        // NXST_FLOW reply of Open vSwitch 3.1
        Envelope nicira = read(
                "01110050 00000004 ffff0000 00002320 00000000 00000000 0038 00 00 00000043 07ed6b40"
                        + "0000 0000 0000 0000 0044 0044 0000000000000000 0000000000000000 0000000000000000 00000008 fffa 0000");
        FlowStats flow = ((StatsReply.Flows) nicira.message()).flows().getFirst();
        assertThat(flow.match()).isEqualTo(Match.ANY);
        assertThat(flow.idleAge()).isEqualTo(0x43);
        assertThat(flow.hardAge()).isEqualTo(0x43);
        assertThat(flow.durationNanos()).isEqualTo(0x43 * 1_000_000_000L + 133_000_000);
        assertThat(flow.instructions())
                .isEqualTo(
                        FlowStats.permanent(0, 0, Match.ANY, 0, 0, 0, 0, List.of(new Action.Output(OfPort.NORMAL, 0)))
                                .instructions());

        // OFPST_FLOW reply of Open vSwitch 3.1, OpenFlow 1.5
        Envelope latest = read("06130080 00000002 00010000 00000000 0070 0000 00 00 0000 0000 0000 0000 0000"
                + "0000000000000000 00010004 00000000 00000034 80020008 0000004d 361efb00 80020208 0000004d 00000000"
                + "80020808 0000000000000000 80020a08 0000000000000000 00000000 0004 0018 00000000 0000 0010 fffffffa 0000"
                + "000000000000");
        FlowStats same = ((StatsReply.Flows) latest.message()).flows().getFirst();
        assertThat(same.idleAge()).isEqualTo(0x4d);
        assertThat(same.packets()).isZero();
        assertThat(same.instructions()).isEqualTo(flow.instructions());
    }

    @ParameterizedTest
    @CsvSource({
        "0109000800000001, OFPBRC_BAD_LEN", // a body is missing
        "0105000900000001ff, OFPBRC_BAD_LEN", // one byte too many
        "0763000800000001, OFPBRC_BAD_VERSION",
        "0163000800000001, OFPBRC_BAD_TYPE",
        "0404001000000001 00001234 00000001, OFPBRC_BAD_VENDOR",
        "0404001000000001 00002320 0000ffff, OFPBRC_BAD_SUBTYPE",
        "0412001000000001 00ff0000 00000000, OFPBRC_BAD_STAT",
        "0110000c00000001 000e0000, OFPBRC_BAD_STAT", // table descriptions came with OpenFlow 1.4
        "0418001800000001 00000009 00000000 0000000000000000, OFPRRFC_BAD_ROLE"
    })
    void breachesHaveTheirOwnErrors(String hex, ErrorCode code) {
        assertThatThrownBy(() -> read(hex))
                .isInstanceOfSatisfying(
                        DecodeException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void aPortStatusNeedsAReasonThatExists() {
        String port = "0001" + "aa5500000001" + "00".repeat(40);
        assertThatThrownBy(() -> read("010c004000000001" + "0500000000000000" + port))
                .isInstanceOfSatisfying(
                        DecodeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NXBRC_BAD_REASON));
    }

    @Test
    void aKnownTypeWithoutAFormIsKept() throws DecodeException {
        Message message = read("010e0010 00000001 0102030405060708").message();
        assertThat(message).isEqualTo(new Message.Other(MessageType.OFPT_FLOW_MOD, Bits.of(0x0102030405060708L, 8)));
    }

    @Test
    void aLongListTravelsInParts() throws DecodeException {
        List<PortStats> ports = Collections.nCopies(2_000, PortStats.of(1, 0, java.util.Map.of()));
        List<byte[]> parts = MessageWriter.write(new Envelope(Version.OPENFLOW_13, 5, new StatsReply.Ports(ports)));
        List<PortStats> read = new ArrayList<>();
        for (byte[] part : parts) {
            Envelope envelope = MessageReader.read(part);
            assertThat(envelope.more()).isEqualTo(part != parts.getLast());
            read.addAll(((StatsReply.Ports) envelope.message()).ports());
        }
        assertThat(parts).hasSizeGreaterThan(3);
        assertThat(read).isEqualTo(ports);
    }

    @Test
    void anErrorRepeatsTheRequestAndItsTransaction() throws DecodeException {
        byte[] request = HexFormat.of().parseHex("0163000800abcdef");
        Envelope error =
                MessageReader.read(MessageWriter.error(Version.OPENFLOW_10, ErrorCode.OFPBRC_BAD_TYPE, request));
        assertThat(error.xid()).isEqualTo(0x00abcdef);
        assertThat(error.message()).isEqualTo(new Message.Failure(new ErrorCode.Wire(0, 1, 1), Bits.of(request)));
    }

    @Test
    void anErrorThatAVersionLacksIsSaidInNicirasWay() throws DecodeException {
        byte[] stale = MessageWriter.error(Version.OPENFLOW_10, ErrorCode.OFPRRFC_STALE, new byte[8]);
        Message.Failure failure = (Message.Failure) MessageReader.read(stale).message();
        assertThat(ErrorCode.of(Version.OPENFLOW_10, failure.place())).contains(ErrorCode.NXBRC_UNENCODABLE_ERROR);
    }

    @ParameterizedTest
    @CsvSource({
        "0600000800000001, OPENFLOW_15, 6, true", // no bitmap: all versions up to its own
        "0900000800000001, OPENFLOW_15, 6, true", // a version of the future
        "0400001000000001 00010008 00000012, OPENFLOW_13, 2, true", // 1.0 and 1.3
        "0400001000000001 00020008 00000012, OPENFLOW_13, 4, false", // an unknown element
        "0400000a00000001 0001, OPENFLOW_13, 4, false", // a torn one
        "0400000c00000001 00010000, OPENFLOW_13, 4, false" // one that is shorter than itself
    })
    void hellosAreReadWhateverTheirVersion(String hex, Version highest, int count, boolean understood) {
        HelloCodec.Offer offer = HelloCodec.read(HexFormat.of().parseHex(hex.replace(" ", "")));
        assertThat(offer.message().versions()).hasSize(count).contains(highest);
        assertThat(offer.understood()).isEqualTo(understood);
    }

    @Test
    void aHelloHasABitmapOnlyWhereItSaysMore() {
        assertThat(HelloCodec.write(EnumSet.allOf(Version.class), 1)).containsExactly(6, 0, 0, 8, 0, 0, 0, 1);
        assertThat(HelloCodec.write(Set.of(Version.OPENFLOW_13), 1))
                .containsExactly(4, 0, 0, 16, 0, 0, 0, 1, 0, 1, 0, 8, 0, 0, 0, 0x10);
    }
}
