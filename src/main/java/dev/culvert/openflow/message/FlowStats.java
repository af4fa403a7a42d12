package dev.culvert.openflow.message;

import dev.culvert.openflow.field.Match;
import java.util.List;

/**
 * A flow and its counters.
 *
 * @param table its table
 * @param priority 0 to 65535
 * @param match what it matches
 * @param cookie the controller's mark
 * @param durationNanos its age
 * @param idleTimeout seconds without packets until it goes, 0 for never
 * @param hardTimeout seconds until it goes, 0 for never
 * @param idleAge seconds since its last packet, {@link #UNKNOWN_AGE} if not told; known to NXM and OpenFlow 1.5 peers
 * @param hardAge seconds since its last change, {@link #UNKNOWN_AGE} if not told
 * @param importance the importance for eviction; OpenFlow 1.4 and later
 * @param flags {@code ofp_flow_mod_flags}: the bits that the version has
 * @param packets packets so far, {@link PortStats#UNSUPPORTED} if not counted
 * @param bytes bytes so far, likewise
 * @param instructions what it does, in the order of execution
 */
public record FlowStats(
        int table,
        int priority,
        Match match,
        long cookie,
        long durationNanos,
        int idleTimeout,
        int hardTimeout,
        int idleAge,
        int hardAge,
        int importance,
        int flags,
        long packets,
        long bytes,
        List<Instruction> instructions) {
    /** An age that the peer did not tell. */
    public static final int UNKNOWN_AGE = -1;

    /** Copies the list. */
    public FlowStats {
        instructions = List.copyOf(instructions);
    }

    /** A permanent flow of no cookie that applies actions: all that a bridge without a controller has. */
    public static FlowStats permanent(
            int table,
            int priority,
            Match match,
            long durationNanos,
            int idleAge,
            long packets,
            long bytes,
            List<Action> actions) {
        return new FlowStats(
                table,
                priority,
                match,
                0,
                durationNanos,
                0,
                0,
                idleAge,
                UNKNOWN_AGE,
                0,
                0,
                packets,
                bytes,
                actions.isEmpty() ? List.of() : List.of(new Instruction.ApplyActions(actions)));
    }
}
