package dev.culvert.ipsec.ike;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.ipsec.ike.crypto.Proposals;
import dev.culvert.packet.IpAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two engines against each other, step by step. */
@Timeout(60)
class IkeEngineTest {
    private static final List<ChildPolicy> GRE = ChildPolicy.gre("tun0");
    private static final List<ChildPolicy> VXLAN = ChildPolicy.udp("vx0", 4789);

    @Test
    void oneInitiatesAndTheOtherFollows() {
        EnginePair pair = new EnginePair(1);
        pair.onlyAInitiates();
        pair.b.put(EnginePair.peerOfB(EnginePair.psk("test123"), GRE), pair.now);
        pair.a.put(EnginePair.peerOfA(EnginePair.psk("test123"), GRE), pair.now);
        pair.await(Duration.ofSeconds(5), pair::bothUp);
        pair.assertKeysAgree(1);
        assertThat(pair.statusA().remoteIdentity()).isEqualTo("192.0.2.2");
        assertThat(pair.statusA().ikeSuite()).isEqualTo("aes256gcm16-prfsha256-modp2048");
    }

    @Test
    void udpTunnelsHaveTwoChildrenUnderOneIkeSa() {
        EnginePair pair = new EnginePair(2);
        pair.a.put(EnginePair.peerOfA(EnginePair.psk("k"), VXLAN), pair.now);
        pair.pass(Duration.ofMillis(20));
        pair.b.put(EnginePair.peerOfB(EnginePair.psk("k"), ChildPolicy.udp("other", 4789)), pair.now);
        pair.await(Duration.ofSeconds(60), pair::bothUp);
        pair.pass(Duration.ofSeconds(20));
        pair.assertKeysAgree(2);
        assertThat(pair.hostA.installed).hasSize(2);
        assertThat(pair.hostA.active.get("vx0-in").sa().spiOut())
                .isEqualTo(pair.hostB.active.get("other-out").sa().spiIn());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void simultaneousInitiationEndsWithOneIkeSa(long seed) {
        EnginePair pair = new EnginePair(seed);
        pair.jitter = Duration.ofMillis(seed * 4).toNanos();
        pair.loss = seed > 6 ? 0.2 : 0;
        pair.a.put(EnginePair.peerOfA(EnginePair.psk("k"), VXLAN), pair.now);
        pair.b.put(EnginePair.peerOfB(EnginePair.psk("k"), VXLAN), pair.now);
        pair.await(Duration.ofSeconds(120), pair::bothUp);
        pair.loss = 0;
        pair.pass(Duration.ofSeconds(40));
        pair.assertKeysAgree(2);
        assertThat(pair.hostA.installed).hasSize(2);
        assertThat(pair.hostB.installed).hasSize(2);
        assertThat(pair.statusA().ikeSpis()).isEqualTo(pair.statusB().ikeSpis());
    }

    @Test
    void aWrongKeyIsSaidOnBothSidesAndMendsByItself() {
        EnginePair pair = new EnginePair(3);
        pair.a.put(EnginePair.peerOfA(EnginePair.psk("right"), GRE), pair.now);
        pair.b.put(EnginePair.peerOfB(EnginePair.psk("wrong"), GRE), pair.now);
        pair.await(
                Duration.ofSeconds(5),
                () -> pair.statusA().state() == PeerStatus.State.AUTHENTICATION_FAILED
                        && pair.statusB().state() == PeerStatus.State.AUTHENTICATION_FAILED);
        assertThat(pair.statusA().lastError()).isEqualTo("authentication failed");
        assertThat(pair.statusB().lastError()).isEqualTo("authentication failed");
        pair.pass(Duration.ofMinutes(5));
        assertThat(pair.hostA.installs + pair.hostB.installs).isZero();
        assertThat(pair.seen.size()).as("datagrams in 5 minutes").isLessThan(300);
        pair.b.put(EnginePair.peerOfB(EnginePair.psk("right"), GRE), pair.now);
        pair.await(Duration.ofSeconds(60), pair::bothUp);
        pair.assertKeysAgree(1);
        assertThat(pair.statusA().lastError()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aes256gcm16-sha256-modp2048!",
                "aes128gcm16-prfsha384-curve25519!",
                "aes256-sha256-ecp256!",
                "aes128-sha512-prfsha256-ecp384!",
                "aes192gcm16-sha512-modp3072!",
                "aes192-sha384-modp4096!"
            })
    void suites(String ike) {
        EnginePair pair = new EnginePair(4);
        String esp = ike.replace("-prfsha384", "").replace("-prfsha256", "").replaceAll("gcm16-sha\\d+", "gcm16");
        pair.a.put(with(EnginePair.peerOfA(EnginePair.psk("k"), VXLAN), ike, esp), pair.now);
        pair.b.put(with(EnginePair.peerOfB(EnginePair.psk("k"), VXLAN), ike, esp), pair.now);
        pair.await(Duration.ofSeconds(30), pair::bothUp);
        pair.pass(Duration.ofSeconds(20));
        pair.assertKeysAgree(2);
        pair.a.rekey("b", null, pair.now);
        pair.pass(Duration.ofSeconds(20));
        pair.assertKeysAgree(2);
        assertThat(pair.hostA.installs).isGreaterThanOrEqualTo(4);
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
    void overIpv6() {
        IpAddress a = IpAddress.parse("2001:db8::1");
        IpAddress b = IpAddress.parse("2001:db8::2");
        EnginePair pair = new EnginePair(5, a, b);
        pair.a.put(IkePeer.of("b", b, EnginePair.psk("k"), VXLAN), pair.now);
        pair.b.put(IkePeer.of("a", a, EnginePair.psk("k"), VXLAN), pair.now);
        pair.await(Duration.ofSeconds(30), pair::bothUp);
        pair.pass(Duration.ofSeconds(20));
        pair.assertKeysAgree(2);
        assertThat(pair.statusA().remoteIdentity()).isEqualTo("2001:db8::2");
        assertThat(pair.statusA().encapsulated()).isFalse();
    }

    @Test
    void secretsAreWipedAndNeverShown() {
        EnginePair pair = new EnginePair(6);
        PresharedKey key = EnginePair.psk("test123");
        pair.a.put(EnginePair.peerOfA(key, GRE), pair.now);
        pair.b.put(EnginePair.peerOfB(EnginePair.psk("test123"), GRE), pair.now);
        pair.await(Duration.ofSeconds(30), pair::bothUp);
        pair.pass(Duration.ofSeconds(20));
        IkeSa sa = pair.a.current("b");
        String shown = pair.a.status(pair.now) + " " + EnginePair.peerOfA(key, GRE) + pair.a.exportKeys()
                + pair.hostA.active.get("tun0").sa();
        assertThat(shown).doesNotContain("test123").contains("keys of b", "pre-shared key");
        byte[] encryption = sa.keys().encryption(true);
        assertThat(java.util.HexFormat.of().formatHex(encryption))
                .satisfies(hex -> assertThat(shown).doesNotContain(hex));
        pair.a.close(pair.now);
        assertThat(encryption).containsOnly(0);
        assertThat(sa.keys().encryption(false)).containsOnly(0);
        assertThat(key.key()).containsOnly(0);
        assertThat(pair.hostA.installed).isEmpty();
        pair.await(Duration.ofSeconds(1), () -> pair.hostB.installed.isEmpty());
    }

    /** A daemon with a thousand tunnels, each with a peer and a key of its own. */
    @Test
    void aThousandPeers() {
        int count = 1000;
        java.util.Random random = new java.util.Random(1);
        java.util.ArrayDeque<IkeDatagram> wire = new java.util.ArrayDeque<>();
        IpAddress hub = IpAddress.parse("10.0.0.1");
        RecordingHost hubHost = new RecordingHost(hub, random, wire::add);
        EnginePair.SeededRandom seeded = new EnginePair.SeededRandom(random);
        IkeEngine center = new IkeEngine(hubHost, seeded, 0);
        java.util.Map<IpAddress, IkeEngine> spokes = new java.util.HashMap<>();
        String suite = "aes128gcm16-sha256-curve25519!";
        for (int i = 0; i < count; i++) {
            IpAddress address = IpAddress.ofIpv4(0x0a01_0000 + i);
            IkeEngine spoke = new IkeEngine(new RecordingHost(address, random, wire::add), seeded, 0);
            spokes.put(address, spoke);
            center.put(
                    with(
                            IkePeer.of("p" + i, address, EnginePair.psk("k" + i), ChildPolicy.gre("t" + i)),
                            suite,
                            "aes128gcm16!"),
                    0);
            spoke.put(with(IkePeer.of("hub", hub, EnginePair.psk("k" + i), List.of()), suite, "aes128gcm16!"), 0);
            spoke.put(
                    with(IkePeer.of("hub", hub, EnginePair.psk("k" + i), ChildPolicy.gre("t")), suite, "aes128gcm16!"),
                    0);
        }
        for (IkeDatagram sent = wire.poll(); sent != null; sent = wire.poll()) {
            IkeEngine to = sent.remote().equals(hub) ? center : spokes.get(sent.remote());
            to.receive(
                    new IkeDatagram(sent.remote(), sent.remotePort(), sent.local(), sent.localPort(), sent.message()),
                    1000);
            to.run(1000);
        }
        assertThat(center.status(1000)).hasSize(count).allMatch(one -> one.state() == PeerStatus.State.ESTABLISHED);
        assertThat(hubHost.active).hasSize(count);
    }
}
