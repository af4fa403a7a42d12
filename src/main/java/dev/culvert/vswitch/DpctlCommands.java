package dev.culvert.vswitch;

import dev.culvert.datapath.Datapath;
import dev.culvert.datapath.DatapathStatistics;
import dev.culvert.datapath.PortCounters;
import dev.culvert.linux.Errno;
import dev.culvert.ofproto.Backer;
import dev.culvert.ofproto.OfPort;
import dev.culvert.unixctl.UnixctlCommand;
import dev.culvert.unixctl.UnixctlException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code dpctl/*} (ovs-dpctl(8)) as far as it looks: the datapath belongs to the switch, and nobody else changes it. There is no
 * connection tracking, so the tables of connections are empty.
 */
final class DpctlCommands {
    private static final int UUID_LENGTH = 36;
    private static final String NAME = "netdev@ovs-netdev";
    private static final Set<String> FLOW_TYPES =
            Set.of("ovs", "tc", "dpdk", "offloaded", "non-offloaded", "partially-offloaded", "fully-offloaded");

    private final SwitchCommands commands;
    private final Datapath datapath;
    private final Backer backer;
    private final Map<String, String> usages = new LinkedHashMap<>();

    DpctlCommands(SwitchCommands commands, Datapath datapath, Backer backer) {
        this.commands = commands;
        this.datapath = datapath;
        this.backer = backer;
    }

    void register() {
        add("dump-dps", "", 0, 0, _ -> NAME + "\n");
        add("show", "[-s] [dp...]", 0, 1 << 10, this::show);
        add("dump-flows", "[-m] [--names] [dp] [filter=..] [type=..] [pmd=..]", 0, 6, this::dumpFlows);
        add("get-flow", "[dp] ufid", 1, 2, this::getFlow);
        add("del-flows", "[dp] [file]", 0, 2, this::deleteFlows);
        add("dump-conntrack", "[-m] [-s] [dp] [zone=N]", 0, 4, this::connections);
        add("flush-conntrack", "[dp] [zone=N] [ct-orig-tuple] [ct-reply-tuple]", 0, 4, DpctlCommands::flushConnections);
        add("list-commands", "", 0, 0, _ -> list());
    }

    private void add(String name, String usage, int least, int most, UnixctlCommand command) {
        usages.put("dpctl/" + name, usage);
        commands.add("dpctl/" + name, usage, least, most, command);
    }

    private String list() {
        StringBuilder text = new StringBuilder("The available commands are:\n");
        usages.forEach((name, usage) -> text.append("  %-28s  %s\n".formatted(name, usage)));
        return text.toString();
    }

    private static UnixctlException failed(String what, int errno) {
        return new UnixctlException("ovs-vswitchd: %s (%s)\n".formatted(what, Errno.message(errno)));
    }

    /** A command line without its options. */
    private static List<String> words(List<String> arguments) throws UnixctlException {
        List<String> words = new ArrayList<>();
        for (String argument : arguments) {
            switch (argument) {
                case "-m", "--more", "-s", "--statistics", "--names", "--no-names" -> {}
                default -> {
                    if (argument.startsWith("-")) {
                        throw new UnixctlException("Unrecognized option " + argument);
                    }
                    words.add(argument);
                }
            }
        }
        return words;
    }

    private String show(List<String> arguments) throws UnixctlException {
        List<String> named = words(arguments);
        StringBuilder errors = new StringBuilder();
        for (String name : named) {
            if (!name.equals(NAME)) {
                int errno = name.startsWith("netdev@") ? Errno.ENODEV : Errno.EAFNOSUPPORT;
                errors.append(
                        failed("opening datapath " + name + " failed", errno).getMessage());
            }
        }
        if (!errors.isEmpty()) {
            throw new UnixctlException(errors.toString());
        }
        boolean counters = arguments.contains("-s") || arguments.contains("--statistics");
        DatapathStatistics statistics = datapath.statistics();
        StringBuilder text = new StringBuilder(NAME + ":\n");
        text.append("  lookups: hit:%d missed:%d lost:%d\n"
                .formatted(statistics.hits(), statistics.misses(), statistics.lost()));
        text.append("  flows: %d\n".formatted(statistics.flows()));
        kinds().forEach((number, kind) -> {
            text.append("  port %d: %s%s\n".formatted(number, datapath.ports().get(number), kind));
            PortCounters port = datapath.counters(number);
            text.append(counters && port != null ? counters(port) : "");
        });
        return text.toString();
    }

    /** What each port is, in brackets; nothing for a device that was there before. */
    private Map<Integer, String> kinds() {
        Map<Integer, String> kinds = new TreeMap<>();
        for (RunningBridge bridge : commands.bridges()) {
            for (RunningInterface present : bridge.interfaces.values()) {
                OfPort port = present.port;
                if (port != null && port.datapathPort() != OfPort.NO_DEVICE) {
                    String kind = DpifCommands.kind(bridge, present);
                    kinds.put(port.datapathPort(), kind.equals("system") ? "" : " (" + kind + ")");
                }
            }
        }
        return kinds;
    }

    private static String counters(PortCounters port) {
        return """
                    RX packets:%d errors:%d dropped:%d overruns:? frame:?
                    TX packets:%d errors:%d dropped:%d aborted:? carrier:?
                    collisions:?
                    RX bytes:%s  TX bytes:%s
                """.formatted(
                        port.rxPackets(),
                        port.rxErrors(),
                        port.rxDropped(),
                        port.txPackets(),
                        port.txErrors(),
                        port.txDropped(),
                        bytes(port.rxBytes()),
                        bytes(port.txBytes()));
    }

    /** Bytes, and what they come to in larger units. */
    private static String bytes(long bytes) {
        double size = bytes;
        int unit = -1;
        while (size > 1024 && unit < 3) {
            size /= 1024;
            unit++;
        }
        return unit < 0
                ? Long.toString(bytes)
                : String.format(Locale.ROOT, "%d (%.1f %siB)", bytes, size, "KMGT".charAt(unit));
    }

    private String dumpFlows(List<String> arguments) throws UnixctlException {
        for (String word : words(arguments)) {
            if (word.startsWith("type=")) {
                String type = word.substring("type=".length());
                if (!FLOW_TYPES.containsAll(List.of(type.split(",", -1)))) {
                    throw failed("Failed to parse type (" + type + ")", Errno.EINVAL);
                }
            } else if (word.startsWith("filter=")) {
                throw failed("filters are not supported", Errno.EOPNOTSUPP);
            } else if (!word.startsWith("pmd=") && !word.equals(NAME)) {
                throw failed("datapath not found", Errno.EINVAL);
            }
        }
        boolean all = arguments.contains("-m") || arguments.contains("--more");
        Map<Integer, String> names = all || arguments.contains("--names") ? datapath.ports() : Map.of();
        StringBuilder text = new StringBuilder();
        for (Backer.CachedFlow flow : backer.flows()) {
            text.append(text.isEmpty() ? "flow-dump from the main thread:\n" : "");
            text.append(line(flow, all, names));
        }
        return text.toString();
    }

    private static String line(Backer.CachedFlow flow, boolean all, Map<Integer, String> names) {
        return all
                ? "ufid:%s, %s\n"
                        .formatted(
                                CachedFlowText.ufid(flow),
                                CachedFlowText.format(flow, true, names, CachedFlowText.place(flow)))
                : CachedFlowText.format(flow, false, names, "") + "\n";
    }

    private String getFlow(List<String> arguments) throws UnixctlException {
        List<String> words = words(arguments);
        if (words.size() > 1 && !words.getFirst().equals(NAME)) {
            throw failed("datapath not found", Errno.EINVAL);
        }
        String last = words.isEmpty() ? "" : words.getLast();
        if (!last.startsWith("ufid:")) {
            return "ovs-vswitchd: parsing flow ufid";
        }
        UUID wanted = ufid(last);
        if (wanted == null) {
            return String.valueOf(failed("parsing flow ufid", Errno.EINVAL).getMessage());
        }
        for (Backer.CachedFlow flow : backer.flows()) {
            if (CachedFlowText.ufid(flow).equals(wanted)) {
                return line(flow, true, Map.of());
            }
        }
        throw failed("getting flow", Errno.ENOENT);
    }

    private static @Nullable UUID ufid(String text) {
        try {
            String digits = text.substring("ufid:".length());
            return digits.length() == UUID_LENGTH ? UUID.fromString(digits) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private String deleteFlows(List<String> arguments) throws UnixctlException {
        for (String word : words(arguments)) {
            if (!word.equals(NAME)) {
                throw failed("datapath not found", Errno.EINVAL);
            }
        }
        backer.purge();
        return "";
    }

    private String connections(List<String> arguments) throws UnixctlException {
        for (String word : words(arguments)) {
            if (!word.equals(NAME) && !word.matches("zone=\\d+")) {
                throw failed("datapath not found", Errno.EINVAL);
            }
        }
        return "";
    }

    private static String flushConnections(List<String> arguments) throws UnixctlException {
        for (String word : words(arguments)) {
            if (word.startsWith("zone=") && !word.matches("zone=\\d{1,5}")) {
                throw failed("failed to parse zone", Errno.EINVAL);
            }
            if (!word.equals(NAME) && !word.contains("=")) {
                throw failed("field " + word + " missing value", Errno.EINVAL);
            }
        }
        return "";
    }
}
