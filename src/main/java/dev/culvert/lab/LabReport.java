package dev.culvert.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What the lab found, as a table for people and as JSON for programs. */
final class LabReport {
    private static final String ABSENT = "failed";
    private static final double BITS = 1e9;

    private final List<LabResult> results;
    private final LabOptions options;

    LabReport(List<LabResult> results, LabOptions options) {
        this.results = results;
        this.options = options;
    }

    /** The table, with an empty line before it. */
    List<String> table(boolean unicode) {
        Table table = new Table(
                unicode,
                1,
                List.of(
                        List.of(
                                "",
                                "ping",
                                "first",
                                "RTT min/avg/max",
                                "RTT p50",
                                "TCP",
                                "UDP",
                                "overhead",
                                "effective"),
                        List.of("encapsulation", "loss", "ping ms", "ms", "ms", "Gb/s", "packets/s", "bytes", "MTU")));
        for (LabResult result : results) {
            Iperf.Tcp tcp = result.tcp();
            Iperf.Udp udp = result.udp();
            PingReport small = result.small();
            table.add(
                    result.encapsulation().label(),
                    loss(result.pings()),
                    millis(result.first().quantileMillis(0.5)),
                    range(small),
                    millis(small.quantileMillis(0.5)),
                    tcp == null ? ABSENT : String.format(Locale.ROOT, "%.2f", tcp.gigabits()),
                    udp == null ? ABSENT : String.format(Locale.ROOT, "%,.0f", udp.rate()),
                    result.overhead() < 0 ? "-" : Integer.toString(result.overhead()),
                    result.mtu() < 0 ? "-" : Integer.toString(result.mtu()));
        }
        List<String> lines = new ArrayList<>(List.of(""));
        lines.addAll(table.lines());
        return lines;
    }

    /** One line about pings, for the progress. */
    static String describe(PingReport report, int payload) {
        if (report.sent() == 1) {
            return millis(report.quantileMillis(1)) + " ms, with ARP and the switches' learning";
        }
        return String.format(
                Locale.ROOT,
                "%d of %d answered, %d bytes, min/avg/max %s ms",
                report.received(),
                report.sent(),
                payload,
                range(report));
    }

    /** Writes {@code lab.json} into the output folder. */
    void write() throws LabException {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (LabResult result : results) {
            rows.add(row(result));
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("switches", List.of(options.left().title(), options.right().title()));
        all.put("seconds", options.seconds());
        all.put("results", rows);
        Path file = options.out().resolve("lab.json");
        JsonMapper json =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        try {
            Files.writeString(file, json.writeValueAsString(all) + "\n");
        } catch (IOException e) {
            throw new LabException("the report cannot be written: " + e.getMessage(), e);
        }
    }

    private static Map<String, Object> row(LabResult result) {
        Map<String, Object> row = new LinkedHashMap<>();
        Iperf.Tcp tcp = result.tcp();
        Iperf.Udp udp = result.udp();
        row.put("encapsulation", result.encapsulation().label());
        row.put("pings_sent", result.pings().sent());
        row.put("pings_answered", result.pings().received());
        row.put("large_pings_sent", result.large().sent());
        row.put("large_pings_answered", result.large().received());
        if (result.first().received() > 0) {
            row.put("first_ping_ms", result.first().quantileMillis(1));
        }
        if (result.small().received() > 0) {
            row.put("rtt_ms_min", result.small().quantileMillis(0));
            row.put("rtt_ms_p50", result.small().quantileMillis(0.5));
            row.put("rtt_ms_avg", result.small().averageMillis());
            row.put("rtt_ms_p99", result.small().quantileMillis(0.99));
            row.put("rtt_ms_max", result.small().quantileMillis(1));
        }
        if (tcp != null) {
            row.put("tcp_bits_per_second", tcp.gigabits() * BITS);
            row.put("tcp_retransmits", tcp.retransmits());
        }
        if (udp != null) {
            row.put("udp_packets_per_second", udp.rate());
            row.put("udp_packets_sent", udp.sent());
            row.put("udp_packets_received", udp.received());
        }
        if (result.overhead() >= 0) {
            row.put("overhead_bytes", result.overhead());
        }
        if (result.mtu() >= 0) {
            row.put("effective_mtu_bytes", result.mtu());
        }
        row.put("failures", result.failures());
        return row;
    }

    /** What to try with a lab that is kept. */
    static List<String> hints(LabSession session) {
        LabNetwork network = session.network();
        Side left = network.left();
        List<String> lines = new ArrayList<>(List.of("", "The lab is up. Try:"));
        BoxSwitch box = session.switches().getFirst();
        box.environment().forEach((name, value) -> {
            if (name.startsWith("OVS_RUNDIR")) {
                lines.add("  export " + name + "=" + value + "    # speak to the switch in " + left.box());
            }
        });
        lines.add("  ovs-vsctl show    # or bin/ovs-vsctl, Culvert's own");
        lines.add("  ovs-ofctl show " + left.bridge());
        lines.add("  ip netns exec " + left.guest() + " ping " + network.right().guestAddress());
        lines.add("  ip netns exec " + left.box() + " tcpdump -ni " + left.underlayDevice());
        lines.add("  " + session.downCommand());
        return lines;
    }

    private static String loss(PingReport report) {
        return report.complete() ? "0 %" : String.format(Locale.ROOT, "%.1f %%", report.lossPercent());
    }

    private static String range(PingReport report) {
        return millis(report.quantileMillis(0)) + "/" + millis(report.averageMillis()) + "/"
                + millis(report.quantileMillis(1));
    }

    private static String millis(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.1f", value);
    }
}
