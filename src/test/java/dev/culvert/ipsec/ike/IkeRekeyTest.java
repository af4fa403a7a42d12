package dev.culvert.ipsec.ike;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.ipsec.ike.crypto.Proposals;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys are renewed without a gap, whoever begins, and whatever the network does meanwhile. */
@Timeout(60)
class IkeRekeyTest {
    private static final List<ChildPolicy> VXLAN = ChildPolicy.udp("vx0", 4789);
    private static final String QUICK_IKE = "aes128gcm16-sha256-ecp256!";

    private static EnginePair up(long seed, String esp, IkeTiming timing) {
        EnginePair pair = new EnginePair(seed);
        pair.a.put(quick(EnginePair.peerOfA(EnginePair.psk("k"), VXLAN), esp, timing), pair.now);
        pair.b.put(quick(EnginePair.peerOfB(EnginePair.psk("k"), VXLAN), esp, timing), pair.now);
        pair.await(Duration.ofSeconds(60), pair::bothUp);
        pair.pass(Duration.ofSeconds(20));
        return pair;
    }

    private static IkePeer quick(IkePeer peer, String esp, IkeTiming timing) {
        return new IkePeer(
                peer.name(),
                peer.local(),
                peer.remote(),
                peer.credentials(),
                peer.policies(),
                false,
                Proposals.parseIke(QUICK_IKE),
                Proposals.parseEsp(esp),
                timing);
    }

    private static void assertTidy(EnginePair pair) {
        pair.assertKeysAgree(2);
        assertThat(pair.hostA.installed).hasSize(2);
        assertThat(pair.hostB.installed).hasSize(2);
        assertThat(pair.statusA().ikeSpis()).isEqualTo(pair.statusB().ikeSpis());
        assertThat(pair.statusA().state()).isEqualTo(PeerStatus.State.ESTABLISHED);
        assertThat(pair.statusB().state()).isEqualTo(PeerStatus.State.ESTABLISHED);
    }

    /** At every moment, what leaves at either end can be opened at the other. */
    private static void passWithoutGap(EnginePair pair, Duration time) {
        long until = pair.now + time.toNanos();
        while (pair.now < until) {
            pair.pass(Duration.ofMillis(3));
            pair.assertKeysAgree(2);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, aes128gcm16!, 0, 0",
        "2, aes128gcm16-curve25519!, 0, 0",
        "3, aes128gcm16-ecp256!, 0.3, 0.2",
        "4, aes128-sha256-ecp256!, 0.4, 0.4"
    })
    void oneEndRenewsWithoutAGap(long seed, String esp, double loss, double doubling) {
        EnginePair pair = up(seed, esp, IkeTiming.DEFAULT);
        pair.loss = loss;
        pair.doubling = doubling;
        for (int round = 0; round < 3; round++) {
            String before = pair.statusA().ikeSpis();
            int child = pair.hostA.active.get("vx0-in").sa().spiIn();
            (round == 1 ? pair.b : pair.a).rekey(round == 1 ? "a" : "b", null, pair.now);
            passWithoutGap(pair, Duration.ofSeconds(5));
            pair.pass(Duration.ofSeconds(50));
            assertThat(pair.statusA().ikeSpis()).isNotEqualTo(before);
            assertThat(pair.hostA.active.get("vx0-in").sa().spiIn()).isNotEqualTo(child);
        }
        for (PeerStatus end : List.of(pair.statusA(), pair.statusB())) {
            assertThat(end.ikeRekeys()).isEqualTo(3);
            assertThat(end.childRekeys()).isGreaterThanOrEqualTo(6);
        }
        pair.loss = 0;
        pair.pass(Duration.ofSeconds(40));
        assertTidy(pair);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0, 0",
        "2, 0, 0",
        "3, 0, 0",
        "4, 0, 0",
        "5, 0.2, 0",
        "6, 0.2, 0.2",
        "7, 0.3, 0",
        "8, 0.3, 0.3",
        "9, 0.4, 0",
        "10, 0.4, 0.4",
        "11, 0.2, 0",
        "12, 0.3, 0",
        "13, 0.1, 0",
        "14, 0.1, 0.1",
        "15, 0, 0",
        "16, 0, 0"
    })
    void bothRenewAtOnce(long seed, double loss, double doubling) {
        EnginePair pair = up(seed, "aes128gcm16!", IkeTiming.DEFAULT);
        pair.jitter = Duration.ofMillis(seed % 4 * 30).toNanos();
        pair.loss = loss;
        pair.doubling = doubling;
        for (int round = 0; round < 4; round++) {
            String before = pair.statusA().ikeSpis();
            String policyA = List.of("vx0-in", "vx0-out").get(round % 2);
            String policyB = List.of("vx0-out", "vx0-in").get(round % 2);
            pair.a.rekey("b", round == 3 ? null : policyA, pair.now);
            pair.pass(Duration.ofMillis(seed % 3 * 4));
            pair.b.rekey("a", round == 3 ? null : policyB, pair.now);
            pair.pass(Duration.ofSeconds(70));
            if (loss < 0.3) { // with more, a peer may seem dead now and then
                assertThat(pair.statusA().ikeSpis().equals(before)).isEqualTo(round < 3);
            }
        }
        pair.loss = 0;
        pair.pass(Duration.ofSeconds(60));
        assertTidy(pair);
    }

    @Test
    void lifetimesAndVolumeRenewByThemselves() {
        EnginePair pair = up(1, "aes128gcm16!", IkeTiming.DEFAULT);
        String first = pair.statusA().ikeSpis();
        int child = pair.hostA.active.get("vx0-in").sa().spiIn();
        assertThat(pair.statusA().rekeyIn()).isBetween(8_000L, 9_000L);
        pair.pass(Duration.ofMinutes(46));
        assertThat(pair.hostA.active.get("vx0-in").sa().spiIn()).isNotEqualTo(child);
        assertTidy(pair);
        assertThat(pair.statusA().ikeSpis()).isEqualTo(first);
        pair.pass(Duration.ofMinutes(110));
        assertThat(pair.statusA().ikeSpis()).isNotEqualTo(first);
        assertTidy(pair);
        int worn = pair.hostA.active.get("vx0-out").sa().spiIn();
        pair.hostA.usage.put(worn, new SaUsage(pair.now, 1L << 31));
        pair.pass(Duration.ofSeconds(30));
        assertThat(pair.hostA.active.get("vx0-out").sa().spiIn()).isNotEqualTo(worn);
        assertTidy(pair);
    }

    @Test
    void policiesComeAndGoAlone() {
        EnginePair pair = up(1, "aes128gcm16!", IkeTiming.DEFAULT);
        String spis = pair.statusA().ikeSpis();
        int kept = pair.hostA.active.get("vx0-in").sa().spiIn();
        List<ChildPolicy> more =
                List.of(VXLAN.get(0), VXLAN.get(1), ChildPolicy.gre("tun1").getFirst());
        pair.a.put(quick(EnginePair.peerOfA(EnginePair.psk("k"), more), "aes128gcm16!", IkeTiming.DEFAULT), pair.now);
        pair.b.put(quick(EnginePair.peerOfB(EnginePair.psk("k"), more), "aes128gcm16!", IkeTiming.DEFAULT), pair.now);
        pair.pass(Duration.ofSeconds(20));
        pair.assertKeysAgree(3);
        pair.a.put(quick(EnginePair.peerOfA(EnginePair.psk("k"), VXLAN), "aes128gcm16!", IkeTiming.DEFAULT), pair.now);
        pair.b.put(quick(EnginePair.peerOfB(EnginePair.psk("k"), VXLAN), "aes128gcm16!", IkeTiming.DEFAULT), pair.now);
        pair.pass(Duration.ofSeconds(20));
        assertTidy(pair);
        assertThat(pair.statusA().ikeSpis()).isEqualTo(spis);
        assertThat(pair.hostA.active.get("vx0-in").sa().spiIn()).isEqualTo(kept);
    }
}
