package dev.culvert.vswitch;

import dev.culvert.datapath.Datapath;
import dev.culvert.linux.Cpus;
import dev.culvert.linux.Errno;
import dev.culvert.linux.Link;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.Netlink;
import dev.culvert.ofproto.Backer;
import dev.culvert.ofproto.MacTable;
import dev.culvert.ofproto.OfPort;
import dev.culvert.ofproto.VlanPolicy;
import dev.culvert.vswitch.SwitchConfig.BridgeConfig;
import dev.culvert.vswitch.SwitchConfig.InterfaceConfig;
import dev.culvert.vswitch.SwitchConfig.PortConfig;
import dev.culvert.vswitch.ipsec.IpsecTunnels;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the bridges and ports that are be those that the configuration wants. What is as it should be is not touched, so a
 * change of one port never disturbs another; what could not be opened is tried again whenever something changes.
 */
final class Reconciler {
    private static final System.Logger LOG = System.getLogger("bridge");

    private final Datapath datapath;
    private final Backer backer;
    private final Netlink netlink;
    private final IpsecTunnels ipsec;
    private final InterfaceOpener opener;
    private final Map<String, RunningBridge> bridges = new LinkedHashMap<>();
    private @Nullable Map<String, String> threadsConfig;

    Reconciler(Datapath datapath, Backer backer, Netlink netlink, IpsecTunnels ipsec) {
        this.datapath = datapath;
        this.backer = backer;
        this.netlink = netlink;
        this.ipsec = ipsec;
        this.opener = new InterfaceOpener(datapath, netlink, ipsec);
    }

    /** The bridges, in the order in which they came to be. */
    Collection<RunningBridge> bridges() {
        return bridges.values();
    }

    @Nullable
    RunningBridge bridge(String name) {
        return bridges.get(name);
    }

    /** Makes everything be as configured. */
    void apply(SwitchConfig config) {
        ipsec.configure(config.otherConfig());
        applyThreads(config.otherConfig());
        datapath.setKernelOffload(!"false".equals(config.otherConfig().get("kernel-offload")));
        opener.lookAnew();
        Map<String, BridgeConfig> wanted = new LinkedHashMap<>();
        for (BridgeConfig bridge : config.bridges()) {
            if (isKnownType(bridge)) {
                wanted.putIfAbsent(bridge.name(), bridge);
            }
        }
        for (RunningBridge running : List.copyOf(bridges.values())) {
            BridgeConfig still = wanted.get(running.name());
            if (still == null || !still.row().equals(running.config.row())) {
                remove(running);
            }
        }
        // what is to go goes first, in all bridges: a port may move from one to another in a single transaction
        Map<String, String> owners = new HashMap<>();
        for (BridgeConfig bridge : wanted.values()) {
            RunningBridge running = bridges.get(bridge.name());
            if (running != null) {
                running.config = bridge;
                removeUnwanted(running);
            }
            for (PortConfig port : bridge.ports()) {
                port.interfaces().forEach(wish -> owners.putIfAbsent(wish.name(), bridge.name()));
            }
        }
        // of several bridges with the same interface, the one that has it keeps it, whatever their order
        for (RunningBridge running : bridges.values()) {
            for (RunningInterface present : running.interfaces.values()) {
                if (present.port != null) {
                    owners.put(present.config.name(), running.name());
                }
            }
        }
        for (BridgeConfig bridge : wanted.values()) {
            RunningBridge running = bridges.computeIfAbsent(bridge.name(), name -> {
                LOG.log(System.Logger.Level.INFO, "bridge {0}: created", name);
                return new RunningBridge(bridge, backer.addBridge(name));
            });
            configure(running);
            addWanted(running, owners);
        }
        checkPatches();
        datapath.settle();
        ipsec.settle();
        backer.revalidate();
    }

    private void applyThreads(Map<String, String> otherConfig) {
        if (!DatapathThreads.same(threadsConfig, otherConfig)) {
            threadsConfig = Map.copyOf(otherConfig);
            datapath.setThreads(DatapathThreads.of(otherConfig, online()));
        }
    }

    private static BitSet online() {
        try {
            return Cpus.online();
        } catch (LinuxException e) {
            LOG.log(System.Logger.Level.WARNING, "no core is known: {0}", e.getMessage());
            return new BitSet();
        }
    }

    private static boolean isKnownType(BridgeConfig bridge) {
        boolean known = switch (bridge.datapathType()) {
            case "", "system", "netdev" -> true;
            default -> false;
        };
        if (!known) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "failed to create bridge {0}: {1}",
                    bridge.name(),
                    Errno.message(Errno.EAFNOSUPPORT));
        }
        return known;
    }

    /** Takes all bridges away. */
    void clear() {
        for (RunningBridge running : List.copyOf(bridges.values())) {
            remove(running);
        }
        datapath.settle();
        ipsec.settle();
    }

    /**
     * Takes note of the kernel's interfaces as they are now: follows their MTU and state, lets go of those that are gone.
     *
     * @return whether a configured interface that was missing may have come, so that {@link #apply} is worth it
     */
    boolean linksChanged() throws LinuxException {
        Map<String, Link> links = new HashMap<>();
        for (Link link : netlink.links()) {
            links.put(link.name(), link);
        }
        boolean retry = false;
        for (RunningBridge bridge : bridges.values()) {
            for (RunningInterface running : bridge.interfaces.values()) {
                if (InterfaceOpener.hasDevice(running.config)) {
                    retry |= linkChanged(bridge, running, links.get(running.config.name()));
                }
            }
        }
        return retry;
    }

    /** Whether an interface could not be opened because somebody else has its port, of whose end nobody tells. */
    boolean awaitsOthers() {
        return bridges.values().stream()
                .flatMap(bridge -> bridge.interfaces.values().stream())
                .anyMatch(present -> present.port == null && present.failure == Errno.EADDRINUSE);
    }

    /** Looks up anew what the paths of all tunnels take. */
    void refreshPaths() {
        refreshPaths(0, 1);
    }

    /**
     * Looks up anew what the paths of some tunnels take: with ten thousand of them, all at once would keep everything else
     * waiting.
     *
     * @param part which part of them, from 0
     * @param parts how many parts there are
     * @return whether any is different from before
     */
    boolean refreshPaths(int part, int parts) {
        opener.lookAnew();
        boolean changed = false;
        for (RunningBridge bridge : bridges.values()) {
            for (RunningInterface present : bridge.interfaces.values()) {
                OfPort port = present.port;
                if (port != null && port.number() % parts == part) {
                    changed |= opener.refreshPath(present);
                }
            }
        }
        return changed;
    }

    private boolean linkChanged(RunningBridge bridge, RunningInterface running, @Nullable Link link) {
        Link before = running.link;
        if (running.port == null) {
            return link != null;
        }
        if (link == null || (before != null && before.ifindex() != link.ifindex())) {
            close(bridge, List.of(running));
            running.error = InterfaceOpener.couldNotOpen(running.config.name(), Errno.ENODEV);
            LOG.log(System.Logger.Level.WARNING, "{0}", running.error);
            return link != null;
        }
        if (before != null && before.carrier() != link.carrier()) {
            running.linkResets++;
        }
        running.link = link;
        datapath.setMtu(running.port.datapathPort(), link.mtu());
        return false;
    }

    private void remove(RunningBridge running) {
        close(running, running.interfaces.values());
        running.interfaces.clear();
        backer.removeBridge(running.ofproto);
        bridges.remove(running.name());
        LOG.log(System.Logger.Level.INFO, "bridge {0}: deleted", running.name());
    }

    private void removeUnwanted(RunningBridge running) {
        Map<String, InterfaceConfig> wanted = new HashMap<>();
        for (PortConfig port : running.config.ports()) {
            port.interfaces().forEach(wish -> wanted.put(wish.name(), wish));
        }
        List<RunningInterface> unwanted = new ArrayList<>();
        for (RunningInterface present : running.interfaces.values()) {
            InterfaceConfig wish = wanted.get(present.config.name());
            if (wish == null || !wish.sameDevice(present.config)) {
                unwanted.add(present);
            } else {
                present.config = wish;
            }
        }
        letGo(running, unwanted);
        for (RunningInterface present : List.copyOf(running.interfaces.values())) {
            if (running.wantsOtherNumber(present, present.config)) {
                letGo(running, List.of(present));
            }
        }
    }

    private void letGo(RunningBridge running, List<RunningInterface> unwanted) {
        close(running, unwanted);
        unwanted.forEach(present -> running.interfaces.remove(present.config.name()));
    }

    /** Makes a bridge do what it is to do on its own. */
    void applyMode(RunningBridge running) {
        String forwardBpdu = running.config.otherConfig().get("forward-bpdu");
        backer.configure(running.ofproto, running.failMode(), "true".equals(forwardBpdu));
    }

    private void configure(RunningBridge running) {
        BridgeConfig config = running.config;
        Map<String, String> other = config.otherConfig();
        applyMode(running);
        running.ofproto
                .macs()
                .configure(
                        number(other.get("mac-aging-time"), MacTable.DEFAULT_AGING_SECONDS, 15, 3600),
                        number(other.get("mac-table-size"), MacTable.DEFAULT_SIZE, 10, 1_000_000),
                        System.nanoTime());
        running.mac = chooseMac(running);
        String id = other.get("datapath-id");
        running.datapathId = running.mac;
        if (id != null && id.length() <= 18) {
            try {
                long parsed = Long.parseUnsignedLong(id.startsWith("0x") ? id.substring(2) : id, 16);
                running.datapathId = parsed != 0 ? parsed : running.mac;
            } catch (NumberFormatException e) {
                LOG.log(System.Logger.Level.WARNING, "bridge {0}: datapath-id is no hexadecimal number", config.name());
            }
        }
    }

    /** As ovs-vswitchd chooses: what is configured, else the lowest address of a real device, else the bridge's own. */
    private long chooseMac(RunningBridge running) {
        String configured = running.config.otherConfig().get("hwaddr");
        Long parsed = configured == null ? null : Macs.parse(configured);
        if (parsed != null && Macs.isUnicast(parsed)) {
            return parsed;
        }
        long lowest = -1;
        for (RunningInterface present : running.interfaces.values()) {
            Link link = present.link;
            if (link != null
                    && !present.config.type().equals("internal")
                    && !present.config.name().equals(running.name())
                    && Macs.isUnicast(link.mac())
                    && !Macs.isLocal(link.mac())
                    && (lowest < 0 || link.mac() < lowest)) {
                lowest = link.mac();
            }
        }
        return lowest >= 0 ? lowest : Macs.ofBridge(running.config.row());
    }

    private void addWanted(RunningBridge running, Map<String, String> owners) {
        Set<String> names = new HashSet<>();
        for (PortConfig port : running.config.ports()) {
            for (InterfaceConfig wish : port.interfaces()) {
                if (!names.add(wish.name())) {
                    continue;
                }
                RunningInterface present =
                        running.interfaces.computeIfAbsent(wish.name(), _ -> new RunningInterface(wish));
                present.config = wish;
                if (present.port == null) {
                    if (!running.name().equals(owners.get(wish.name()))) {
                        present.error = "interface " + wish.name() + " is configured on more than one bridge";
                    } else if (port.interfaces().size() > 1) {
                        present.error = "bonds are not supported: port " + port.name() + " has several interfaces";
                    } else if ("dot1q-tunnel".equals(port.vlanMode())) {
                        present.error = "VLAN mode dot1q-tunnel is not supported";
                    } else {
                        open(running, present);
                    }
                }
                OfPort open = present.port;
                if (open != null) {
                    backer.configurePort(running.ofproto, open, vlans(port), port.isProtected());
                    opener.adjust(running, present);
                }
            }
        }
    }

    private void open(RunningBridge running, RunningInterface present) {
        String before = present.error;
        present.error = null;
        int number = running.chooseNumber(present.config);
        if (number < 0) {
            present.error = "could not add network device %s to ofproto (%s)"
                    .formatted(present.config.name(), Errno.message(Errno.ENOSPC));
        } else {
            opener.open(running, present, number);
        }
        OfPort port = present.port;
        if (port != null) {
            backer.addPort(running.ofproto, port);
            LOG.log(
                    System.Logger.Level.INFO,
                    "bridge {0}: added interface {1} on port {2}",
                    running.name(),
                    present.config.name(),
                    Integer.toString(number));
        } else if (present.error != null && !present.error.equals(before)) {
            LOG.log(System.Logger.Level.WARNING, "{0}", present.error);
        }
    }

    private void close(RunningBridge running, Collection<RunningInterface> closing) {
        for (RunningInterface present : closing) {
            OfPort port = present.port;
            if (port != null) {
                backer.removePort(running.ofproto, port);
                LOG.log(
                        System.Logger.Level.INFO,
                        "bridge {0}: deleted interface {1} on port {2}",
                        running.name(),
                        present.config.name(),
                        Integer.toString(port.number()));
            }
        }
        backer.revalidate(); // no flow leads to a port of the datapath when that closes
        closing.forEach(opener::close);
    }

    /** A patch port whose peer is not there is open all the same, and says what it lacks. */
    private void checkPatches() {
        for (RunningBridge running : bridges.values()) {
            for (RunningInterface present : running.interfaces.values()) {
                OfPort port = present.port;
                if (port != null && port.peer() != null) {
                    present.error = backer.isPatched(running.ofproto, port)
                            ? null
                            : "No usable peer '%s' exists in '%s' datapath.".formatted(port.peer(), "netdev");
                }
            }
        }
    }

    private static VlanPolicy vlans(PortConfig port) {
        BitSet trunks = new BitSet();
        port.trunks().forEach(trunks::set);
        Integer tag = port.tag();
        String mode = port.vlanMode();
        boolean priorityTags = switch (port.otherConfig().getOrDefault("priority-tags", "no")) {
            case "true", "if-nonzero" -> true;
            default -> false;
        };
        VlanPolicy.Mode chosen = switch (mode == null ? "" : mode) {
            case "access" -> VlanPolicy.Mode.ACCESS;
            case "trunk" -> VlanPolicy.Mode.TRUNK;
            case "native-tagged" -> VlanPolicy.Mode.NATIVE_TAGGED;
            case "native-untagged" -> VlanPolicy.Mode.NATIVE_UNTAGGED;
            default -> tag != null ? VlanPolicy.Mode.ACCESS : VlanPolicy.Mode.TRUNK;
        };
        return new VlanPolicy(chosen, tag == null ? 0 : tag, trunks, priorityTags);
    }

    static int number(@Nullable String text, int absent, int least, int most) {
        if (text == null) {
            return absent;
        }
        try {
            return Math.clamp(Long.parseLong(text), least, most);
        } catch (NumberFormatException e) {
            return absent;
        }
    }
}
