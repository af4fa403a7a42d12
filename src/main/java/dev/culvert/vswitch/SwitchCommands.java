package dev.culvert.vswitch;

import dev.culvert.ofproto.Backer;
import dev.culvert.unixctl.UnixctlCommands;
import dev.culvert.unixctl.UnixctlException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** The commands of ovs-appctl that look at bridges and the datapath, with the texts of ovs-vswitchd(8). */
final class SwitchCommands {
    private final SwitchReport report;
    private final Backer backer;

    SwitchCommands(SwitchReport report, Backer backer) {
        this.report = report;
        this.backer = backer;
    }

    void register(UnixctlCommands commands, Executor conductor) {
        commands.register("fdb/show", "bridge", 1, 1, conductor, with(report::macs));
        commands.register("fdb/stats-show", "bridge", 1, 1, conductor, with(report::macStatistics));
        commands.register("fdb/flush", "[bridge]", 0, 1, conductor, this::flush);
        commands.register("dpif/show", "", 0, 0, conductor, _ -> report.datapaths());
        commands.register(
                "dpif/dump-flows",
                "[-m] [--names | --no-names] bridge",
                1,
                3,
                conductor,
                arguments -> with(report::flows).run(List.of(arguments.getLast())));
        commands.register("ofproto/list", "", 0, 0, conductor, _ -> report.bridges());
        commands.register("ofproto/list-tunnels", "", 0, 0, conductor, _ -> report.tunnels());
        commands.register("tnl/ports/show", "-v", 0, 1, conductor, _ -> report.tunnelPorts());
        commands.register("coverage/show", "", 0, 0, conductor, _ -> report.drops());
        commands.register("revalidator/purge", "", 0, 0, conductor, _ -> {
            backer.purge();
            return "";
        });
    }

    private String flush(List<String> arguments) throws UnixctlException {
        if (arguments.isEmpty()) {
            backer.bridges().forEach(bridge -> bridge.macs().flush());
        } else {
            bridge(arguments.getFirst()).ofproto.macs().flush();
        }
        backer.revalidate();
        return "table successfully flushed";
    }

    private dev.culvert.unixctl.UnixctlCommand with(Function<RunningBridge, String> question) {
        return arguments -> question.apply(bridge(arguments.getFirst()));
    }

    private RunningBridge bridge(String name) throws UnixctlException {
        RunningBridge bridge = report.bridge(name);
        if (bridge == null) {
            throw new UnixctlException("no such bridge");
        }
        return bridge;
    }
}
