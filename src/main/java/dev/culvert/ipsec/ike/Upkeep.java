package dev.culvert.ipsec.ike;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What has to be done with a peer, by the clock alone: its IKE SA and CHILD_SAs made, renewed, asked after, and put away. */
final class Upkeep {
    private static final long HALF_OPEN = TimeUnit.SECONDS.toNanos(30);
    private static final long KEEPALIVE = TimeUnit.SECONDS.toNanos(20);

    private final Peer peer;
    private final Agenda agenda;
    private final long now;

    Upkeep(Peer peer, long now) {
        this.peer = peer;
        this.now = now;
        agenda = new Agenda(now);
    }

    /**
     * Does what is due.
     *
     * @return when there is something again
     */
    long run() {
        for (IkeSa sa : peer.sas()) {
            run(sa);
        }
        if (peer.isDown() && agenda.isDue(peer.retryAt())) {
            peer.initiate(now);
            for (IkeSa sa : peer.sas()) {
                agenda.isDue(sa.window.deadline());
            }
            if (peer.isDown()) {
                agenda.isDue(peer.retryAt());
            }
        }
        return agenda.next();
    }

    private void run(IkeSa sa) {
        if (sa.state == IkeSa.State.CLOSED) {
            return;
        }
        if (sa.state == IkeSa.State.HALF_OPEN) {
            if (agenda.isDue(sa.createdAt + HALF_OPEN)) {
                peer.close(sa, now);
            }
            return;
        }
        if (agenda.isDue(sa.window.deadline())) {
            if (!sa.window.run(now)) {
                peer.dead(sa, now);
                return;
            }
            peer.retransmissions++;
            agenda.isDue(sa.window.deadline());
        }
        if (sa.state == IkeSa.State.CONNECTING) {
            return;
        }
        for (Child child : List.copyOf(sa.children.all())) {
            boolean seen = !child.active && !child.replaced && lastInbound(child) != Long.MIN_VALUE;
            if (seen) {
                child.known(now);
            }
            if (seen || agenda.isDue(child.activateAt)) {
                sa.children.activate(child);
            }
            if (agenda.isDue(child.expiresAt)) {
                child.replace(now);
            }
        }
        if (sa.state == IkeSa.State.ESTABLISHED && agenda.isDue(sa.expiresAt)) {
            sa.leave(now);
        }
        if (sa == peer.current() && agenda.isDue(sa.reauthenticateAt)) {
            sa.reauthenticateAt = Long.MAX_VALUE;
            peer.initiate(now); // the old one goes when the new one is there
        }
        keepAlive(sa);
        if (sa.window.isFree()) {
            Exchange next = next(sa);
            if (next != null) {
                sa.send(next, now);
                agenda.isDue(sa.window.deadline());
            }
        }
    }

    private void keepAlive(IkeSa sa) {
        if (sa.path.natHere && agenda.isDue(sa.keptAliveAt + KEEPALIVE)) {
            sa.keptAliveAt = now;
            sa.core.host.send(sa.path.to(IkeDatagram.keepalive()));
            agenda.isDue(sa.keptAliveAt + KEEPALIVE);
        }
    }

    /** The next request, by urgency; null if none is due. */
    private @Nullable Exchange next(IkeSa sa) {
        if (sa.state == IkeSa.State.LEAVING) {
            return agenda.isDue(sa.deleteAt) ? DeleteExchange.ofIke(sa) : null;
        }
        List<Child> deleted = new ArrayList<>();
        for (Child child : sa.children.all()) {
            if (agenda.isDue(Math.max(child.deleteAt, child.knownAt()))) {
                deleted.add(child);
            }
        }
        if (!deleted.isEmpty()) {
            return DeleteExchange.of(sa, deleted);
        }
        if (agenda.isDue(sa.rekeyAt)) {
            return new RekeyIkeExchange(sa);
        }
        for (Child child : sa.children.all()) {
            boolean due = isWorn(child) || agenda.isDue(child.rekeyAt);
            if (!child.replaced && due && agenda.isDue(child.knownAt())) {
                return new CreateChildExchange(sa, child.policy, child);
            }
        }
        if (sa == peer.current()) {
            for (ChildPolicy policy : peer.config.policies()) {
                if (!sa.children.hasLive(policy) && agenda.isDue(peer.childRetryAt(policy))) {
                    return new CreateChildExchange(sa, policy, null);
                }
            }
        }
        return liveness(sa);
    }

    private boolean isWorn(Child child) {
        return peer.core.host.usage(child.sa).outboundPackets()
                >= peer.config.timing().childPackets();
    }

    private long lastInbound(Child child) {
        return peer.core.host.usage(child.sa).lastInbound();
    }

    private @Nullable Exchange liveness(IkeSa sa) {
        long heard = sa.heardAt;
        for (Child child : sa.children.all()) {
            long last = lastInbound(child);
            if (last != Long.MIN_VALUE) {
                heard = Math.max(heard, last - peer.core.origin);
            }
        }
        boolean silent = agenda.isDue(heard + peer.config.timing().liveness().toNanos());
        boolean doubt = sa.doubtful && agenda.isDue(sa.askedAt + Peer.SOON);
        if (!silent && !doubt) {
            return null;
        }
        sa.askedAt = now;
        return new LivenessExchange();
    }
}
