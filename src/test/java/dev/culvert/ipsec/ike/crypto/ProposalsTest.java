package dev.culvert.ipsec.ike.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.ipsec.ike.message.Proposal;
import dev.culvert.ipsec.ike.message.Protocol;
import dev.culvert.ipsec.ike.message.Transform;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which algorithms are offered, and which are taken. */
class ProposalsTest {
    @Test
    void theFirstOfferIsThatOfOvsMonitorIpsec() {
        assertThat(Proposals.IKE.forIke(0).getFirst())
                .isEqualTo(new Proposal(
                        1,
                        Protocol.IKE,
                        0,
                        0,
                        List.of(new Transform(1, 20, 256), new Transform(2, 5), new Transform(4, 14))));
        assertThat(Proposals.ESP.forEsp(0x8000_0001, false).getFirst())
                .isEqualTo(new Proposal(
                        1, Protocol.ESP, 0x8000_0001L, 4, List.of(new Transform(1, 20, 256), new Transform(5, 0))));
        assertThat(Proposals.IKE.firstGroup()).isEqualTo(KeGroup.MODP2048);
    }

    /** IANA's numbers of what RFC 8247 and RFC 8221 discourage, and of everything that we do not know. */
    @Test
    void nothingWeakerIsOfferedOrTaken() {
        List<Integer> ciphers = List.of(12, 20);
        for (Proposal proposal : Proposals.IKE.forIke(0)) {
            for (Transform transform : proposal.transforms()) {
                switch (transform.type()) {
                    case Transform.ENCR -> assertThat(ciphers).contains(transform.id());
                    case Transform.PRF -> assertThat(transform.id()).isBetween(5, 7);
                    case Transform.INTEG -> assertThat(transform.id()).isBetween(12, 14);
                    default -> assertThat(List.of(14, 15, 16, 19, 20, 31)).contains(transform.id());
                }
            }
        }
        List<Transform> good =
                List.of(new Transform(1, 12, 256), new Transform(2, 5), new Transform(3, 12), new Transform(4, 19));
        assertThat(choice(good)).isNotNull();
        for (Transform weak : List.of(
                new Transform(1, 3),
                new Transform(1, 12, 64),
                new Transform(1, 12, 0),
                new Transform(1, 18, 128),
                new Transform(2, 2),
                new Transform(3, 2),
                new Transform(4, 2),
                new Transform(4, 5),
                new Transform(4, 22))) {
            List<Transform> changed = new ArrayList<>(good);
            changed.removeIf(transform -> transform.type() == weak.type());
            assertThat(choice(changed)).as("without %s", weak).isNull();
            changed.add(weak);
            assertThat(choice(changed)).as("%s", weak).isNull();
        }
    }

    private static Proposals.IkeChoice choice(List<Transform> transforms) {
        return Proposals.IKE.chooseIke(List.of(new Proposal(1, Protocol.IKE, 0, 0, transforms)), null);
    }

    @Test
    void aTypeOfTransformThatIsNotKnownSpoilsAProposal() {
        List<Transform> transforms =
                new ArrayList<>(List.of(new Transform(1, 20, 128), new Transform(2, 5), new Transform(4, 31)));
        assertThat(choice(transforms)).isNotNull();
        transforms.add(new Transform(6, 36)); // an additional key exchange, RFC 9370
        assertThat(choice(transforms)).isNull();
        transforms.add(new Transform(6, 0));
        assertThat(choice(transforms)).isNull();
    }

    @Test
    void theGroupThatHasBegunIsPreferred() {
        List<Proposal> theirs =
                Proposals.parseIke("aes128gcm16-prfsha256-curve25519-ecp256!").forIke(0);
        assertThat(Proposals.IKE.chooseIke(theirs, KeGroup.ECP256).suite().group())
                .isEqualTo(KeGroup.ECP256);
        assertThat(Proposals.IKE.chooseIke(theirs, KeGroup.MODP4096).suite().group())
                .isEqualTo(KeGroup.CURVE25519);
    }

    @Test
    void withAndWithoutAKeyExchange() {
        List<Proposal> with = Proposals.parseEsp("aes128gcm16-ecp256!").forEsp(1000, true);
        List<Proposal> without = Proposals.parseEsp("aes128gcm16!").forEsp(1000, true);
        assertThat(Proposals.ESP
                        .chooseEsp(with, KeGroup.ECP256, true)
                        .transforms()
                        .group())
                .isEqualTo(KeGroup.ECP256);
        assertThat(Proposals.ESP.chooseEsp(without, null, true).transforms().group())
                .isEqualTo(KeGroup.NONE);
        assertThat(Proposals.parseEsp("aes128gcm16!").chooseEsp(with, null, true))
                .isNull();
        assertThat(Proposals.parseEsp("aes128gcm16-esn!").chooseEsp(with, KeGroup.ECP256, true))
                .isNull();
        List<Proposal> both = Proposals.parseEsp("aes128gcm16-esn-noesn!").forEsp(1000, false);
        assertThat(Proposals.parseEsp("aes128gcm16-esn!")
                        .chooseEsp(both, null, false)
                        .transforms()
                        .toString())
                .isEqualTo("aes128gcm16-esn");
    }

    @ParameterizedTest
    @CsvSource({
        "aes256gcm16-sha256-modp2048!, aes256gcm16-prfsha256-modp2048",
        "aes128gcm128-prfsha384-x25519!, aes128gcm16-prfsha384-curve25519",
        "aes-sha256-modp3072!, aes128-sha256-prfsha256-modp3072",
        "AES256-SHA2_512-PRFSHA256-ECP384!, aes256-sha512-prfsha256-ecp384"
    })
    void wordsOfStrongSwan(String text, String suite) {
        Proposals proposals = Proposals.parseIke(text);
        assertThat(proposals.forIke(0)).hasSize(1);
        assertThat(proposals.chooseIke(proposals.forIke(0), null).suite().toString())
                .isEqualTo(suite);
        assertThat(Proposals.parseIke(text.replace("!", "")).forIke(0)).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "!",
                "3des-sha1-modp1024",
                "aes128-sha1-modp2048",
                "aes128gcm8-sha256-ecp256",
                "aes128-sha256",
                "aes128gcm16-ecp256",
                "sha256-ecp256",
                "aes128-aes128gcm16-sha256-ecp256",
                "none",
                "aes128-md5-ecp256",
                "aes128gcm16-sha256-ecp256,",
                "aes128gcm16-sha256-modp1024",
                "aes128gcm16-sha256-modpnone"
            })
    void whatIsUnknownOrWeakIsRefused(String text) {
        assertThatThrownBy(() -> Proposals.parseIke(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
