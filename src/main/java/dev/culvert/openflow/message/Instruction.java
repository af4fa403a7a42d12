package dev.culvert.openflow.message;

import java.util.List;

/** A step of a flow since OpenFlow 1.1; an OpenFlow 1.0 flow is one {@link ApplyActions}. In the order of execution. */
public sealed interface Instruction {
    /**
     * Meters the packet; an action in OpenFlow 1.5.
     *
     * @param meter the meter's number
     */
    record Meter(int meter) implements Instruction {}

    /**
     * Does actions at once.
     *
     * @param actions in order
     */
    record ApplyActions(List<Action> actions) implements Instruction {
        /** Copies the list. */
        public ApplyActions {
            actions = List.copyOf(actions);
        }
    }

    /** Empties the action set. */
    record ClearActions() implements Instruction {}

    /**
     * Puts actions into the action set.
     *
     * @param actions in order
     */
    record WriteActions(List<Action> actions) implements Instruction {
        /** Copies the list. */
        public WriteActions {
            actions = List.copyOf(actions);
        }
    }

    /**
     * Changes the metadata.
     *
     * @param value the new bits
     * @param mask which bits
     */
    record WriteMetadata(long value, long mask) implements Instruction {}

    /**
     * Goes on in another table.
     *
     * @param table its number
     */
    record GotoTable(int table) implements Instruction {}
}
