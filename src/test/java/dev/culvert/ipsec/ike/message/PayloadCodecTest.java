package dev.culvert.ipsec.ike.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.packet.IpAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages are written as the RFC draws them, and read back; whatever is cut off is refused. */
class PayloadCodecTest {
    private static final IpAddress FIRST = IpAddress.parse("192.0.2.1");
    private static final IpAddress SIX = IpAddress.parse("2001:db8::1");

    private static final List<Payload> ALL = List.of(
            new Payload.Sa(List.of(
                    new Proposal(1, Protocol.ESP, 0xfedcba98L, 4, List.of(new Transform(Transform.ENCR, 20, 256))),
                    new Proposal(
                            2, Protocol.IKE, -2, 8, List.of(new Transform(Transform.PRF, 5), new Transform(4, 31))))),
            new Payload.Ke(31, new byte[32]),
            new Payload.Id(true, Identity.of(FIRST)),
            new Payload.Id(false, Identity.parse("@host.example")),
            new Payload.Cert(4, new byte[] {1, 2, 3}),
            new Payload.CertRequest(4, new byte[20]),
            new Payload.Auth(2, new byte[32]),
            new Payload.Nonce(new byte[16]),
            Payload.Notify.ofEsp(0x1234, NotifyType.REKEY_SA),
            new Payload.Notify(NotifyType.INVALID_KE_PAYLOAD, (byte) 0, (byte) 19),
            new Payload.Delete(Protocol.ESP, List.of(1, -1)),
            new Payload.Delete(Protocol.IKE, List.of()),
            new Payload.Ts(true, List.of(new TrafficSelector(17, 4789, 4789, FIRST, FIRST))),
            new Payload.Ts(false, List.of(new TrafficSelector(47, 0, 65535, SIX, SIX))));

    @Test
    void whatIsWrittenIsRead() throws Exception {
        byte[] bytes = PayloadWriter.chain(ALL);
        List<Payload> read = PayloadReader.read(PayloadWriter.firstType(ALL), bytes, 0);
        assertThat(read).usingRecursiveComparison().isEqualTo(ALL);
    }

    @Test
    void whatIsCutOffIsRefused() throws Exception {
        for (Payload payload : ALL) {
            byte[] bytes = PayloadWriter.chain(List.of(payload));
            int type = PayloadWriter.firstType(List.of(payload));
            for (int length = 0; length < bytes.length; length++) {
                byte[] cut = Arrays.copyOf(bytes, length);
                assertThatThrownBy(() -> PayloadReader.read(type, cut, 0)).isInstanceOf(MalformedException.class);
            }
            byte[] more = Arrays.copyOf(bytes, bytes.length + 1);
            assertThatThrownBy(() -> PayloadReader.read(type, more, 0)).isInstanceOf(MalformedException.class);
        }
    }

    /** RFC 7296 figures 4 to 8, and an attribute that nobody knows: that transform is none to choose. */
    @Test
    void theDrawingsOfTheRfc() throws Exception {
        byte[] bytes = HexFormat.of()
                .parseHex("0000002c" + "0000002801010003" + "0300000c0100000c800e0100" + "0300000801000014"
                        + "0000000c0200000580010002");
        List<Payload> read = PayloadReader.read(PayloadType.SA, bytes, 0);
        assertThat(read)
                .containsExactly(new Payload.Sa(List.of(new Proposal(
                        1,
                        Protocol.IKE,
                        0,
                        0,
                        List.of(new Transform(1, 12, 256), new Transform(1, 20, 0), new Transform(2, 5, -1))))));
    }

    @Test
    void unknownPayloadsAreCriticalOrNot() throws Exception {
        byte[] plain = HexFormat.of().parseHex("00000004");
        byte[] critical = HexFormat.of().parseHex("00800004");
        assertThat(PayloadReader.read(99, plain, 0)).containsExactly(new Payload.Other(99, false));
        assertThat(PayloadReader.read(99, critical, 0)).containsExactly(new Payload.Other(99, true));
        // the RFC's own types are known even where they are of no use
        assertThat(PayloadReader.read(47, critical, 0)).containsExactly(new Payload.Other(47, false));
    }

    @Test
    void identities() {
        assertThat(Identity.parse("192.0.2.1").toString()).isEqualTo("192.0.2.1");
        assertThat(Identity.parse("2001:db8::1").type()).isEqualTo(Identity.ID_IPV6_ADDR);
        assertThat(Identity.parse("@a.example")).isEqualTo(Identity.parse("a.example"));
        assertThat(Identity.parse("me@a.example").type()).isEqualTo(Identity.ID_RFC822_ADDR);
        assertThat(new Identity(Identity.ID_FQDN, new byte[] {'a', '\n', 'b'}).toString())
                .isEqualTo("a.b");
        assertThat(new Identity(Identity.ID_DER_ASN1_DN, new byte[3]).toString())
                .isEqualTo("no distinguished name");
        assertThat(new Identity(Identity.ID_IPV4_ADDR, new byte[3]).toString()).isEqualTo("no address");
        assertThat(new Identity(77, new byte[] {1}).toString()).isEqualTo("id 77:01");
    }

    @Test
    void headers() throws Exception {
        byte[] message = PayloadWriter.message(new IkeHeader(1, 2, 0, 37, true, true, 9), List.of());
        assertThat(IkeHeader.read(message)).isEqualTo(new IkeHeader(1, 2, 0, 37, true, true, 9));
        message[17] = 0x10;
        assertThatThrownBy(() -> IkeHeader.read(message)).hasMessage("not version 2");
        assertThatThrownBy(() -> IkeHeader.read(new byte[27])).hasMessage("shorter than a header");
        message[17] = 0x20;
        message[27]++;
        assertThatThrownBy(() -> IkeHeader.read(message)).hasMessage("not as long as it says");
    }
}
