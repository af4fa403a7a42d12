package dev.culvert.ipsec.ike;

import dev.culvert.packet.IpAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes {@link PeerStatus}. */
final class Statuses {
    private Statuses() {}

    static PeerStatus of(Peer peer, long now) {
        IkeSa sa = peer.current();
        List<PeerStatus.ChildStatus> children = sa == null
                ? List.of()
                : sa.children.all().stream().map(child -> of(child, now)).toList();
        return new PeerStatus(
                peer.config.name(),
                state(peer, sa),
                sa == null ? IpAddress.NONE : sa.path.local,
                peer.config.remote(),
                sa == null || sa.remoteIdentity == null ? "" : sa.remoteIdentity.toString(),
                sa == null || sa.suite == null ? "" : sa.suite.toString(),
                sa == null ? "" : "%016x %016x".formatted(sa.spiInitiator(), sa.spiResponder()),
                sa != null && sa.initiator,
                sa == null ? 0 : seconds(sa.rekeyAt - now),
                sa == null ? 0 : seconds(now - sa.establishedAt),
                sa != null && sa.path.encapsulated(),
                peer.retransmissions,
                peer.authenticationFailures,
                peer.ikeRekeys,
                peer.childRekeys,
                peer.liveness,
                peer.lastError(),
                children);
    }

    private static PeerStatus.State state(Peer peer, @Nullable IkeSa sa) {
        if (sa == null) {
            return peer.hasAuthenticationFailed()
                    ? PeerStatus.State.AUTHENTICATION_FAILED
                    : PeerStatus.State.CONNECTING;
        }
        boolean all = peer.config.policies().stream().allMatch(sa.children::hasLive);
        return all ? PeerStatus.State.ESTABLISHED : PeerStatus.State.PARTIAL;
    }

    private static PeerStatus.ChildStatus of(Child child, long now) {
        return new PeerStatus.ChildStatus(
                child.policy.name(),
                child.sa.spiIn(),
                child.sa.spiOut(),
                child.sa.transforms().toString(),
                child.replaced ? 0 : seconds(child.rekeyAt - now),
                seconds(now - child.createdAt),
                child.active);
    }

    private static long seconds(long nanos) {
        return Math.max(0, TimeUnit.NANOSECONDS.toSeconds(nanos));
    }
}
