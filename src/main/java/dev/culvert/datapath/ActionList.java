package dev.culvert.datapath;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/**
 * Actions together with the program that the poll loop runs for them. Thousands of flows do the same: they can share one of
 * these. Immutable.
 */
public final class ActionList extends AbstractList<Action> implements RandomAccess {
    private final List<Action> actions;
    final int[] program;

    private ActionList(List<Action> actions) {
        this.actions = List.copyOf(actions);
        this.program = ActionProgram.compile(this.actions);
    }

    /**
     * Keeps actions.
     *
     * @param actions what is done, in order
     * @return the same where it is one of these already
     */
    public static ActionList of(List<Action> actions) {
        return actions instanceof ActionList list ? list : new ActionList(actions);
    }

    @Override
    public Action get(int index) {
        return actions.get(index);
    }

    @Override
    public int size() {
        return actions.size();
    }
}
