package dev.culvert.openflow.message;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * Which of the switch's unasked messages a controller wants, for each kind and role a bit per reason. Source: OpenFlow 1.3,
 * A.3.10; OpenFlow 1.4, 7.3.10; {@code nx_async_config}.
 *
 * @param wanted by kind; a kind that is absent keeps its default
 */
public record AsyncConfig(Map<Kind, Masks> wanted) {
    /** The kinds of unasked message; the number is that of the OpenFlow 1.4 property for secondaries, plus one for others. */
    public enum Kind {
        /** Packets for the controller. */
        PACKET_IN(0),
        /** Port changes. */
        PORT_STATUS(2),
        /** Flows that went. */
        FLOW_REMOVED(4),
        /** Role changes; OpenFlow 1.4. */
        ROLE_STATUS(6),
        /** Table changes; OpenFlow 1.4. */
        TABLE_STATUS(8),
        /** Other controllers' requests; OpenFlow 1.4. */
        REQUESTFORWARD(10);

        private final int property;

        Kind(int property) {
            this.property = property;
        }

        /** The property number for secondary controllers; the one for all others follows it. */
        public int property() {
            return property;
        }
    }

    /**
     * The reasons that are wanted, a bit each.
     *
     * @param primary in the roles primary and equal
     * @param secondary in the role secondary
     */
    public record Masks(int primary, int secondary) {}

    /** Copies the map. */
    public AsyncConfig {
        Map<Kind, Masks> copy = new EnumMap<>(Kind.class);
        copy.putAll(wanted);
        wanted = Collections.unmodifiableMap(copy);
    }

    /** What a controller gets that never asked: port changes in every role, packets and removals unless secondary. */
    public static AsyncConfig standard() {
        return new AsyncConfig(Map.of(
                Kind.PACKET_IN, new Masks(0b11, 0),
                Kind.PORT_STATUS, new Masks(0b111, 0b111),
                Kind.FLOW_REMOVED, new Masks(0b1111, 0)));
    }

    /** These wishes, with {@code changes} where they name a kind. */
    public AsyncConfig with(AsyncConfig changes) {
        Map<Kind, Masks> merged = new EnumMap<>(Kind.class);
        merged.putAll(wanted);
        merged.putAll(changes.wanted);
        return new AsyncConfig(merged);
    }

    /** Whether a message of that kind and reason is wanted by a controller of that role. */
    public boolean wants(Kind kind, int reason, Role role) {
        Masks masks = wanted.get(kind);
        if (masks == null) {
            return false;
        }
        int mask = role == Role.SECONDARY ? masks.secondary() : masks.primary();
        return (mask & (1 << reason)) != 0;
    }
}
