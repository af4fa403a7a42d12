package dev.culvert.ipsec.ike;

import java.util.List;

/** Which of a policy's CHILD_SAs packets leave with, where there are several, under one IKE SA or more. */
final class Outlets {
    private Outlets() {}

    /** Packets leave with one from now on, and so not with the others of its policy. */
    static void closeOthers(List<IkeSa> sas, Child chosen) {
        for (IkeSa sa : sas) {
            for (Child other : sa.children.all()) {
                if (other != chosen && other.policy.equals(chosen.policy)) {
                    other.active = false;
                    other.activateAt = Long.MAX_VALUE;
                }
            }
        }
    }

    /**
     * One is gone. If packets left with it, or would have in a moment, the newest of its policy follows, best one that nothing
     * replaces.
     */
    static void openNext(List<IkeSa> sas, ChildPolicy policy) {
        boolean open = sas.stream()
                .flatMap(sa -> sa.children.all().stream())
                .anyMatch(child -> child.active && child.policy.equals(policy));
        if (!open && !open(sas, policy, false)) {
            open(sas, policy, true);
        }
    }

    private static boolean open(List<IkeSa> sas, ChildPolicy policy, boolean replaced) {
        for (IkeSa sa : sas.reversed()) {
            for (Child other : sa.children.all().reversed()) {
                if (other.policy.equals(policy) && other.replaced == replaced) {
                    sa.children.activate(other);
                    return true;
                }
            }
        }
        return false;
    }
}
