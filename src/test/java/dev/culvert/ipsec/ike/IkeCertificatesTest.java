package dev.culvert.ipsec.ike;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.ipsec.ike.message.ExchangeType;
import dev.culvert.ipsec.ike.message.NotifyType;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two engines that know each other by certificates. */
@Timeout(60)
class IkeCertificatesTest {
    private static final List<ChildPolicy> GRE = ChildPolicy.gre("tun0");

    private static TestCertificates certificates;
    private static TestCertificates.Pair rsa;
    private static TestCertificates.Pair ec;
    private static TestCertificates.Pair ed;
    private static TestCertificates.Pair ca;
    private static TestCertificates.Pair left;
    private static TestCertificates.Pair right;

    @BeforeAll
    static void make() throws Exception {
        certificates = new TestCertificates();
        rsa = certificates.selfSigned("rsa.example", "-keyalg", "RSA", "-keysize", "2048");
        ec = certificates.selfSigned("ec.example", "-keyalg", "EC", "-groupname", "secp384r1");
        ed = certificates.selfSigned("ed.example", "-keyalg", "Ed25519");
        ca = certificates.authority("ca");
        certificates.signedBy("ca", "between", "bc:c=ca:true");
        left = certificates.signedBy("between", "left.example", "san=dns:left.example");
        right = certificates.signedBy("ca", "right.example", "san=dns:right.example");
    }

    @AfterAll
    static void tidy() throws Exception {
        certificates.close();
    }

    private static EnginePair pair(CertificateCredentials a, CertificateCredentials b) {
        EnginePair pair = new EnginePair(1);
        pair.onlyAInitiates();
        pair.b.put(EnginePair.peerOfB(b, GRE), pair.now);
        pair.a.put(EnginePair.peerOfA(a, GRE), pair.now);
        return pair;
    }

    private static CertificateCredentials pinned(TestCertificates.Pair us, TestCertificates.Pair them) {
        return CertificateCredentials.pinned(us.chain(), us.key(), them.certificate());
    }

    private static CertificateCredentials authority(TestCertificates.Pair us, String them) {
        return CertificateCredentials.authority(us.chain(), us.key(), List.of(ca.certificate()), them);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa", "ec", "ed"})
    void knownCertificates(String kind) {
        TestCertificates.Pair other = kind.equals("rsa") ? rsa : kind.equals("ec") ? ec : ed;
        EnginePair pair = pair(pinned(rsa, other), pinned(other, rsa));
        pair.await(Duration.ofSeconds(30), pair::bothUp);
        pair.assertKeysAgree(1);
        assertThat(pair.statusA().remoteIdentity()).isEqualTo(kind + ".example");
        assertThat(pair.statusB().remoteIdentity()).isEqualTo("rsa.example");
    }

    @Test
    void anAuthorityAndANameWithFragmentsThatGetLost() {
        for (int seed = 0; seed < 5; seed++) {
            EnginePair pair = new EnginePair(seed);
            pair.loss = 0.3;
            pair.doubling = 0.3;
            pair.jitter = Duration.ofMillis(50).toNanos();
            pair.a.put(EnginePair.peerOfA(authority(left, "right.example"), GRE), pair.now);
            pair.b.put(EnginePair.peerOfB(authority(right, "left.example"), GRE), pair.now);
            pair.await(Duration.ofMinutes(5), pair::bothUp);
            pair.loss = 0;
            pair.pass(Duration.ofSeconds(40));
            pair.assertKeysAgree(1);
            assertThat(pair.seen).anyMatch(datagram -> datagram.message()[16] == 53);
            assertThat(pair.seen).allMatch(datagram -> datagram.message().length <= 1248);
        }
    }

    @Test
    void whoIsSomebodyElseIsRefused() throws Exception {
        assertRefused(authority(left, "right.example"), authority(right, "other.example"));
        assertRefused(authority(left, "other.example"), authority(right, "left.example"));
        assertRefused(pinned(rsa, ec), pinned(ed, rsa));
        TestCertificates.Pair stranger = certificates.selfSigned("right.example2");
        assertRefused(
                authority(left, "right.example2"),
                CertificateCredentials.authority(
                        stranger.chain(), stranger.key(), List.of(ca.certificate()), "left.example"));
        TestCertificates.Pair old = certificates.selfSigned(
                "old.example", "-keyalg", "EC", "-groupname", "secp256r1", "-startdate", "-60d");
        assertRefused(pinned(rsa, old), pinned(old, rsa));
        // the right certificate, and another key
        assertRefused(
                authority(left, "right.example"),
                CertificateCredentials.authority(right.chain(), left.key(), List.of(ca.certificate()), "left.example"));
    }

    private static void assertRefused(CertificateCredentials a, CertificateCredentials b) {
        EnginePair pair = pair(a, b);
        pair.await(
                Duration.ofSeconds(30),
                () -> pair.statusA().state() == PeerStatus.State.AUTHENTICATION_FAILED
                        && pair.statusB().state() == PeerStatus.State.AUTHENTICATION_FAILED);
        assertThat(pair.hostA.installed).isEmpty();
        pair.pass(Duration.ofSeconds(5));
        assertThat(pair.hostB.installed).isEmpty();
    }

    @Test
    void takingAwayWhatAPeerSaidOfHashesIsNoticed() {
        EnginePair pair = new EnginePair(3);
        pair.onTheWay = datagram -> {
            byte[] message = datagram.message().clone();
            for (int i = 28; message[18] == ExchangeType.IKE_SA_INIT && i + 8 < message.length; i++) {
                if (message[i] == (byte) (NotifyType.SIGNATURE_HASH_ALGORITHMS >> 8)
                        && message[i + 1] == (byte) NotifyType.SIGNATURE_HASH_ALGORITHMS
                        && message[i - 1] == 0
                        && message[i - 2] == 0) {
                    message[i + 1]++;
                }
            }
            return new IkeDatagram(
                    datagram.local(), datagram.localPort(), datagram.remote(), datagram.remotePort(), message);
        };
        pair.b.put(EnginePair.peerOfB(pinned(rsa, ec), GRE), pair.now);
        pair.a.put(EnginePair.peerOfA(pinned(ec, rsa), GRE), pair.now);
        pair.await(
                Duration.ofSeconds(30),
                () -> pair.statusA().state() == PeerStatus.State.AUTHENTICATION_FAILED
                        && pair.statusB().state() == PeerStatus.State.AUTHENTICATION_FAILED);
    }

    @Test
    void aCommonNameThatIsNoDnsNameIsSaid() throws Exception {
        TestCertificates.Pair plain = certificates.authority("plain");
        assertThatThrownBy(() -> pinned(plain, rsa)).hasMessageContaining("is not among its DNS names");
        assertThat(pinned(rsa, ec).toString()).isEqualTo("certificate of rsa.example for ec.example");
        assertThat(pinned(rsa, ec)).isEqualTo(pinned(rsa, ec)).isNotEqualTo(pinned(rsa, ed));
    }
}
