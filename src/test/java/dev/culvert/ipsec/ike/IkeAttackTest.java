package dev.culvert.ipsec.ike;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.ipsec.ike.crypto.Proposals;
import dev.culvert.ipsec.ike.message.ExchangeType;
import dev.culvert.ipsec.ike.message.IkeHeader;
import dev.culvert.ipsec.ike.message.Payload;
import dev.culvert.ipsec.ike.message.PayloadWriter;
import dev.culvert.packet.IpAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What somebody on the way, or in a peer's name, sends. */
@Timeout(60)
class IkeAttackTest {
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
    void changedAndReplayedMessagesDoNothing() {
        EnginePair pair = pair(11);
        pair.pass(Duration.ofSeconds(25));
        ChildSa before = pair.hostA.active.get("tun0").sa();
        for (IkeDatagram datagram : List.copyOf(pair.seen)) {
            for (int at = 0; at < datagram.message().length; at += 7) {
                byte[] changed = datagram.message().clone();
                changed[at] ^= 0x10;
                IkeEngine to = datagram.remote().equals(EnginePair.A) ? pair.a : pair.b;
                to.receive(arrived(datagram, changed), pair.now);
                to.receive(arrived(datagram, datagram.message()), pair.now);
                to.receive(arrived(datagram, Arrays.copyOf(changed, at)), pair.now);
            }
        }
        pair.pass(Duration.ofSeconds(60));
        assertThat(pair.hostA.active.get("tun0").sa()).isSameAs(before);
        pair.assertKeysAgree(1);
        assertThat(pair.a.drops()).containsKeys(IkeDrop.MALFORMED, IkeDrop.MESSAGE_ID);
    }

    private static IkeDatagram arrived(IkeDatagram sent, byte[] message) {
        return new IkeDatagram(sent.remote(), sent.remotePort(), sent.local(), sent.localPort(), message);
    }

    @Test
    void ourOwnMessagesSentBackProveNothing() {
        EnginePair pair = new EnginePair(12);
        pair.a.put(EnginePair.peerOfA(EnginePair.psk("k"), GRE), pair.now);
        // a mirror in the peer's place
        pair.onTheWay = datagram -> new IkeDatagram(
                datagram.remote(), datagram.remotePort(), datagram.local(), datagram.localPort(), datagram.message());
        pair.pass(Duration.ofMinutes(2));
        assertThat(pair.hostA.installs).isZero();
        assertThat(pair.statusA().state()).isNotEqualTo(PeerStatus.State.ESTABLISHED);
    }

    @Test
    void aFloodInAPeersNameIsBoundedAndThePeerGetsThrough() {
        EnginePair pair = new EnginePair(13);
        pair.b.put(EnginePair.peerOfB(EnginePair.psk("k"), GRE).withPolicies(List.of()), pair.now);
        byte[] value = new byte[256];
        value[10] = 5;
        for (int i = 0; i < 5_000; i++) {
            byte[] nonce = new byte[32];
            pair.random.nextBytes(nonce);
            IkeHeader header = new IkeHeader(pair.random.nextLong(), 0, 0, ExchangeType.IKE_SA_INIT, true, false, 0);
            byte[] message = PayloadWriter.message(
                    header,
                    List.of(
                            new Payload.Sa(Proposals.IKE.forIke(0)),
                            new Payload.Ke(14, value),
                            new Payload.Nonce(nonce)));
            pair.b.receive(new IkeDatagram(EnginePair.B, 500, EnginePair.A, 500, message), pair.now);
        }
        assertThat(pair.b.drops().get(IkeDrop.COOKIE)).isGreaterThan(4_900);
        assertThat(pair.b.exportKeys()).hasSizeLessThan(5);
        pair.b.put(EnginePair.peerOfB(EnginePair.psk("k"), GRE), pair.now);
        pair.a.put(EnginePair.peerOfA(EnginePair.psk("k"), GRE), pair.now);
        pair.await(Duration.ofSeconds(30), pair::bothUp);
        IkeDatagram stranger = new IkeDatagram(
                EnginePair.B, 500, NAT, 500, pair.seen.getFirst().message());
        pair.b.receive(stranger, pair.now);
        assertThat(pair.b.drops().get(IkeDrop.UNKNOWN_PEER)).isOne();
    }
}
