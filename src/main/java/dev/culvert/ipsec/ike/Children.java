package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.crypto.Algorithms;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The CHILD_SAs of one IKE SA, and what the host knows of them. */
final class Children {
    /** How long the end that did not begin a CHILD_SA waits until its packets leave with it: the answer must be there first. */
    static final long FIRST_PACKET = TimeUnit.MILLISECONDS.toNanos(100);

    private final IkeSa owner;
    private final List<Child> children = new ArrayList<>();

    Children(IkeSa owner) {
        this.owner = owner;
    }

    List<Child> all() {
        return children;
    }

    /** Gives the host a new one; its keys are the host's alone from here on. */
    void install(Child child) {
        children.add(child);
        if (child.sa.rekeyed() != 0) {
            owner.peer.childRekeys++;
        }
        owner.core.host.install(child.sa);
        Algorithms.wipe(child.sa.keyIn(), child.sa.keyOut());
    }

    /** Lets packets leave with one. */
    void activate(Child child) {
        child.activateAt = Long.MAX_VALUE;
        if (!child.active) {
            owner.peer.activated(child);
            child.active = true;
            owner.core.host.activate(child.sa);
        }
    }

    void delete(Child child) {
        if (children.remove(child)) {
            owner.core.host.delete(child.sa);
            owner.peer.removed(child);
        }
    }

    void clear() {
        for (Child child : List.copyOf(children)) {
            delete(child);
        }
    }

    /** The peer has gone on from what it asked for, so it has the answers. */
    void known(long now) {
        children.forEach(child -> child.known(now));
    }

    /** The IKE SA has been rekeyed: the new one has them now. */
    void moveTo(IkeSa heir) {
        heir.children.children.addAll(children);
        children.clear();
    }

    @Nullable
    Child bySpiOut(int spi) {
        return children.stream()
                .filter(child -> child.sa.spiOut() == spi)
                .findFirst()
                .orElse(null);
    }

    @Nullable
    Child bySpiIn(int spi) {
        return children.stream()
                .filter(child -> child.sa.spiIn() == spi)
                .findFirst()
                .orElse(null);
    }

    boolean hasLive(ChildPolicy policy) {
        return children.stream().anyMatch(child -> !child.replaced && child.policy.equals(policy));
    }

    /** Where the NAT's mapping has changed, the host learns where ESP goes now. */
    void moved() {
        for (Child child : children) {
            ChildSa old = child.sa;
            if (old.encapsulated()) {
                child.sa = new ChildSa(
                        old.peer(),
                        old.policy(),
                        old.spiIn(),
                        old.spiOut(),
                        old.transforms(),
                        old.keyIn(),
                        old.keyOut(),
                        true,
                        owner.path.local,
                        owner.path.localPort,
                        owner.path.remote,
                        owner.path.remotePort,
                        old.localTraffic(),
                        old.remoteTraffic(),
                        old.rekeyed());
                owner.core.host.moved(child.sa);
            }
        }
    }
}
