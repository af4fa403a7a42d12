package dev.culvert.ipsec.ike;

import java.util.concurrent.TimeUnit;

/** A CHILD_SA in the machine: what the host has, and when what happens to it. */
final class Child {
    /** How long the end that does not do the deleting waits for it. */
    static final long GRACE = TimeUnit.SECONDS.toNanos(10);

    private static final long LONGEST_REQUEST = TimeUnit.MINUTES.toNanos(3);

    ChildSa sa;
    final ChildPolicy policy;
    final boolean initiator;

    /**
     * When the peer has it for sure. If the peer began it, our answer may still be lost: until it sends something later we must not
     * begin anything about it, since the peer would know nothing of it, and install it afterwards. Nobody repeats a request longer
     * than this.
     */
    long knownAt;

    /** The lower nonce of the exchange that made it. */
    final byte[] nonce;

    final long createdAt;
    long rekeyAt;
    final long expiresAt;

    /** When packets shall leave with it. */
    long activateAt;

    boolean active;

    /** Whether another one stands, or will stand, in its place. */
    boolean replaced;

    /** When we delete it; only set with {@link #replaced}, or when it is not wanted. */
    long deleteAt = Long.MAX_VALUE;

    Child(ChildSa sa, ChildPolicy policy, boolean initiator, byte[] nonce, IkeTiming timing, Core core, long now) {
        this.sa = sa;
        this.policy = policy;
        this.initiator = initiator;
        this.nonce = nonce;
        createdAt = now;
        knownAt = initiator ? now : now + LONGEST_REQUEST;
        rekeyAt = now + core.jittered(timing.childRekey().toNanos());
        expiresAt = now + timing.childLifetime().toNanos();
        activateAt = Long.MAX_VALUE;
    }

    /** It has a successor; we delete it then, unless the peer does before. */
    void replace(long whenToDelete) {
        replaced = true;
        deleteAt = Math.min(deleteAt, whenToDelete);
    }
}
