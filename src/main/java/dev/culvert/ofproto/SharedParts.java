package dev.culvert.ofproto;

import dev.culvert.datapath.Action;
import dev.culvert.datapath.ActionList;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What many cached flows have in common, once: masks, which come from code and are few, and actions, of which there are
 * hardly more than ports.
 */
final class SharedParts {
    /** How many of each are kept; then it begins anew, and what is in use stays in use. */
    private static final int KEPT = 1024;

    /** Longer lists are not kept: a flow that does so much is not cached. */
    static final int ACTIONS_MAX = 512;

    private final Map<LongBuffer, long[]> masks = new HashMap<>();
    private final Map<List<Action>, ActionList> actions = new HashMap<>();

    /** A mask that is equal; neither is changed from here on. */
    long[] mask(long[] mask) {
        if (masks.size() >= KEPT) {
            masks.clear();
        }
        return masks.computeIfAbsent(LongBuffer.wrap(mask), _ -> mask);
    }

    /** Actions that are equal; those given where they are too many to be kept. */
    ActionList actions(List<Action> wanted) {
        if (wanted.size() > ACTIONS_MAX) {
            return ActionList.of(wanted);
        }
        if (actions.size() >= KEPT) {
            actions.clear();
        }
        ActionList known = actions.get(wanted);
        if (known == null) {
            known = ActionList.of(wanted);
            actions.put(known, known);
        }
        return known;
    }
}
