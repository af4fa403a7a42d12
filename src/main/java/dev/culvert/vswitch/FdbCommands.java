package dev.culvert.vswitch;

import dev.culvert.ofproto.Backer;
import dev.culvert.ofproto.MacTable;
import dev.culvert.ofproto.OfPort;
import dev.culvert.unixctl.UnixctlException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** {@code fdb/*}: what bridges have learned and been told; {@code mdb/*}, which needs multicast snooping. */
final class FdbCommands {
    private static final long SECOND = 1_000_000_000L;
    private static final int MAX_VLAN = 4095;

    private final SwitchCommands commands;
    private final Backer backer;

    FdbCommands(SwitchCommands commands, Backer backer) {
        this.commands = commands;
        this.backer = backer;
    }

    void register() {
        commands.addForBridge("fdb/show", "bridge", 1, FdbCommands::show);
        commands.add("fdb/add", "bridge port vlan mac", 4, 4, this::add);
        commands.add("fdb/del", "bridge vlan mac", 3, 3, this::remove);
        commands.add("fdb/flush", "[bridge]", 0, 1, this::flush);
        commands.addForBridge("fdb/stats-show", "bridge", 1, FdbCommands::statistics);
        commands.add("fdb/stats-clear", "[bridge]", 0, 1, this::clearStatistics);
        commands.add("mdb/show", "bridge", 1, 1, this::multicastGroups);
        commands.add("mdb/flush", "[bridge]", 0, 1, this::flushMulticastGroups);
    }

    private static String show(RunningBridge bridge) {
        StringBuilder text = new StringBuilder(" port  VLAN  MAC                Age\n");
        long now = System.nanoTime();
        List<MacTable.Entry> entries = new ArrayList<>(bridge.ofproto.macs().entries());
        entries.sort(Comparator.comparingLong(MacTable.Entry::usedNanos));
        for (MacTable.Entry entry : entries) {
            String age = entry.isStatic() ? "static" : "%3d".formatted((now - entry.usedNanos()) / SECOND);
            text.append(
                    "%5s  %4d  %s  %s\n".formatted(number(entry.port()), entry.vlan(), Macs.format(entry.mac()), age));
        }
        return text.toString();
    }

    private static String number(OfPort port) {
        return port.number() == OfPort.LOCAL ? "LOCAL" : Integer.toString(port.number());
    }

    private String add(List<String> arguments) throws UnixctlException {
        RunningBridge bridge = commands.bridge(arguments.get(0));
        OfPort port = bridge.ofproto.port(arguments.get(1));
        if (port == null) {
            throw new UnixctlException("software error, odp port is present but no ofp port");
        }
        int vlan = vlan(arguments.get(2));
        long mac = mac(arguments.get(3));
        MacTable macs = bridge.ofproto.macs();
        MacTable.Entry old = macs.lookup(vlan, mac);
        if (old != null && old.isStatic() && old.port() == port) {
            return "";
        }
        if (!macs.add(vlan, mac, port, System.nanoTime())) {
            throw new UnixctlException("the table is full of static entries");
        }
        backer.revalidate();
        return old == null || old.port() == port
                ? ""
                : "Overriding already existing %s entry on %s"
                        .formatted(old.isStatic() ? "static" : "dynamic", number(old.port()));
    }

    private String remove(List<String> arguments) throws UnixctlException {
        RunningBridge bridge = commands.bridge(arguments.get(0));
        int vlan = vlan(arguments.get(1));
        if (!bridge.ofproto.macs().remove(vlan, mac(arguments.get(2)))) {
            throw new UnixctlException("could not find static mac entry");
        }
        backer.revalidate();
        return "";
    }

    private static int vlan(String text) throws UnixctlException {
        int vlan = Reconciler.number(text, -1, -1, MAX_VLAN + 1);
        if (vlan < 0 || vlan > MAX_VLAN) {
            throw new UnixctlException("bad VLAN");
        }
        return vlan;
    }

    private static long mac(String text) throws UnixctlException {
        Long mac = Macs.parse(text);
        if (mac == null) {
            throw new UnixctlException("bad MAC address");
        }
        return mac;
    }

    private String flush(List<String> arguments) throws UnixctlException {
        for (RunningBridge bridge : commands.bridges(arguments, "no such bridge")) {
            bridge.ofproto.macs().flush();
        }
        backer.revalidate();
        return "table successfully flushed";
    }

    private static String statistics(RunningBridge bridge) {
        MacTable macs = bridge.ofproto.macs();
        long[] counts = macs.counts();
        return """
                Statistics for bridge "%s":
                  Current/maximum MAC entries in the table: %d/%d
                  Current static MAC entries in the table : %d
                  Total number of learned MAC entries     : %d
                  Total number of expired MAC entries     : %d
                  Total number of evicted MAC entries     : %d
                  Total number of port moved MAC entries  : %d
                """.formatted(
                        bridge.name(),
                        macs.entries().size(),
                        macs.limit(),
                        macs.staticCount(),
                        counts[0],
                        counts[1],
                        counts[2],
                        counts[3]);
    }

    private String clearStatistics(List<String> arguments) throws UnixctlException {
        for (RunningBridge bridge : commands.bridges(arguments, "no such bridge")) {
            bridge.ofproto.macs().clearCounts();
        }
        return "statistics successfully cleared";
    }

    private String multicastGroups(List<String> arguments) throws UnixctlException {
        commands.bridge(arguments.getFirst());
        throw new UnixctlException("multicast snooping is disabled");
    }

    private String flushMulticastGroups(List<String> arguments) throws UnixctlException {
        return arguments.isEmpty() ? "table successfully flushed" : multicastGroups(arguments);
    }
}
