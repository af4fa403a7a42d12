package dev.culvert.openflow.message;

import dev.culvert.openflow.OfPort;
import dev.culvert.openflow.field.Match;
import java.util.List;
import java.util.function.Predicate;

/**
 * Which flows a request is about: those that satisfy all of it.
 *
 * @param table their table, or {@link #ALL_TABLES}
 * @param outPort a port that they output to, or {@link OfPort#ANY}
 * @param outGroup a group that they use, or {@link #ANY_GROUP}
 * @param cookie the cookie, in the bits of the mask
 * @param cookieMask the bits of the cookie that count
 * @param match conditions that theirs must include
 */
public record FlowQuery(int table, int outPort, int outGroup, long cookie, long cookieMask, Match match) {
    /** Every table. */
    public static final int ALL_TABLES = 0xff;
    /** Whatever the group. */
    public static final int ANY_GROUP = 0xffffffff;
    /** Every flow. */
    public static final FlowQuery ALL = new FlowQuery(ALL_TABLES, OfPort.ANY, ANY_GROUP, 0, 0, Match.ANY);

    /** Whether the flow satisfies all of this: the loose form of comparison, which a match is part of another for. */
    public boolean selects(FlowStats flow) {
        return (table == ALL_TABLES || table == flow.table())
                && ((flow.cookie() ^ cookie) & cookieMask) == 0
                && includes(flow.match())
                && (outPort == OfPort.ANY || anyAction(flow, action -> isOutput(action)))
                && (outGroup == ANY_GROUP || anyAction(flow, action -> isGroup(action)));
    }

    private boolean includes(Match other) {
        return match.conditions().entrySet().stream()
                .allMatch(entry -> other.get(entry.getKey())
                        .filter(theirs -> implies(theirs, entry.getValue()))
                        .isPresent());
    }

    private static boolean implies(Match.Condition theirs, Match.Condition ours) {
        return theirs.mask().and(ours.mask()).equals(ours.mask())
                && theirs.value().and(ours.mask()).equals(ours.value());
    }

    private boolean isOutput(Action action) {
        return action instanceof Action.Output(int port, int _) && port == outPort;
    }

    private boolean isGroup(Action action) {
        return action instanceof Action.Group(int group) && group == outGroup;
    }

    private static boolean anyAction(FlowStats flow, Predicate<Action> wanted) {
        return flow.instructions().stream().anyMatch(instruction -> switch (instruction) {
            case Instruction.ApplyActions(List<Action> actions) ->
                actions.stream().anyMatch(wanted);
            case Instruction.WriteActions(List<Action> actions) ->
                actions.stream().anyMatch(wanted);
            default -> false;
        });
    }
}
