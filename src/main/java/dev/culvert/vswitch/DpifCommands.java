package dev.culvert.vswitch;

import dev.culvert.datapath.Datapath;
import dev.culvert.datapath.DatapathStatistics;
import dev.culvert.datapath.Megaflow;
import dev.culvert.ofproto.Backer;
import dev.culvert.ofproto.OfPort;
import dev.culvert.unixctl.UnixctlCommands;
import dev.culvert.unixctl.UnixctlException;
import dev.culvert.vswitch.ipsec.TunnelSecurity;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code dpif/*}, {@code upcall/*} and {@code revalidator/*}: the datapath as the bridges see it. */
final class DpifCommands {
    private static final int DECAY = 100;

    private final SwitchCommands commands;
    private final Datapath datapath;
    private final Backer backer;
    private int mostFlows;
    private long averageHundredths;

    DpifCommands(SwitchCommands commands, Datapath datapath, Backer backer) {
        this.commands = commands;
        this.datapath = datapath;
        this.backer = backer;
    }

    void register() {
        commands.add("dpif/show", "", 0, 0, _ -> show());
        commands.add("dpif/dump-dps", "", 0, 0, _ -> datapaths());
        commands.addForBridge("dpif/show-dp-features", "bridge", 1, _ -> DatapathFeatures.show());
        commands.add(
                "dpif/dump-flows", "[-m] [--names | --no-names] bridge", 1, UnixctlCommands.UNLIMITED, this::flows);
        commands.add("offload/show", "[bridge]", 0, 1, this::offload);
        commands.add("upcall/show", "", 0, 0, _ -> upcalls());
        commands.add("upcall/set-flow-limit", "flow-limit-number", 1, 1, this::setFlowLimit);
        commands.add("revalidator/purge", "", 0, 0, _ -> {
            backer.purge();
            return "";
        });
        commands.add("revalidator/wait", "", 0, 0, _ -> {
            backer.tick();
            return "";
        });
    }

    /** Takes note of how many flows there are; to be called from time to time. */
    void sample() {
        int flows = backer.flows().size();
        mostFlows = Math.max(mostFlows, flows);
        averageHundredths = (averageHundredths * (DECAY - 1) + flows * 100L) / DECAY;
    }

    private String show() {
        DatapathStatistics statistics = datapath.statistics();
        StringBuilder text = new StringBuilder();
        text.append("netdev@ovs-netdev: hit:%d missed:%d\n".formatted(statistics.hits(), statistics.misses()));
        for (RunningBridge bridge : commands.bridges()) {
            text.append("  ").append(bridge.name()).append(":\n");
            for (RunningInterface present : new TreeMap<>(bridge.interfaces).values()) {
                OfPort port = present.port;
                if (port != null) {
                    String number = port.datapathPort() == OfPort.NO_DEVICE ? "none" : "" + port.datapathPort();
                    text.append("    %s %d/%s: (%s)\n"
                            .formatted(port.name(), port.number(), number, kind(bridge, present)));
                }
            }
        }
        return text.toString();
    }

    /** What a port is, with its options where there are any. */
    static String kind(RunningBridge bridge, RunningInterface present) {
        String type = present.config.type();
        if (type.equals("internal") || present.config.name().equals(bridge.name())) {
            return "tap";
        }
        if (InterfaceOpener.hasDevice(present.config)) {
            return type.isEmpty() ? "system" : type;
        }
        StringBuilder text = new StringBuilder(type);
        String separator = ": ";
        for (Map.Entry<String, String> option :
                TunnelSecurity.others(present.config.options()).entrySet()) {
            text.append(separator).append(option.getKey()).append('=').append(option.getValue());
            separator = ", ";
        }
        return text.toString();
    }

    private String datapaths() {
        StringBuilder text = new StringBuilder();
        commands.bridges()
                .forEach(bridge -> text.append("netdev@").append(bridge.name()).append('\n'));
        return text.toString();
    }

    private String flows(List<String> arguments) throws UnixctlException {
        RunningBridge bridge = commands.bridge(arguments.getLast());
        List<String> options = arguments.subList(0, arguments.size() - 1);
        boolean all = options.contains("-m") || options.contains("--more");
        boolean numbers = options.lastIndexOf("--no-names") > options.lastIndexOf("--names");
        boolean names = !numbers && (all || options.contains("--names"));
        StringBuilder text = new StringBuilder();
        for (Backer.CachedFlow flow : backer.flows(bridge.ofproto)) {
            text.append(all ? "ufid:" + CachedFlowText.ufid(flow) + " " : "");
            text.append(CachedFlowText.format(
                            flow, all, names ? datapath.ports() : Map.of(), all ? CachedFlowText.place(flow) : ""))
                    .append('\n');
        }
        return text.toString();
    }

    private String upcalls() {
        sample();
        int flows = backer.flows().size();
        return """
                netdev@ovs-netdev:
                  flows         : (current %d) (avg %d) (max %d) (limit %d)
                  dump duration : %dms
                  ufid enabled : true

                  1: (keys %d)
                """.formatted(
                        flows,
                        averageHundredths / 100,
                        mostFlows,
                        backer.flowLimit(),
                        Math.max(1, backer.tickNanos() / 1_000_000),
                        flows);
    }

    /** Says what the kernel forwards, and of each flow that it does not, why. */
    private String offload(List<String> arguments) throws UnixctlException {
        String obstacle = datapath.kernelObstacle();
        StringBuilder text = new StringBuilder();
        text.append("kernel offload: ")
                .append(obstacle == null ? "on" : "off, " + obstacle)
                .append("\nflows in the kernel: ")
                .append(datapath.kernelFlows())
                .append("\ntunnels with the link address of their next hop: ")
                .append(datapath.kernelNeighbours())
                .append('\n');
        for (RunningBridge bridge : commands.bridges(arguments, "no such bridge")) {
            text.append(bridge.name()).append(":\n");
            for (Backer.CachedFlow flow : backer.flows(bridge.ofproto)) {
                text.append("  ")
                        .append(CachedFlowText.format(flow, false, datapath.ports(), ""))
                        .append("\n    ")
                        .append(standing(flow.flow()))
                        .append('\n');
            }
        }
        return text.toString();
    }

    private static String standing(Megaflow flow) {
        String refusal = flow.refusal();
        return flow.inKernel() ? "in the kernel" : refusal == null ? "has not carried enough yet" : "here: " + refusal;
    }

    private String setFlowLimit(List<String> arguments) {
        String text = arguments.getFirst();
        // the original's number has no sign: what is below zero, or too large, is as many as there can be
        boolean beyond = text.matches("-[1-9]\\d*|\\d{10,}");
        int limit = beyond ? Datapath.FLOW_LIMIT : Reconciler.number(text, 0, 0, Datapath.FLOW_LIMIT);
        backer.setFlowLimit(limit);
        return "set flow_limit to " + limit;
    }
}
