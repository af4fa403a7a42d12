package dev.culvert.vswitch;

import dev.culvert.datapath.DatapathStatistics;
import dev.culvert.datapath.ThreadLoad;
import dev.culvert.ipsec.ike.PeerStatus;
import dev.culvert.ofproto.RemoteCounts;
import dev.culvert.openflow.service.ControllerStatus;
import dev.culvert.openflow.service.OpenFlowStatistics;
import dev.culvert.ovsdb.server.ServerStatistics;
import dev.culvert.packet.DropReason;
import dev.culvert.tunnel.TunnelConfig;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A switch at one moment, for those who look at it and change nothing. There is no secret in it.
 *
 * @param takenNanos when it was so, by {@link System#nanoTime}
 * @param bridges its bridges by name
 * @param datapath what they share
 * @param ipsecPeers those that protect tunnels with it, by name
 * @param database where its configuration comes from
 */
public record SwitchState(
        long takenNanos,
        List<Bridge> bridges,
        DatapathState datapath,
        List<PeerStatus> ipsecPeers,
        DatabaseState database) {
    /** Keeps its own copies. */
    public SwitchState {
        bridges = List.copyOf(bridges);
        ipsecPeers = List.copyOf(ipsecPeers);
    }

    /** The same with what is known of the database's server, where it is in this process. */
    SwitchState servedBy(ServerStatistics server) {
        DatabaseState served = new DatabaseState(database.connected(), database.cells(), server);
        return new SwitchState(takenNanos, bridges, datapath, ipsecPeers, served);
    }

    /**
     * The datapath and the flow cache.
     *
     * @param statistics what it has done
     * @param drops how many packets were dropped, by {@code coverage/show}'s names without {@code drop_}; also those of IKE
     * @param flowLimit how many flows may be cached
     * @param kernelFlows how many of them the kernel forwards
     * @param revalidationNanos how long it took last to look through all flows
     * @param threads how busy they are
     */
    public record DatapathState(
            DatapathStatistics statistics,
            Map<String, Long> drops,
            int flowLimit,
            int kernelFlows,
            long revalidationNanos,
            List<ThreadLoad> threads) {
        /** Keeps its own copies. */
        public DatapathState {
            drops = Map.copyOf(drops);
            threads = List.copyOf(threads);
        }
    }

    /**
     * The database, as the switch sees it.
     *
     * @param connected whether the switch's copy is up to date
     * @param cells values in the copy, one for each column of each row
     * @param server its server; null where that is another process
     */
    public record DatabaseState(
            boolean connected, long cells, @Nullable ServerStatistics server) {}

    /** The bridge of a name; null where there is none. */
    public @Nullable Bridge bridge(String name) {
        return bridges.stream()
                .filter(bridge -> bridge.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /**
     * A bridge.
     *
     * @param name its name
     * @param mac the Ethernet address of its own port, 48 bits
     * @param datapathId the identifier that it tells OpenFlow controllers
     * @param ports its ports by name, also those that could not be opened
     * @param macs what it has learned
     * @param flows how many OpenFlow flows it has
     * @param openFlow what OpenFlow does for it
     * @param controllers how it stands with them
     */
    public record Bridge(
            String name,
            long mac,
            long datapathId,
            List<Port> ports,
            MacState macs,
            int flows,
            OpenFlowStatistics openFlow,
            List<ControllerStatus> controllers) {
        /** Keeps its own copies. */
        public Bridge {
            ports = List.copyOf(ports);
            controllers = List.copyOf(controllers);
        }

        /** The port of a name; null where there is none. */
        public @Nullable Port port(String portName) {
            return ports.stream()
                    .filter(port -> port.name().equals(portName))
                    .findFirst()
                    .orElse(null);
        }
    }

    /**
     * A MAC table.
     *
     * @param entries how many there are
     * @param limit how many there may be
     * @param learned how many were, since the bridge is there or its counts were cleared
     * @param expired how many were too old
     * @param evicted how many made room
     * @param moved how often one was seen on another port
     */
    public record MacState(int entries, int limit, long learned, long expired, long evicted, long moved) {}

    /**
     * An interface of a bridge.
     *
     * @param name its name
     * @param number the OpenFlow port number; -1 where it could not be opened
     * @param datapathPort the datapath's number; -1 where it has none, as patch ports do
     * @param type what it is, as in {@code Interface.type}, with {@code system} and {@code internal} in full
     * @param ifindex the device of this host that it is; 0 where it has none
     * @param mac its Ethernet address, 48 bits
     * @param adminUp whether the device, where there is one, is up
     * @param linkUp whether it has a carrier
     * @param error what is wrong with it; null where nothing is
     * @param tunnel a tunnel's configuration; null for others
     * @param way how a tunnel's packets leave; null for others, and where each flow says so
     * @param ipsec how it stands with a tunnel's IPsec, by the keys of {@code Interface.status}; empty without it
     * @param ipsecPeer the name of the peer that protects a tunnel with us; null without IPsec
     * @param associations CHILD_SAs that its packets may come and go by
     * @param remotes what came from each remote end of a tunnel that takes packets of any; empty for others
     * @param drops packets that were dropped for something that the port has to do with, by reason, without those that never occurred
     * @param statistics what went through it, by the keys of {@code Interface.statistics}
     */
    public record Port(
            String name,
            int number,
            int datapathPort,
            String type,
            int ifindex,
            long mac,
            boolean adminUp,
            boolean linkUp,
            @Nullable String error,
            @Nullable TunnelConfig tunnel,
            @Nullable Egress way,
            Map<String, String> ipsec,
            @Nullable String ipsecPeer,
            int associations,
            List<RemoteCounts.Count> remotes,
            Map<DropReason, Long> drops,
            Map<String, Long> statistics) {
        /** Keeps its own copies. */
        public Port {
            ipsec = Map.copyOf(ipsec);
            remotes = List.copyOf(remotes);
            drops = Map.copyOf(drops);
            statistics = Map.copyOf(statistics);
        }

        /** Whether it is open, and its device, if it has one, is up with a carrier. */
        public boolean isUp() {
            return number >= 0 && adminUp && linkUp;
        }
    }

    /**
     * The way of a tunnel's packets.
     *
     * @param ifindex the interface that they leave by; 0 where there is no route
     * @param mtu bytes of outer IP that it takes
     */
    public record Egress(int ifindex, int mtu) {}
}
