package dev.culvert.openflow.text;

import dev.culvert.openflow.OfPort;
import dev.culvert.openflow.field.Bits;
import dev.culvert.openflow.message.Action;
import dev.culvert.openflow.message.FlowQuery;
import dev.culvert.openflow.message.FlowStats;
import dev.culvert.openflow.message.Instruction;
import dev.culvert.openflow.message.PortStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Flows, their counters and their actions, in the syntax of ovs-ofctl(8). */
public final class FlowText {
    private static final List<String> FLAGS =
            List.of("send_flow_rem", "check_overlap", "reset_counts", "no_packet_counts", "no_byte_counts");
    private static final long NANOS = 1_000_000_000L;

    private FlowText() {}

    /** A flow on one line, without the newline: counters, match, actions. */
    public static String format(FlowStats flow, PrintOptions options) {
        StringBuilder out = new StringBuilder(" ");
        if (options.statistics() || flow.cookie() != 0) {
            out.append("cookie=0x").append(Long.toHexString(flow.cookie())).append(", ");
        }
        if (options.statistics()) {
            out.append("duration=").append(duration(flow.durationNanos())).append("s, ");
            out.append("table=").append(flow.table()).append(", ");
            out.append("n_packets=").append(counter(flow.packets())).append(", ");
            out.append("n_bytes=").append(counter(flow.bytes())).append(", ");
        } else if (flow.table() != 0) {
            out.append("table=").append(flow.table()).append(", ");
        }
        number(out, "idle_timeout", flow.idleTimeout());
        number(out, "hard_timeout", flow.hardTimeout());
        for (int bit = 0; bit < FLAGS.size(); bit++) {
            out.append((flow.flags() >>> bit & 1) != 0 ? FLAGS.get(bit) + " " : "");
        }
        number(out, "importance", flow.importance());
        if (options.statistics() && options.ages()) {
            if (flow.idleAge() >= 0) {
                out.append("idle_age=").append(flow.idleAge()).append(", ");
            }
            if (flow.hardAge() >= 0 && flow.hardAge() != flow.durationNanos() / NANOS) {
                out.append("hard_age=").append(flow.hardAge()).append(", ");
            }
        }
        String match = MatchText.format(flow.priority(), flow.match(), options);
        out.append(match).append(match.isEmpty() ? "" : " ");
        return out.append("actions=")
                .append(instructions(flow.instructions(), options))
                .toString();
    }

    private static void number(StringBuilder out, String name, int value) {
        if (value != 0) {
            out.append(name).append('=').append(value).append(", ");
        }
    }

    /** What a flow does. */
    public static String actions(FlowStats flow, PrintOptions options) {
        return instructions(flow.instructions(), options);
    }

    private static String counter(long value) {
        return value == PortStats.UNSUPPORTED ? "?" : Long.toUnsignedString(value);
    }

    /** Seconds, with as many decimals as they have. */
    static String duration(long nanos) {
        String seconds = Long.toString(nanos / NANOS);
        if (nanos % NANOS == 0) {
            return seconds;
        }
        String fraction = String.format(Locale.ROOT, "%09d", nanos % NANOS);
        int end = fraction.length();
        while (fraction.charAt(end - 1) == '0') {
            end--;
        }
        // three digits are shown even where fewer would do
        return seconds + "." + fraction.substring(0, Math.max(3, end));
    }

    private static String instructions(List<Instruction> instructions, PrintOptions options) {
        List<String> parts = new ArrayList<>();
        for (Instruction instruction : instructions) {
            switch (instruction) {
                case Instruction.Meter(int meter) -> parts.add("meter:" + Integer.toUnsignedString(meter));
                case Instruction.ApplyActions(List<Action> actions) ->
                    actions.forEach(action -> parts.add(action(action, options)));
                case Instruction.ClearActions() -> parts.add("clear_actions");
                case Instruction.WriteActions(List<Action> actions) -> {
                    List<String> inner = actions.stream()
                            .map(action -> action(action, options))
                            .toList();
                    parts.add("write_actions(" + (inner.isEmpty() ? "drop" : String.join(",", inner)) + ")");
                }
                case Instruction.WriteMetadata(long value, long mask) ->
                    parts.add("write_metadata:0x" + Long.toHexString(value)
                            + (mask == -1 ? "" : "/0x" + Long.toHexString(mask)));
                case Instruction.GotoTable(int table) -> parts.add("goto_table:" + table);
            }
        }
        return parts.isEmpty() ? "drop" : String.join(",", parts);
    }

    private static String action(Action action, PrintOptions options) {
        return switch (action) {
            case Action.Output(int port, int maxLength) when port == OfPort.CONTROLLER -> "CONTROLLER:" + maxLength;
            case Action.Output(int port, int _) -> {
                String name = options.port(port);
                boolean reserved = Integer.compareUnsigned(port, OfPort.MAX) >= 0;
                yield reserved ? name : "output:" + name;
            }
            case Action.Group(int group) -> "group:" + Integer.toUnsignedString(group);
            case Action.SetQueue(int queue) -> "set_queue:" + Integer.toUnsignedString(queue);
            case Action.PushVlan(int ethertype) -> String.format(Locale.ROOT, "push_vlan:0x%04x", ethertype);
            case Action.PushMpls(int ethertype) -> String.format(Locale.ROOT, "push_mpls:0x%04x", ethertype);
            case Action.PopMpls(int ethertype) -> String.format(Locale.ROOT, "pop_mpls:0x%04x", ethertype);
            case Action.StripVlan() -> "strip_vlan";
            case Action.PopVlan() -> "pop_vlan";
            case Action.DecTtl() -> "dec_ttl";
            case Action.Resubmit(int port, int table) -> {
                boolean samePort = port == OfPort.IN_PORT;
                boolean sameTable = table == Action.Resubmit.SAME_TABLE;
                yield sameTable && !samePort
                        ? "resubmit:" + options.port(port)
                        : "resubmit(" + (samePort ? "" : options.port(port)) + "," + (sameTable ? "" : table) + ")";
            }
            case Action.Unknown(Bits wire) -> "unknown(" + wire + ")";
        };
    }

    /** A flow query after the name of its message: a blank before each condition. */
    static String query(FlowQuery query, PrintOptions options) {
        StringBuilder out = new StringBuilder();
        if (query.table() != FlowQuery.ALL_TABLES) {
            out.append(" table=").append(query.table());
        }
        if (query.outPort() != OfPort.ANY) {
            out.append(" out_port=").append(options.port(query.outPort()));
        }
        String match = MatchText.format(0x8000, query.match(), options);
        return out.append(match.isEmpty() ? "" : " " + match).toString();
    }
}
