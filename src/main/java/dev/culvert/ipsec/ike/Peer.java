package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.message.NotifyType;
import dev.culvert.ipsec.ike.message.Payload;
import dev.culvert.packet.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One peer: its IKE SAs, of which one is used, and how often it has been tried. */
final class Peer {
    /** When what could not be done now is tried again. */
    static final long SOON = TimeUnit.SECONDS.toNanos(5);

    /** IKE SAs that are there at a time: the one in use, its successors, leaving ones. A peer that makes more has lost count. */
    private static final int SAS_MAX = 16;

    final Core core;
    IkePeer config;
    boolean wanted = true;

    private final List<IkeSa> sas = new ArrayList<>();
    private final PolicyRetries children = new PolicyRetries();
    private final Retry retry = new Retry();
    private boolean authenticationFailed;
    private String lastError = "";
    long authenticationFailures;
    long retransmissions;
    long ikeRekeys;
    long childRekeys;
    PeerStatus.Liveness liveness = PeerStatus.Liveness.NONE;
    boolean changed;

    Peer(Core core, IkePeer config) {
        this.core = core;
        this.config = config;
    }

    List<IkeSa> sas() {
        return List.copyOf(sas);
    }

    void add(IkeSa sa) {
        sas.add(sa);
        changed = true;
    }

    int halfOpen() {
        return (int)
                sas.stream().filter(sa -> sa.state == IkeSa.State.HALF_OPEN).count();
    }

    void addHalfOpen(IkeSa sa, long now) {
        if (halfOpen() >= InitResponder.HALF_OPEN_MAX) {
            sas.stream()
                    .filter(other -> other.state == IkeSa.State.HALF_OPEN)
                    .findFirst()
                    .ifPresent(oldest -> close(oldest, now));
        }
        sas.add(sa);
    }

    /** The IKE SA in use, or null. */
    @Nullable
    IkeSa current() {
        for (IkeSa sa : sas.reversed()) {
            if (sa.state == IkeSa.State.ESTABLISHED && !sa.pending) {
                return sa;
            }
        }
        return null;
    }

    /** Whether an IKE SA should be begun, apart from the pause between attempts. */
    boolean isDown() {
        return wanted
                && !config.policies().isEmpty()
                && sas.stream()
                        .noneMatch(sa -> sa.state == IkeSa.State.ESTABLISHED || sa.state == IkeSa.State.CONNECTING);
    }

    long retryAt() {
        return retry.at();
    }

    void tryNow(long now) {
        retry.notAfter(now);
    }

    /** Begins an IKE SA. */
    void initiate(long now) {
        IpAddress local = config.local().isUnspecified() ? core.host.localAddress(config.remote()) : config.local();
        if (local.isUnspecified() || local.isIpv4() != config.remote().isIpv4()) {
            failed("no way to " + config.remote());
            retry.failed(core, config.timing(), now);
            return;
        }
        Path path = new Path(local, IkeDatagram.PORT, config.remote(), IkeDatagram.PORT);
        IkeSa sa = new IkeSa(this, true, core.newSpi(), 0, path, IkeSa.State.CONNECTING, now);
        sas.add(sa);
        new InitExchange(sa).start(now);
    }

    /** Both have proved who they are. Another IKE SA with the same peer is one too many. */
    void established(IkeSa sa, boolean initialContact, long now) {
        retry.succeeded();
        lastError = "";
        authenticationFailed = false;
        changed = true;
        for (IkeSa other : sas()) {
            if (other == sa) {
                continue;
            }
            boolean before = other.establishedAt <= sa.createdAt;
            if (other.state == IkeSa.State.CONNECTING && other.window.exchange() instanceof InitExchange) {
                close(other, now);
            } else if (other.state == IkeSa.State.ESTABLISHED || other.state == IkeSa.State.LEAVING) {
                if (initialContact && before) {
                    close(other, now);
                } else if (other.state == IkeSa.State.ESTABLISHED) {
                    settle(sa, other, !before && other.initiator != sa.initiator, now);
                }
            }
        }
        if (sas.size() > SAS_MAX) {
            close(sas.getFirst(), now);
        }
    }

    private static void settle(IkeSa sa, IkeSa other, boolean simultaneous, long now) {
        boolean loses = simultaneous && Nonces.loses(Nonces.lower(sa.ni, sa.nr), Nonces.lower(other.ni, other.nr));
        IkeSa loser = loses ? sa : other;
        loser.leave(loser.initiator && simultaneous ? now : now + Child.GRACE);
    }

    /** One end has not proved who it is. */
    void authenticationFailed() {
        authenticationFailures++;
        failed("authentication failed");
        authenticationFailed = current() == null;
    }

    /** Remembers why there is no IKE SA. */
    void failed(String reason) {
        if (current() == null) {
            changed |= !reason.equals(lastError);
            lastError = reason;
            authenticationFailed = false;
        }
    }

    /** We have refused what the peer wanted. */
    void refused(Payload.Notify notify) {
        boolean transitory = notify.type() == NotifyType.TEMPORARY_FAILURE
                || notify.type() == NotifyType.CHILD_SA_NOT_FOUND
                || notify.type() == NotifyType.INVALID_KE_PAYLOAD;
        if (!transitory) {
            lastError = NotifyType.name(notify.type());
            changed = true;
        }
    }

    /** The peer answers no more. */
    void dead(IkeSa sa, long now) {
        if (sa.state != IkeSa.State.LEAVING) {
            close(sa, now);
            failed(sa.hint.isEmpty() ? "no answer" : sa.hint);
        } else {
            close(sa, now);
        }
    }

    /** An IKE SA goes, and the peer is not told. */
    void close(IkeSa sa, long now) {
        boolean mattered = sa.state == IkeSa.State.CONNECTING || sa.state == IkeSa.State.ESTABLISHED;
        sas.remove(sa);
        sa.close();
        changed = true;
        if (mattered && isDown()) {
            retry.failed(core, config.timing(), now);
        }
    }

    /** Packets of a policy leave with one CHILD_SA. */
    void activated(Child child) {
        changed = true;
        Outlets.closeOthers(sas, child);
    }

    /** A CHILD_SA is gone: if packets leave with no other, they leave with the next best. */
    void removed(Child child) {
        changed = true;
        child.active = false;
        Outlets.openNext(sas, child.policy);
    }

    long childRetryAt(ChildPolicy policy) {
        return children.at(policy);
    }

    void childMade(ChildPolicy policy) {
        children.made(policy);
        lastError = "";
        changed = true;
    }

    void childFailed(ChildPolicy policy, Payload.Notify error, long now) {
        lastError = NotifyType.name(error.type());
        changed = true;
        children.of(policy).failed(core, config.timing(), now);
    }

    /** The peer has deleted a CHILD_SA that we still want: it has a moment to make another before we do. */
    void childDeleted(ChildPolicy policy, long now) {
        children.of(policy).failed(core, config.timing(), now);
    }

    /** CHILD_SAs that are not there are not made before then. */
    void childrenLater(long when) {
        for (ChildPolicy policy : config.policies()) {
            children.of(policy).notBefore(when);
        }
    }

    /** Takes other policies; CHILD_SAs of those that are gone are deleted. */
    void policies(List<ChildPolicy> policies, long now) {
        if (policies.equals(config.policies())) {
            return;
        }
        config = config.withPolicies(policies);
        children.keepOnly(policies);
        changed = true;
        for (IkeSa sa : sas) {
            for (Child child : sa.children.all()) {
                if (!policies.contains(child.policy)) {
                    child.replace(now);
                }
            }
            if (policies.isEmpty() && sa.state == IkeSa.State.ESTABLISHED) {
                sa.leave(now);
            }
        }
    }

    /** The peer is not wanted any more: nothing is begun with it, and what there is goes. */
    void dismiss(long now) {
        wanted = false;
        for (IkeSa sa : sas()) {
            if (sa.state == IkeSa.State.ESTABLISHED || sa.state == IkeSa.State.LEAVING) {
                sa.leave(now);
                sa.children.clear();
            } else {
                close(sa, now);
            }
        }
    }

    /** Tells the peer that its SAs are deleted, whether or not it hears it, and forgets all. */
    void abandon(long now) {
        wanted = false;
        for (IkeSa sa : sas()) {
            if (sa.state == IkeSa.State.ESTABLISHED || sa.state == IkeSa.State.LEAVING) {
                sa.window.abandon();
                sa.send(DeleteExchange.ofIke(sa), now);
            }
            close(sa, now);
        }
    }

    /** Packets have come by a CHILD_SA: they may leave by it too. */
    void firstPacket(int spiIn, long now) {
        for (IkeSa sa : sas()) {
            Child child = sa.children.bySpiIn(spiIn);
            if (child != null && !child.replaced) {
                child.known(now);
                sa.children.activate(child);
            }
        }
    }

    String lastError() {
        return lastError;
    }

    boolean hasAuthenticationFailed() {
        return authenticationFailed;
    }
}
