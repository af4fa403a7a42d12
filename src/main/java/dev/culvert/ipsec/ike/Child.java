package dev.culvert.ipsec.ike;

import java.util.concurrent.TimeUnit;

/** A CHILD_SA in the machine: what the host has, and when what happens to it. */
final class Child {
    /** How long the end that does not do the deleting waits for it. */
    static final long GRACE = TimeUnit.SECONDS.toNanos(10);

    /** strongSwan repeats a request after 4 seconds, and after 11. */
    private static final long REPETITION = TimeUnit.SECONDS.toNanos(15);

    ChildSa sa;
    final ChildPolicy policy;
    final boolean initiator;

    /**
     * When the peer has it, as good as sure. If the peer began it, our answer may be lost. Until it sends something later, or its
     * request has not come again for a while, we must not begin anything about it: the peer would know nothing of it, and install
     * it afterwards.
     */
    private long knownAt;

    private boolean proved;

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
        proved = initiator;
        knownAt = initiator ? now : now + REPETITION;
        rekeyAt = now + core.jittered(timing.childRekey().toNanos());
        expiresAt = now + timing.childLifetime().toNanos();
        activateAt = Long.MAX_VALUE;
    }

    long knownAt() {
        return knownAt;
    }

    /** The peer has it for sure. */
    void known(long now) {
        proved = true;
        knownAt = Math.min(knownAt, now);
    }

    /** The peer has repeated a request: perhaps the one that made it. */
    void doubted(long now) {
        if (!proved) {
            knownAt = now + REPETITION;
        }
    }

    /** It has a successor; we delete it then, unless the peer does before. */
    void replace(long whenToDelete) {
        replaced = true;
        deleteAt = Math.min(deleteAt, whenToDelete);
    }
}
