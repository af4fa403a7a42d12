package dev.culvert.ipsec.ike;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.ipsec.ike.crypto.Proposals;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Lives at random: whatever happens to two engines, when the network is good again each policy has one CHILD_SA, under one IKE SA,
 * with the same keys at both ends. {@code -Dculvert.seed=N -Dculvert.rounds=N} chooses which and how many.
 */
@Timeout(600)
class IkeSoakTest {
    private static final List<List<ChildPolicy>> POLICIES = List.of(
            ChildPolicy.udp("vx0", 4789),
            ChildPolicy.gre("tun0"),
            List.of(
                    ChildPolicy.udp("vx0", 4789).get(0),
                    ChildPolicy.udp("vx0", 4789).get(1),
                    ChildPolicy.gre("tun0").getFirst()));
    private static final List<String> ESP = List.of("aes128gcm16!", "aes128gcm16-ecp256!", "aes128-sha256-curve25519!");

    @Test
    void endsTidyWhateverHappened() {
        long first = Long.getLong("culvert.seed", System.nanoTime() & 0xffff_ffffL);
        int rounds = Integer.getInteger("culvert.rounds", 60);
        System.out.println("IKE soak: -Dculvert.seed=" + first);
        for (long seed = first; seed < first + rounds; seed++) {
            try {
                live(seed);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("-Dculvert.rounds=1 -Dculvert.seed=" + seed, e);
            }
        }
    }

    private static void live(long seed) {
        Random chance = new Random(seed);
        EnginePair pair = new EnginePair(seed);
        List<ChildPolicy> policies = POLICIES.get(chance.nextInt(POLICIES.size()));
        String esp = ESP.get(chance.nextInt(ESP.size()));
        pair.loss = chance.nextInt(4) * 0.1;
        pair.doubling = chance.nextInt(3) * 0.2;
        pair.jitter = Duration.ofMillis(chance.nextInt(200)).toNanos();
        pair.a.put(peer(true, policies, esp), pair.now);
        pair.b.put(peer(false, policies, esp), pair.now);
        for (int i = 0; i < 25; i++) {
            pair.pass(Duration.ofMillis(chance.nextInt(chance.nextInt(4) == 0 ? 30_000 : 300)));
            switch (chance.nextInt(10)) {
                case 0 -> pair.a.rekey("b", null, pair.now);
                case 1 -> pair.b.rekey("a", null, pair.now);
                case 2, 3 -> pair.a.rekey("b", policies.getFirst().name(), pair.now);
                case 4, 5 -> pair.b.rekey("a", policies.getFirst().name(), pair.now);
                case 6 -> {
                    policies = POLICIES.get(chance.nextInt(POLICIES.size()));
                    pair.a.put(peer(true, policies, esp), pair.now);
                    pair.b.put(peer(false, policies, esp), pair.now);
                }
                case 7 -> {
                    pair.a.remove("b", pair.now);
                    pair.a.put(peer(true, policies, esp), pair.now);
                }
                case 8 -> restart(pair, policies, esp);
                default -> pair.loss = chance.nextInt(4) * 0.1;
            }
        }
        pair.loss = 0;
        pair.doubling = 0;
        pair.pass(Duration.ofSeconds(150));
        assertThat(pair.statusA().state()).as(pair.statusA().toString()).isEqualTo(PeerStatus.State.ESTABLISHED);
        assertThat(pair.statusB().state()).as(pair.statusB().toString()).isEqualTo(PeerStatus.State.ESTABLISHED);
        assertThat(pair.statusA().ikeSpis()).isEqualTo(pair.statusB().ikeSpis());
        pair.assertKeysAgree(policies.size());
        assertThat(pair.hostA.installed).hasSize(policies.size());
        assertThat(pair.hostB.installed).hasSize(policies.size());
    }

    /** B dies without a word, and comes back. */
    private static void restart(EnginePair pair, List<ChildPolicy> policies, String esp) {
        pair.hostB.installed.clear();
        pair.hostB.active.clear();
        pair.b = new IkeEngine(pair.hostB, new EnginePair.SeededRandom(pair.random), pair.now);
        pair.b.put(peer(false, policies, esp), pair.now);
    }

    private static IkePeer peer(boolean ofA, List<ChildPolicy> policies, String esp) {
        IkePeer peer = ofA
                ? EnginePair.peerOfA(EnginePair.psk("k"), policies)
                : EnginePair.peerOfB(EnginePair.psk("k"), policies);
        return new IkePeer(
                peer.name(),
                peer.local(),
                peer.remote(),
                peer.credentials(),
                peer.policies(),
                false,
                Proposals.parseIke("aes128gcm16-sha256-curve25519!"),
                Proposals.parseEsp(esp),
                peer.timing());
    }
}
