package dev.culvert.openflow.text;

import dev.culvert.openflow.message.PortConfig;
import dev.culvert.openflow.message.PortDescription;
import dev.culvert.openflow.message.PortFeature;
import dev.culvert.openflow.message.PortState;
import dev.culvert.openflow.message.PortStats;
import dev.culvert.openflow.message.PortStats.Counter;
import dev.culvert.openflow.message.PortStats.CustomCounter;
import dev.culvert.openflow.message.QueueStats;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Ports, their counters and their queues, as ovs-ofctl's show, dump-ports and queue-stats print them. */
final class PortText {
    private static final String INDENT = "           ";
    private static final String[] RMON_RX = {
        "1_to_64_packets",
        "65_to_127_packets",
        "128_to_255_packets",
        "256_to_511_packets",
        "512_to_1023_packets",
        "1024_to_1522_packets",
        "1523_to_max_packets"
    };
    private static final String[] RMON_ERRORS = {
        "undersized_errors", "oversize_errors", "rx_fragmented_errors", "rx_jabber_errors"
    };
    private static final int CUSTOM_PER_LINE = 3;

    private PortText() {}

    /** Descriptions in the order of their numbers, so that the reserved ones come last. */
    static String descriptions(List<PortDescription> ports, PrintOptions options) {
        List<PortDescription> sorted = new ArrayList<>(ports);
        sorted.sort(Comparator.comparing(PortDescription::number, Integer::compareUnsigned));
        StringBuilder out = new StringBuilder();
        sorted.forEach(port -> out.append(description(port, options)));
        return out.toString();
    }

    /** One description, of several lines. */
    static String description(PortDescription port, PrintOptions options) {
        StringBuilder out = new StringBuilder(" ");
        out.append(numbersOnly(options).port(port.number()))
                .append('(')
                .append(port.name())
                .append("): addr:");
        for (int shift = 40; shift >= 0; shift -= 8) {
            String octet = Long.toHexString(port.mac() >>> shift & 0xff);
            out.append(octet.length() < 2 ? "0" : "").append(octet).append(shift == 0 ? "" : ":");
        }
        out.append("\n     config:     ").append(config(port.config()));
        out.append("\n     state:      ").append(state(port.state())).append('\n');
        features(out, "current:    ", port.current());
        features(out, "advertised: ", port.advertised());
        features(out, "supported:  ", port.supported());
        features(out, "peer:       ", port.peer());
        out.append("     speed: ").append(Integer.toUnsignedString(Integer.divideUnsigned(port.currentSpeed(), 1000)));
        out.append(" Mbps now, ").append(Integer.toUnsignedString(Integer.divideUnsigned(port.maxSpeed(), 1000)));
        return out.append(" Mbps max\n").toString();
    }

    private static PrintOptions numbersOnly(PrintOptions options) {
        return new PrintOptions(options.verbosity(), java.util.Map.of(), true, true);
    }

    private static String config(Set<PortConfig> config) {
        List<String> names = new ArrayList<>();
        for (PortConfig flag : PortConfig.values()) {
            if (config.contains(flag)) {
                names.add(flag.name());
            }
        }
        return names.isEmpty() ? "0" : String.join(" ", names);
    }

    private static String state(Set<PortState> state) {
        boolean learn = state.contains(PortState.STP_LEARN);
        boolean forward = state.contains(PortState.STP_FORWARD);
        String stp = learn && forward ? "STP_BLOCK" : learn ? "STP_LEARN" : forward ? "STP_FORWARD" : "";
        List<String> names = new ArrayList<>();
        for (PortState flag : List.of(PortState.LINK_DOWN, PortState.BLOCKED, PortState.LIVE)) {
            if (state.contains(flag)) {
                names.add(flag.name());
            }
        }
        // Open vSwitch puts no blank between the two parts
        String text = stp + String.join(" ", names);
        return text.isEmpty() ? "0" : text;
    }

    private static void features(StringBuilder out, String title, Set<PortFeature> features) {
        if (features.isEmpty()) {
            return;
        }
        out.append("     ").append(title);
        String separator = "";
        for (PortFeature feature : PortFeature.values()) {
            if (features.contains(feature)) {
                out.append(separator).append(feature.text());
                separator = " ";
            }
        }
        out.append('\n');
    }

    /** Counters, in the order in which they came. */
    static String stats(List<PortStats> ports, PrintOptions options) {
        StringBuilder out = new StringBuilder(" " + ports.size() + " ports\n");
        for (PortStats port : ports) {
            String name = options.port(port.port());
            // the blank makes room for two digits, even where a name takes the number's place
            boolean oneDigit = Integer.compareUnsigned(port.port(), 10) < 0;
            out.append("  port ").append(oneDigit ? " " : "").append(name).append(": rx pkts=");
            out.append(get(port, Counter.RX_PACKETS)).append(", bytes=").append(get(port, Counter.RX_BYTES));
            out.append(", drop=").append(get(port, Counter.RX_DROPPED));
            out.append(", errs=").append(get(port, Counter.RX_ERRORS));
            out.append(", frame=").append(get(port, Counter.RX_FRAME_ERRORS));
            out.append(", over=").append(get(port, Counter.RX_OVER_ERRORS));
            out.append(", crc=").append(get(port, Counter.RX_CRC_ERRORS));
            out.append('\n').append(INDENT).append("tx pkts=").append(get(port, Counter.TX_PACKETS));
            out.append(", bytes=").append(get(port, Counter.TX_BYTES));
            out.append(", drop=").append(get(port, Counter.TX_DROPPED));
            out.append(", errs=").append(get(port, Counter.TX_ERRORS));
            out.append(", coll=").append(get(port, Counter.COLLISIONS)).append('\n');
            if (port.durationNanos() != PortStats.UNSUPPORTED) {
                out.append(INDENT)
                        .append("duration=")
                        .append(FlowText.duration(port.durationNanos()))
                        .append("s\n");
            }
            rmon(out, port.rfc2819());
            custom(out, port.custom());
        }
        return out.toString();
    }

    private static String get(PortStats port, Counter counter) {
        int index = List.of(Counter.values()).indexOf(counter);
        return count(port.counters().get(index));
    }

    private static String count(long value) {
        return value == PortStats.UNSUPPORTED ? "?" : Long.toUnsignedString(value);
    }

    private static void rmon(StringBuilder out, List<Long> values) {
        if (values.isEmpty()) {
            return;
        }
        StringBuilder rx = new StringBuilder();
        StringBuilder tx = new StringBuilder();
        for (int i = 0; i < RMON_RX.length; i++) {
            rmonCounter(rx, RMON_RX[i], values.get(i));
            rmonCounter(tx, RMON_RX[i], values.get(i + RMON_RX.length));
        }
        int next = 2 * RMON_RX.length;
        rmonCounter(tx, "multicast_packets", values.get(next));
        rmonCounter(rx, "broadcast_packets", values.get(next + 1));
        rmonCounter(tx, "broadcast_packets", values.get(next + 2));
        for (int i = 0; i < RMON_ERRORS.length; i++) {
            rmonCounter(rx, RMON_ERRORS[i], values.get(next + 3 + i));
        }
        line(out, "rx rfc2819 ", rx);
        line(out, "tx rfc2819 ", tx);
    }

    private static void rmonCounter(StringBuilder out, String name, long value) {
        if (value != PortStats.UNSUPPORTED) {
            out.append(name).append('=').append(Long.toUnsignedString(value)).append(", ");
        }
    }

    private static void line(StringBuilder out, String title, StringBuilder counters) {
        if (!counters.isEmpty()) {
            out.append(INDENT).append(title).append(counters).append('\n');
        }
    }

    private static void custom(StringBuilder out, List<CustomCounter> counters) {
        List<CustomCounter> kept = counters.stream()
                .filter(counter -> counter.value() != PortStats.UNSUPPORTED)
                .toList();
        if (kept.isEmpty()) {
            return;
        }
        out.append(INDENT).append("CUSTOM Statistics");
        for (int i = 0; i < kept.size(); i++) {
            out.append(i % CUSTOM_PER_LINE == 0 ? "\n" + INDENT + INDENT : " ");
            out.append(kept.get(i).name())
                    .append('=')
                    .append(Long.toUnsignedString(kept.get(i).value()));
            out.append(',');
        }
        out.append('\n');
    }

    /** Queues' counters. */
    static String queues(List<QueueStats> queues, PrintOptions options) {
        StringBuilder out = new StringBuilder(" " + queues.size() + " queues\n");
        for (QueueStats queue : queues) {
            out.append("  port ").append(options.port(queue.port()));
            out.append(" queue ").append(Integer.toUnsignedString(queue.queue()));
            out.append(": bytes=").append(count(queue.txBytes()));
            out.append(", pkts=").append(count(queue.txPackets()));
            out.append(", errors=").append(count(queue.txErrors())).append(", duration=");
            boolean known = queue.durationNanos() != PortStats.UNSUPPORTED;
            out.append(known ? FlowText.duration(queue.durationNanos()) + "s" : "?")
                    .append('\n');
        }
        return out.toString();
    }
}
