package dev.culvert.vswitch;

import dev.culvert.datapath.Datapath;
import dev.culvert.linux.Netlink;
import dev.culvert.ofproto.OfPort;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.message.Message;
import dev.culvert.openflow.message.PortDescription;
import dev.culvert.openflow.service.ControllerStatus;
import dev.culvert.openflow.service.OpenFlowService;
import dev.culvert.openflow.service.OpenFlowStatistics;
import dev.culvert.ovsdb.client.Replica;
import dev.culvert.ovsdb.client.TransactionBuilder;
import dev.culvert.stream.Directories;
import dev.culvert.stream.StreamException;
import dev.culvert.stream.Tls;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The OpenFlow side of each bridge: its management and snoop sockets, and its way to controllers. The conductor's. */
final class BridgeSockets {
    private static final System.Logger LOG = System.getLogger("connmgr");

    /** A bridge's service, and what it has told controllers of its ports. */
    private record Served(OpenFlowService service, Map<OfPort, PortDescription> told) {}

    /** How often what could not be listened on is tried again, in calls of {@link #watchControllers}. */
    private static final int RETRY_WATCHES = 5;

    private final Directories directories;
    private final Tls tls;
    private final Executor conductor;
    private final Datapath datapath;
    private final Netlink netlink;
    private final Reconciler reconciler;
    private final Map<RunningBridge, Served> services = new HashMap<>();
    private Map<RunningBridge, List<List<Object>>> seen = Map.of();
    private long watches;

    BridgeSockets(
            Directories directories,
            Tls tls,
            Executor conductor,
            Datapath datapath,
            Netlink netlink,
            Reconciler reconciler) {
        this.directories = directories;
        this.tls = tls;
        this.conductor = conductor;
        this.datapath = datapath;
        this.netlink = netlink;
        this.reconciler = reconciler;
    }

    /** Makes sockets and controllers be those of the bridges that run. */
    void apply() {
        for (RunningBridge gone : List.copyOf(services.keySet())) {
            if (reconciler.bridge(gone.name()) != gone) {
                Served served = services.remove(gone);
                if (served != null) {
                    served.service.close();
                }
            }
        }
        for (RunningBridge bridge : reconciler.bridges()) {
            Served served = services.computeIfAbsent(bridge, this::serve);
            served.service.setVersions(versions(bridge.config.protocols()));
            served.service.setControllers(bridge.config.controllers().values().stream()
                    .filter(config -> isPermitted(bridge, config.target()))
                    .toList());
            tellPorts(bridge, served);
        }
    }

    private boolean isPermitted(RunningBridge bridge, String target) {
        boolean permitted = LocalTargets.isPermitted(bridge.name(), target, directories);
        if (!permitted) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "bridge {0}: controller \"{1}\" is left alone: only unix:{2}/* and punix:{2}/{0}.* may be named here",
                    bridge.name(),
                    target,
                    directories.run());
        }
        return permitted;
    }

    private Served serve(RunningBridge bridge) {
        OpenFlowService service =
                new OpenFlowService(new BridgeView(bridge, datapath, netlink), conductor, directories, tls);
        try {
            service.listen();
            LOG.log(
                    System.Logger.Level.INFO,
                    "{0}: added service controller \"punix:{1}/{0}.mgmt\"",
                    bridge.name(),
                    directories.run());
        } catch (StreamException e) {
            LOG.log(System.Logger.Level.ERROR, "{0}: no management socket: {1}", bridge.name(), e.getMessage());
        }
        return new Served(service, new HashMap<>());
    }

    /**
     * Looks how it stands with controllers, and makes bridges do what their fail mode asks for.
     *
     * @return whether one came, went or changed its state or role since the last call
     */
    boolean watchControllers() {
        Map<RunningBridge, List<List<Object>>> now = new HashMap<>();
        boolean retries = ++watches % RETRY_WATCHES == 0;
        services.forEach((bridge, served) -> {
            if (retries) {
                served.service.retryControllers();
            }
            List<ControllerStatus> statuses = served.service.controllers();
            if (bridge.failOpen.update(bridge.name(), bridge.isSecure(), statuses)) {
                reconciler.applyMode(bridge);
            }
            now.put(
                    bridge,
                    statuses.stream()
                            .map(each -> List.<Object>of(
                                    each.config().target(), each.connected(), each.role(), each.state()))
                            .toList());
        });
        boolean changed = !now.equals(seen);
        seen = now;
        return changed;
    }

    /** How it stands with a bridge's controllers. */
    List<ControllerStatus> controllers(RunningBridge bridge) {
        Served served = services.get(bridge);
        return served == null ? List.of() : served.service.controllers();
    }

    /** What OpenFlow has done for a bridge. */
    OpenFlowStatistics statistics(RunningBridge bridge) {
        Served served = services.get(bridge);
        return served == null ? new OpenFlowStatistics(0, 0, 0, 0) : served.service.statistics();
    }

    /** Writes how it stands with controllers. */
    void writeControllers(TransactionBuilder changes, Replica replica) {
        services.forEach(
                (bridge, served) -> ControllerWriter.write(changes, replica, bridge, served.service.controllers()));
    }

    /**
     * Begins conversations with controllers anew.
     *
     * @param name a bridge, or null for all
     * @return whether there is such a bridge
     */
    boolean reconnect(@Nullable String name) {
        boolean found = name == null;
        for (Map.Entry<RunningBridge, Served> entry : services.entrySet()) {
            if (name == null || name.equals(entry.getKey().name())) {
                entry.getValue().service.reconnect();
                found = true;
            }
        }
        return found;
    }

    /** Begins a bridge's conversations with its controllers anew. */
    void reconnect(RunningBridge bridge) {
        Served served = services.get(bridge);
        if (served != null) {
            served.service.reconnect();
        }
    }

    /** What OpenFlow sees of a bridge. */
    BridgeView view(RunningBridge bridge) {
        return new BridgeView(bridge, datapath, netlink);
    }

    /** Tells controllers which ports came, went or changed. */
    void tellPorts() {
        services.forEach(this::tellPorts);
    }

    private void tellPorts(RunningBridge bridge, Served served) {
        Map<OfPort, PortDescription> now = new HashMap<>();
        for (RunningInterface present : bridge.interfaces.values()) {
            OfPort port = present.port;
            if (port != null) {
                now.put(port, BridgeView.describe(present, port));
            }
        }
        served.told.forEach((port, description) -> {
            if (!now.containsKey(port)) {
                served.service.portChanged(Message.PortStatus.Reason.DELETE, description);
            }
        });
        now.forEach((port, description) -> {
            PortDescription before = served.told.get(port);
            if (before == null) {
                served.service.portChanged(Message.PortStatus.Reason.ADD, description);
            } else if (!before.equals(description)) {
                served.service.portChanged(Message.PortStatus.Reason.MODIFY, description);
            }
        });
        served.told.clear();
        served.told.putAll(now);
    }

    /** The versions that the {@code protocols} column names; all where it names none. */
    private static Set<Version> versions(Set<String> protocols) {
        Set<Version> versions = EnumSet.noneOf(Version.class);
        for (Version version : Version.values()) {
            if (protocols.contains(version.configName())) {
                versions.add(version);
            }
        }
        return versions.isEmpty() ? EnumSet.allOf(Version.class) : versions;
    }

    void close() {
        services.values().forEach(served -> served.service.close());
        services.clear();
    }
}
