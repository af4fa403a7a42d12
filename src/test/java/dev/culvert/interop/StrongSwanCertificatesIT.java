package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.BesideOthers;
import dev.culvert.ipsec.ike.CertificateCredentials;
import dev.culvert.ipsec.ike.Credentials;
import dev.culvert.ipsec.ike.IkePeer;
import dev.culvert.ipsec.ike.PeerStatus;
import dev.culvert.packet.IpAddress;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The two forms of certificates that Open vSwitch has, with its own programs at the other end, each side beginning. */
@BesideOthers
@Timeout(180)
class StrongSwanCertificatesIT {
    private static final String MAKE = """
            set -e; mkdir -p /pki; cd /pki
            self() { openssl req -x509 -newkey "$2" $3 -nodes -days 30 -keyout $1.key -out $1.pem -subj "/O=Culvert test/CN=$1" \
                -addext "subjectAltName=DNS:$1"; }
            self ca rsa:2048
            self us.example rsa:2048
            self them.example rsa:2048
            signed() { openssl req -newkey "$2" $3 -nodes -keyout $1-ca.key -out $1.csr -subj "/O=Culvert test/CN=$1"
                echo "subjectAltName=DNS:$1" >ext
                openssl x509 -req -in $1.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile ext -out $1-ca.pem; }
            signed us.example ec "-pkeyopt ec_paramgen_curve:P-256"
            signed them.example rsa:2048
            """;

    private static StrongSwanNeighbour box;

    @BeforeAll
    static void boot() throws Exception {
        box = new StrongSwanNeighbour();
        box.run("{ " + MAKE + "} 2>&1");
    }

    @AfterAll
    static void halt() throws Exception {
        box.close();
    }

    @BeforeEach
    void open() throws Exception {
        box.open();
    }

    @AfterEach
    void reset() throws Exception {
        box.reset();
        box.run("ovs-vsctl clear Open_vSwitch . other_config");
    }

    private static X509Certificate certificate(String name) throws Exception {
        byte[] pem = box.run("cat /pki/" + name + ".pem").getBytes(StandardCharsets.US_ASCII);
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
    }

    private static PrivateKey key(String name, String algorithm) throws Exception {
        String pem = box.run("grep -v -- ----- /pki/" + name + ".key").replace("\n", "");
        return KeyFactory.getInstance(algorithm)
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
    }

    private static IkePeer peer(Credentials credentials) {
        return IkePeer.of(
                "peer", IpAddress.parse(StrongSwanNeighbour.THEM), credentials, StrongSwanNeighbour.policies("gre"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void eachKnowsTheOthersCertificate(boolean weBegin) throws Exception {
        box.ours.waiting = !weBegin;
        box.run("ovs-vsctl set Open_vSwitch . other_config:certificate=/pki/them.example.pem"
                + " other_config:private_key=/pki/them.example.key");
        box.configure("gre", "options:remote_cert=/pki/us.example.pem");
        box.put(peer(CertificateCredentials.pinned(
                List.of(certificate("us.example")), key("us.example", "RSA"), certificate("them.example"))));
        if (!weBegin) {
            box.speak();
        }
        box.awaitUp(1);
        assertThat(box.ours.status().initiator()).isEqualTo(weBegin);
        assertThat(box.ours.status().remoteIdentity()).isEqualTo("them.example");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void bothKnowAnAuthorityAndAName(boolean weBegin) throws Exception {
        box.ours.waiting = !weBegin;
        authority("us.example");
        box.put(peer(byAuthority("them.example")));
        if (!weBegin) {
            box.speak();
        }
        box.awaitUp(1);
        assertThat(box.ours.status().initiator()).isEqualTo(weBegin);
        assertThat(box.ours.status().remoteIdentity()).isEqualTo("them.example");
    }

    /**
     * The "ca" section that ovs-monitor-ipsec 3.1 writes has no "auto=add", so strongSwan disregards it; its operator has to put the
     * authority's certificate into strongSwan's own folder.
     */
    private static void authority(String remoteName) throws Exception {
        // ovs-monitor-ipsec restarts strongSwan when it begins, so it may be away for a moment
        box.run("cp /pki/ca.pem /etc/ipsec.d/cacerts; until ipsec rereadcacerts >/dev/null 2>&1; do sleep 0.2; done");
        box.run("ovs-vsctl set Open_vSwitch . other_config:certificate=/pki/them.example-ca.pem"
                + " other_config:private_key=/pki/them.example-ca.key other_config:ca_cert=/pki/ca.pem");
        box.configure("gre", "options:remote_name=" + remoteName);
    }

    private static CertificateCredentials byAuthority(String remoteName) throws Exception {
        return CertificateCredentials.authority(
                List.of(certificate("us.example-ca")),
                key("us.example-ca", "EC"),
                List.of(certificate("ca")),
                remoteName);
    }

    @Test
    void anotherNameIsRefused() throws Exception {
        authority("us.example");
        box.put(peer(byAuthority("somebody.example")));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> assertThat(box.ours.status().state()).isEqualTo(PeerStatus.State.AUTHENTICATION_FAILED));
        assertThat(box.ours.<Integer>askHost(host -> host.installs)).isZero();
    }
}
