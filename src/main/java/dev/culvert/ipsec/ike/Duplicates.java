package dev.culvert.ipsec.ike;

/** Both ends make CHILD_SAs for what has none, so there can be two for one policy. */
final class Duplicates {
    private Duplicates() {}

    /**
     * Marks all but one of a policy's CHILD_SAs. Of two that were made at the same time from both sides, the one with the lowest
     * nonce goes, as in a simultaneous rekeying; otherwise the newest stays.
     */
    static void settle(IkeSa sa, Child made, long now) {
        for (Child other : sa.children.all()) {
            if (other == made || other.replaced || !other.policy.equals(made.policy)) {
                continue;
            }
            boolean simultaneous =
                    other.initiator != made.initiator && made.createdAt - other.createdAt < Child.GRACE / 2;
            Child loser = simultaneous && Nonces.loses(made.nonce, other.nonce) ? made : other;
            loser.replace(loser.initiator ? now : now + Child.GRACE);
            if (loser == made) {
                return;
            }
        }
    }
}
