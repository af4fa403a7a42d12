package dev.culvert.datapath;

import java.util.List;

/** The flow cache as its owner changes it: what upcalls have put in is taken out, or made to do something else. */
public interface FlowCache {
    /**
     * Takes a flow out; does nothing if it is not there.
     *
     * @param flow the flow
     */
    void removeFlow(Megaflow flow);

    /**
     * Replaces what is done with a flow's packets; the next one already gets it.
     *
     * @param flow the flow
     * @param actions what is done from now on
     */
    default void replaceActions(Megaflow flow, List<Action> actions) {
        flow.replaceActions(actions);
    }
}
