package dev.culvert.ipsec.ike;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.ipsec.ike.crypto.Proposals;
import dev.culvert.packet.IpAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Death, restarts, NATs, attacks, and peers that want something else. */
@Timeout(60)
class IkeTroubleTest {
    private static final List<ChildPolicy> GRE = ChildPolicy.gre("tun0");
    private static final IpAddress NAT = IpAddress.parse("198.51.100.7");

    private static EnginePair pair(long seed) {
        EnginePair pair = new EnginePair(seed);
        pair.a.put(EnginePair.peerOfA(EnginePair.psk("k"), GRE), pair.now);
        pair.await(Duration.ofSeconds(2), () -> !pair.seen.isEmpty());
        pair.b.put(EnginePair.peerOfB(EnginePair.psk("k"), GRE), pair.now);
        pair.await(Duration.ofSeconds(60), pair::bothUp);
        return pair;
    }

    @Test
    void aDeadPeerIsNoticedAndComesBack() {
        EnginePair pair = pair(1);
        pair.loss = 1;
        pair.await(Duration.ofSeconds(50), () -> pair.hostA.installed.isEmpty() && pair.hostB.installed.isEmpty());
        assertThat(pair.statusA().lastError()).isEqualTo("no answer");
        pair.pass(Duration.ofMinutes(10));
        pair.loss = 0;
        pair.await(Duration.ofSeconds(60), pair::bothUp);
        pair.pass(Duration.ofSeconds(30));
        pair.assertKeysAgree(1);
    }

    @Test
    void trafficIsASignOfLife() {
        EnginePair pair = pair(2);
        int spi = pair.hostA.active.get("tun0").sa().spiIn();
        int before = 0;
        for (int i = 0; i < 80; i++) {
            before = i == 20 ? pair.seen.size() : before;
            pair.hostA.usage.put(spi, new SaUsage(pair.now, i));
            pair.hostB.usage.put(pair.hostB.active.get("tun0").sa().spiIn(), new SaUsage(pair.now, i));
            pair.pass(Duration.ofSeconds(1));
        }
        assertThat(pair.seen).hasSize(before);
        pair.pass(Duration.ofSeconds(60));
        assertThat(pair.seen.size()).isGreaterThan(before);
    }

    /** The network takes 5 ms each way. */
    @Test
    void howLongASignOfLifeTakesIsMeasuredUnlessItWasAskedForTwice() {
        EnginePair pair = pair(12);
        pair.pass(Duration.ofMinutes(1));
        PeerStatus.Liveness liveness = pair.statusA().liveness();
        long answers = liveness.answers() + pair.statusB().liveness().answers();
        assertThat(answers).isBetween(4L, 7L);
        assertThat(liveness.totalNanos()).isEqualTo(liveness.answers() * 10_000_000);
        long asked = pair.statusA().retransmissions();
        pair.loss = 1;
        pair.await(Duration.ofSeconds(20), () -> pair.statusA().retransmissions() > asked);
        pair.loss = 0;
        long before = pair.statusA().liveness().answers();
        pair.pass(Duration.ofSeconds(4));
        assertThat(pair.statusA().liveness().answers()).isEqualTo(before);
        assertThat(pair.bothUp()).isTrue();
    }

    @Test
    void aRestartedPeerReplacesWhatWasThere() {
        EnginePair pair = pair(3);
        pair.hostB.installed.clear();
        pair.hostB.active.clear();
        pair.b = new IkeEngine(pair.hostB, new EnginePair.SeededRandom(pair.random), pair.now);
        pair.b.put(EnginePair.peerOfB(EnginePair.psk("k"), GRE), pair.now);
        pair.await(Duration.ofSeconds(5), pair::bothUp);
        pair.pass(Duration.ofSeconds(30));
        pair.assertKeysAgree(1);
        assertThat(pair.hostA.installed).hasSize(1);
    }

    @Test
    void aPeerThatForgotIsAskedSoonerThanItWouldBeMissed() {
        EnginePair pair = pair(4);
        pair.hostB.installed.clear();
        pair.b = new IkeEngine(pair.hostB, new EnginePair.SeededRandom(pair.random), pair.now);
        // it knows of us, but has nothing to begin with
        pair.b.put(EnginePair.peerOfB(EnginePair.psk("k"), List.of()), pair.now);
        pair.pass(Duration.ofSeconds(12));
        pair.await(Duration.ofSeconds(10), () -> pair.hostA.installed.isEmpty());
    }

    @Test
    void removedAndChangedPeersLeaveNothing() {
        EnginePair pair = pair(5);
        pair.a.remove("b", pair.now);
        assertThat(pair.hostA.installed).isEmpty();
        pair.await(Duration.ofSeconds(2), () -> pair.hostB.installed.isEmpty());
        pair.a.put(EnginePair.peerOfA(EnginePair.psk("k"), GRE), pair.now);
        pair.await(Duration.ofSeconds(30), pair::bothUp);
        pair.a.put(EnginePair.peerOfA(EnginePair.psk("other"), GRE), pair.now);
        pair.await(
                Duration.ofSeconds(30),
                () -> pair.statusA().state() == PeerStatus.State.AUTHENTICATION_FAILED
                        && pair.hostB.installed.isEmpty());
        pair.b.put(EnginePair.peerOfB(EnginePair.psk("other"), GRE), pair.now);
        pair.await(Duration.ofSeconds(40), pair::bothUp);
        pair.pass(Duration.ofSeconds(30));
        pair.assertKeysAgree(1);
        pair.close();
        assertThat(pair.hostB.installed).isEmpty();
    }

    @Test
    void anUnchangedPeerIsLeftAlone() {
        EnginePair pair = pair(6);
        pair.pass(Duration.ofSeconds(25));
        int before = pair.hostA.installs;
        String spis = pair.statusA().ikeSpis();
        pair.a.put(EnginePair.peerOfA(EnginePair.psk("k"), GRE), pair.now);
        pair.pass(Duration.ofSeconds(25));
        assertThat(pair.hostA.installs).isEqualTo(before);
        assertThat(pair.statusA().ikeSpis()).isEqualTo(spis);
        // the key of the second one was wiped, that of the first one is in use
        pair.a.rekey("b", null, pair.now);
        pair.pass(Duration.ofSeconds(20));
        pair.assertKeysAgree(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aNatIsFoundAndItsMappingFollowed(boolean moves) {
        EnginePair pair = new EnginePair(7);
        int[] port = {30_000};
        pair.onTheWay = datagram -> {
            if (datagram.local().equals(EnginePair.A)) {
                return new IkeDatagram(
                        NAT,
                        port[0] + datagram.localPort(),
                        datagram.remote(),
                        datagram.remotePort(),
                        datagram.message());
            }
            return datagram.remote().equals(NAT) && datagram.remotePort() > port[0]
                    ? new IkeDatagram(
                            datagram.local(),
                            datagram.localPort(),
                            EnginePair.A,
                            datagram.remotePort() - port[0],
                            datagram.message())
                    : null;
        };
        pair.b.put(
                IkePeer.of(
                        "a",
                        NAT,
                        new PresharedKey(
                                "k".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                                null,
                                dev.culvert.ipsec.ike.message.Identity.of(EnginePair.A)),
                        GRE),
                pair.now);
        pair.a.put(EnginePair.peerOfA(EnginePair.psk("k"), GRE), pair.now);
        pair.await(Duration.ofSeconds(60), pair::bothUp);
        ChildSa out = pair.hostB.active.get("tun0").sa();
        assertThat(out.encapsulated()).isTrue();
        assertThat(out.remotePort()).isEqualTo(34_500);
        assertThat(pair.hostA.active.get("tun0").sa().remotePort()).isEqualTo(4500);
        assertThat(pair.statusA().encapsulated()).isTrue();
        if (moves) {
            port[0] = 40_000;
            pair.pass(Duration.ofSeconds(40));
            assertThat(pair.bothUp()).isTrue();
            assertThat(pair.hostB.active.get("tun0").sa().remotePort()).isEqualTo(44_500);
        }
        pair.pass(Duration.ofSeconds(60));
        assertThat(pair.seen).anyMatch(datagram -> datagram.message().length == 1);
    }

    @Test
    void theOtherGroupIsTaken() {
        EnginePair pair = new EnginePair(8);
        pair.onlyAInitiates();
        pair.b.put(
                with(EnginePair.peerOfB(EnginePair.psk("k"), GRE), "aes256gcm16-sha256-ecp384!", "aes128gcm16-ecp256!"),
                pair.now);
        pair.a.put(EnginePair.peerOfA(EnginePair.psk("k"), GRE), pair.now);
        pair.await(Duration.ofSeconds(60), pair::bothUp);
        assertThat(pair.statusA().ikeSuite()).isEqualTo("aes256gcm16-prfsha256-ecp384");
        pair.a.rekey("b", null, pair.now);
        pair.pass(Duration.ofSeconds(20));
        pair.assertKeysAgree(1);
        assertThat(pair.hostA.active.get("tun0").sa().transforms().toString()).isEqualTo("aes128gcm16-ecp256");
    }

    private static IkePeer with(IkePeer peer, String ike, String esp) {
        return new IkePeer(
                peer.name(),
                peer.local(),
                peer.remote(),
                peer.credentials(),
                peer.policies(),
                false,
                Proposals.parseIke(ike),
                Proposals.parseEsp(esp),
                peer.timing());
    }

    @Test
    void nothingInCommonIsSaid() {
        EnginePair pair = new EnginePair(9);
        pair.a.put(
                with(EnginePair.peerOfA(EnginePair.psk("k"), GRE), "aes256gcm16-sha256-ecp384!", "aes128gcm16!"),
                pair.now);
        pair.b.put(
                with(EnginePair.peerOfB(EnginePair.psk("k"), GRE), "aes128gcm16-sha256-ecp384!", "aes128gcm16!"),
                pair.now);
        pair.pass(Duration.ofSeconds(60));
        assertThat(pair.statusA().lastError()).isEqualTo("NO_PROPOSAL_CHOSEN");
        assertThat(pair.statusB().lastError()).isEqualTo("NO_PROPOSAL_CHOSEN");
    }

    @Test
    void otherTrafficIsRefusedAndTheIkeSaStays() {
        EnginePair pair = new EnginePair(10);
        pair.a.put(EnginePair.peerOfA(EnginePair.psk("k"), GRE), pair.now);
        pair.b.put(EnginePair.peerOfB(EnginePair.psk("k"), ChildPolicy.udp("vx0", 4789)), pair.now);
        pair.pass(Duration.ofMinutes(3));
        assertThat(pair.statusA().state()).isEqualTo(PeerStatus.State.PARTIAL);
        assertThat(pair.statusA().lastError()).isEqualTo("TS_UNACCEPTABLE");
        assertThat(pair.hostA.installs).isZero();
        pair.b.put(EnginePair.peerOfB(EnginePair.psk("k"), GRE), pair.now);
        pair.await(Duration.ofSeconds(60), pair::bothUp);
    }

    @ParameterizedTest
    @CsvSource({"0.3, 0.3, 100", "0.5, 0, 0", "0, 1, 50"})
    void aBadNetworkIsEndured(double loss, double doubling, int jitter) {
        for (int seed = 0; seed < 6; seed++) {
            EnginePair pair = new EnginePair(seed);
            pair.loss = loss;
            pair.doubling = doubling;
            pair.jitter = Duration.ofMillis(jitter).toNanos();
            pair.a.put(EnginePair.peerOfA(EnginePair.psk("k"), GRE), pair.now);
            pair.b.put(EnginePair.peerOfB(EnginePair.psk("k"), GRE), pair.now);
            pair.await(Duration.ofMinutes(10), pair::bothUp);
            pair.loss = 0;
            pair.pass(Duration.ofSeconds(60));
            pair.assertKeysAgree(1);
        }
    }
}
