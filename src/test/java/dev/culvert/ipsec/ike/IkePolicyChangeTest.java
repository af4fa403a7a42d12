package dev.culvert.ipsec.ike;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Configurations that change while something is being agreed upon, and peers that look alike. */
class IkePolicyChangeTest {
    private static final List<ChildPolicy> GRE = ChildPolicy.gre("gre");
    private static final List<ChildPolicy> UDP = ChildPolicy.udp("vxlan", 4789);

    private static List<String> policies(EnginePair pair) {
        return pair.hostA.installed.values().stream()
                .map(installed -> installed.sa().policy())
                .sorted()
                .toList();
    }

    /** At any moment of what takes some 60 ms: IKE_SA_INIT, IKE_AUTH, two CREATE_CHILD_SA. */
    @ParameterizedTest
    @ValueSource(ints = {2, 7, 12, 17, 22, 27, 32, 37, 42, 47, 52, 57})
    void aPolicyThatGoesWhileItsChildIsMadeLeavesNone(int millis) {
        List<ChildPolicy> both = new ArrayList<>(GRE);
        both.addAll(UDP);
        EnginePair pair = new EnginePair(7);
        pair.onlyAInitiates();
        pair.a.put(EnginePair.peerOfA(EnginePair.psk("k"), GRE), pair.now);
        pair.b.put(EnginePair.peerOfB(EnginePair.psk("k"), both), pair.now);
        pair.pass(Duration.ofMillis(millis));
        pair.a.put(EnginePair.peerOfA(EnginePair.psk("k"), UDP), pair.now);
        pair.pass(Duration.ofMinutes(2));
        assertThat(policies(pair)).containsExactly("vxlan-in", "vxlan-out");
        pair.a.put(EnginePair.peerOfA(EnginePair.psk("k"), both), pair.now);
        pair.pass(Duration.ofMinutes(1));
        assertThat(policies(pair)).containsExactly("gre", "vxlan-in", "vxlan-out");
    }

    @Test
    void thePeerWithJustThatLocalAddressIsMeant() {
        EnginePair pair = new EnginePair(8);
        pair.onlyAInitiates();
        pair.a.put(IkePeer.of("b", EnginePair.B, EnginePair.psk("k"), GRE), pair.now);
        pair.b.put(IkePeer.of("any", EnginePair.A, EnginePair.psk("other"), UDP), pair.now);
        IkePeer exact = IkePeer.of("exact", EnginePair.A, EnginePair.psk("k"), GRE);
        pair.b.put(
                new IkePeer(
                        "exact",
                        EnginePair.B,
                        exact.remote(),
                        exact.credentials(),
                        exact.policies(),
                        exact.forceEncapsulation(),
                        exact.ike(),
                        exact.esp(),
                        exact.timing()),
                pair.now);
        pair.pass(Duration.ofSeconds(20));
        assertThat(pair.a.status(pair.now).getFirst().state()).isEqualTo(PeerStatus.State.ESTABLISHED);
    }
}
