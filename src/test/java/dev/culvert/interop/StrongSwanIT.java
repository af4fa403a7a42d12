package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.BesideOthers;
import dev.culvert.ipsec.ike.IkePeer;
import dev.culvert.ipsec.ike.IkeTiming;
import dev.culvert.ipsec.ike.PeerStatus;
import dev.culvert.ipsec.ike.crypto.Proposals;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The genuine ovs-monitor-ipsec, strongSwan and kernel ESP as the peer: each side begins, each side rekeys. That both ends have the
 * same keys is seen in the kernel's own table of SAs.
 */
@BesideOthers
@Timeout(240)
class StrongSwanIT {
    private static final String US = "192.168.56.11";
    private static final String THEM = "192.168.56.12";

    private static StrongSwanNeighbour box;

    @BeforeAll
    static void boot() throws Exception {
        box = new StrongSwanNeighbour();
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
    }

    @ParameterizedTest
    @CsvSource({"gre,1", "vxlan,2"})
    void weBegin(String type, int children) throws Exception {
        box.configure(type, "options:psk=test123");
        box.put(StrongSwanNeighbour.peer(type, "test123"));
        box.awaitUp(children);
        assertThat(box.ours.status().initiator()).isTrue();
        assertThat(box.ours.status().remoteIdentity()).isEqualTo(StrongSwanNeighbour.THEM);
        assertThat(box.ours.status().ikeSuite()).isEqualTo("aes256gcm16-prfsha256-modp2048");
    }

    @ParameterizedTest
    @CsvSource({"gre,1", "geneve,2"})
    void theyBegin(String type, int children) throws Exception {
        box.ours.waiting = true;
        box.put(StrongSwanNeighbour.peer(type, "test123"));
        box.configure(type, "options:psk=test123");
        box.speak();
        box.awaitUp(children);
        assertThat(box.ours.status().initiator()).isFalse();
        assertThat(box.run("ipsec statusall")).contains("ESTABLISHED", "TRANSPORT");
    }

    @ParameterizedTest
    @CsvSource({
        "aes128gcm16-sha256-curve25519!, aes128gcm16!, true",
        "aes256-sha256-ecp256!, aes256-sha256-ecp256!, false",
        "aes128-sha512-prfsha384-ecp384!, aes128-sha512!, false",
        "aes256gcm16-prfsha512-modp3072!, aes256-sha384-curve25519!, true"
    })
    void otherSuitesAndTheirRekeying(String ike, String esp, boolean weRekey) throws Exception {
        box.ours.waiting = weRekey;
        String options = "options:psk=k options:ipsec_ike=%s options:ipsec_esp=%s".formatted(ike, esp);
        box.configure("gre", options);
        IkePeer peer = StrongSwanNeighbour.peer("gre", "k");
        box.put(new IkePeer(
                peer.name(),
                peer.local(),
                peer.remote(),
                peer.credentials(),
                peer.policies(),
                false,
                Proposals.parseIke(ike),
                Proposals.parseEsp(esp),
                IkeTiming.DEFAULT));
        if (weRekey) {
            box.speak();
        }
        box.awaitUp(1);
        String spis = box.ours.status().ikeSpis();
        int child = box.activeSpi();
        if (weRekey) {
            box.ours.ask(engine -> {
                engine.rekey("peer", null, System.nanoTime());
                return true;
            });
        } else {
            String name = box.run("ipsec status").replaceAll("(?s).*?(tun0-\\d+)\\[.*", "$1");
            box.run("ipsec stroke rekey '" + name + "{*}'; ipsec stroke rekey '" + name + "[*]'");
        }
        // where they began and have said nothing since, we wait until they must have the CHILD_SA
        await().atMost(Duration.ofSeconds(45)).untilAsserted(() -> {
            assertThat(box.ours.status().ikeSpis()).isNotEqualTo(spis);
            assertThat(box.activeSpi()).isNotEqualTo(child);
            assertThat(box.ours.<Integer>askHost(host -> host.installed.size())).isEqualTo(1);
            box.assertKernelHasOurKeys();
        });
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void encapsulationIsForced(boolean weBegin) throws Exception {
        box.ours.waiting = !weBegin;
        box.configure("gre", "options:psk=k options:ipsec_forceencaps=yes");
        box.put(StrongSwanNeighbour.peer("gre", "k"));
        if (!weBegin) {
            box.speak();
        }
        box.awaitUp(1);
        assertThat(box.ours.status().encapsulated()).isTrue();
    }

    @Test
    void aWrongKeyIsSaidAndMends() throws Exception {
        box.configure("gre", "options:psk=right");
        box.put(StrongSwanNeighbour.peer("gre", "wrong"));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> assertThat(box.ours.status().state()).isEqualTo(PeerStatus.State.AUTHENTICATION_FAILED));
        box.speak();
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(box.ours.status().authenticationFailures()).isGreaterThanOrEqualTo(2));
        assertThat(box.ours.<Integer>askHost(host -> host.installs)).isZero();
        box.put(StrongSwanNeighbour.peer("gre", "right"));
        box.awaitUp(1);
    }

    @Test
    void eitherIsKilledAndComesBack() throws Exception {
        box.configure("gre", "options:psk=k");
        box.put(StrongSwanNeighbour.peer("gre", "k"));
        box.awaitUp(1);
        box.ours.kill();
        box.open();
        box.put(StrongSwanNeighbour.peer("gre", "k"));
        box.awaitUp(1);
        int before = box.activeSpi();
        box.run("kill -9 $(cat /run/charon.pid); ip xfrm state flush; ipsec restart >/dev/null 2>&1;"
                + " until ipsec statusall 2>/dev/null | grep -q 'tun0.*ROUTED'; do sleep 0.2; done");
        box.speak();
        await().atMost(Duration.ofSeconds(40)).until(() -> box.activeSpi() != before);
        box.awaitUp(1);
    }

    /** strongSwan's default: it deletes an IKE SA that it did not begin unless its peer proves again who it is (RFC 4478). */
    @Test
    void whoWantsToBeAskedAgainIsAsked() throws Exception {
        box.configure(
                "gre",
                "options:psk=k options:ipsec_ikelifetime=20s options:ipsec_margintime=4s options:ipsec_rekeyfuzz=0%");
        box.put(StrongSwanNeighbour.peer("gre", "k"));
        box.awaitUp(1);
        String before = box.ours.status().ikeSpis();
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            // never without a CHILD_SA
            assertThat(box.activeSpi()).isNotZero();
            assertThat(box.ours.status().state()).isEqualTo(PeerStatus.State.ESTABLISHED);
            assertThat(box.ours.status().ikeSpis()).isNotEqualTo(before);
        });
        box.awaitUp(1);
    }
}
