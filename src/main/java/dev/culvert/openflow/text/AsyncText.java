package dev.culvert.openflow.text;

import dev.culvert.openflow.message.AsyncConfig;
import dev.culvert.openflow.message.AsyncConfig.Kind;
import dev.culvert.openflow.message.AsyncConfig.Masks;
import java.util.List;

/** Wishes for unasked messages, by role, kind and reason. */
final class AsyncText {
    private static final int COLUMN = 16;

    private AsyncText() {}

    static String format(AsyncConfig config) {
        StringBuilder out = new StringBuilder("\n primary:\n");
        for (Kind kind : Kind.values()) {
            line(out, kind, masks(config, kind).primary());
        }
        out.append("\n secondary:\n");
        for (Kind kind : Kind.values()) {
            line(out, kind, masks(config, kind).secondary());
        }
        return out.toString();
    }

    private static Masks masks(AsyncConfig config, Kind kind) {
        return config.wanted().getOrDefault(kind, new Masks(0, 0));
    }

    private static void line(StringBuilder out, Kind kind, int mask) {
        out.append(" ".repeat(COLUMN - kind.name().length()))
                .append(kind.name())
                .append(':');
        boolean any = false;
        List<String> reasons = reasons(kind);
        for (int bit = 0; bit < reasons.size(); bit++) {
            if ((mask >>> bit & 1) != 0 && !reasons.get(bit).isEmpty()) {
                out.append(' ').append(reasons.get(bit));
                any = true;
            }
        }
        out.append(any ? "\n" : " (off)\n");
    }

    /** The names of a kind's reasons, from bit 0 on; those without a name are empty. */
    private static List<String> reasons(Kind kind) {
        return switch (kind) {
            case PACKET_IN -> List.of("no_match", "action", "invalid_ttl", "action_set", "group", "packet_out");
            case PORT_STATUS -> List.of("add", "delete", "modify");
            case FLOW_REMOVED -> List.of("idle", "hard", "delete", "group_delete", "meter_delete", "eviction");
            case ROLE_STATUS -> List.of("primary_request", "configuration_changed", "experimenter_data_changed");
            case TABLE_STATUS -> List.of("", "", "", "vacancy_down", "vacancy_up");
            case REQUESTFORWARD -> List.of("group_mod_request", "meter_mod_request");
        };
    }
}
