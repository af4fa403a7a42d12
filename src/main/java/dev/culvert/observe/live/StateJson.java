package dev.culvert.observe.live;

import dev.culvert.datapath.DatapathStatistics;
import dev.culvert.datapath.ThreadLoad;
import dev.culvert.ipsec.ike.PeerStatus;
import dev.culvert.ofproto.RemoteCounts;
import dev.culvert.packet.IpAddress;
import dev.culvert.tunnel.TunnelConfig;
import dev.culvert.vswitch.SwitchState;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A switch's state as JSON. Of many ports there are some, for nobody can look at ten thousand. */
final class StateJson {
    /** Ports of all bridges together, in equal parts; but of each bridge some. */
    static final int PORTS_MAX = 200;

    private static final int PORTS_MIN = 10;

    private static final int BRIDGES_MAX = 100;
    private static final int REMOTES_MAX = 16;
    private static final int PEERS_MAX = 200;
    private static final double MICROS = 1e3;
    private static final double MILLIS = 1e6;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private StateJson() {}

    /**
     * Writes it.
     *
     * @param addresses this host's own
     * @param roundTrips nanoseconds to other ends of tunnels, as far as they are known
     */
    static ObjectNode of(SwitchState state, Collection<IpAddress> addresses, Map<IpAddress, Long> roundTrips) {
        ObjectNode json = JSON.objectNode();
        json.put("millis", state.takenNanos() / MILLIS);
        ArrayNode own = json.putArray("addresses");
        addresses.forEach(address -> own.add(address.toString()));
        ArrayNode bridges = json.putArray("bridges");
        int most = Math.max(PORTS_MIN, PORTS_MAX / Math.max(1, state.bridges().size()));
        state.bridges().stream().limit(BRIDGES_MAX).forEach(bridge -> bridges.add(bridge(bridge, most)));
        json.set("datapath", datapath(state.datapath()));
        ObjectNode drops = json.putObject("drops");
        new TreeMap<>(state.datapath().drops()).forEach((reason, count) -> {
            if (count > 0) {
                drops.put(reason, count);
            }
        });
        ArrayNode peers = json.putArray("peers");
        state.ipsecPeers().stream().limit(PEERS_MAX).forEach(peer -> peers.add(peer(peer)));
        ObjectNode trips = json.putObject("roundTrips");
        roundTrips.forEach((remote, time) -> trips.put(remote.toString(), time / MICROS));
        json.put("databaseConnected", state.database().connected());
        return json;
    }

    private static ObjectNode datapath(SwitchState.DatapathState state) {
        DatapathStatistics statistics = state.statistics();
        ObjectNode json = JSON.objectNode();
        json.put("hits", statistics.hits());
        json.put("misses", statistics.misses());
        json.put("lost", statistics.lost());
        json.put("flows", statistics.flows());
        json.put("flowLimit", state.flowLimit());
        json.put("kernelFlows", state.kernelFlows());
        ArrayNode threads = json.putArray("busyMillis");
        for (ThreadLoad thread : state.threads()) {
            threads.add(thread.busyNanos() / MILLIS);
        }
        return json;
    }

    /** @param most ports */
    private static ObjectNode bridge(SwitchState.Bridge bridge, int most) {
        ObjectNode json = JSON.objectNode();
        json.put("name", bridge.name());
        json.put("portCount", bridge.ports().size());
        ArrayNode ports = json.putArray("ports");
        List<SwitchState.Port> all = bridge.ports();
        if (all.size() > most) {
            all = some(all, most);
        }
        all.forEach(port -> ports.add(port(port)));
        return json;
    }

    /** Those that have carried the most; and some with an error, for that is what is looked for. */
    private static List<SwitchState.Port> some(List<SwitchState.Port> all, int most) {
        Set<SwitchState.Port> some = new LinkedHashSet<>();
        all.stream().filter(port -> port.error() != null).limit(most / 2).forEach(some::add);
        all.stream()
                .filter(port -> port.error() == null)
                .sorted(Comparator.comparingLong(StateJson::bytes).reversed())
                .limit(most - some.size())
                .forEach(some::add);
        return some.stream()
                .sorted(Comparator.comparing(SwitchState.Port::name))
                .toList();
    }

    private static long bytes(SwitchState.Port port) {
        return port.statistics().getOrDefault("rx_bytes", 0L)
                + port.statistics().getOrDefault("tx_bytes", 0L);
    }

    private static ObjectNode port(SwitchState.Port port) {
        ObjectNode json = JSON.objectNode();
        json.put("name", port.name());
        json.put("number", port.number());
        json.put("type", port.type());
        json.put("up", port.isUp());
        json.put("error", Objects.requireNonNullElse(port.error(), ""));
        json.set("rx", counts(port.statistics(), "rx_"));
        json.set("tx", counts(port.statistics(), "tx_"));
        ObjectNode drops = json.putObject("drops");
        port.drops().forEach((reason, count) -> drops.put(reason.counter(), count));
        TunnelConfig tunnel = port.tunnel();
        if (tunnel != null) {
            json.set("tunnel", tunnel(port, tunnel));
        }
        return json;
    }

    private static ObjectNode counts(Map<String, Long> statistics, String prefix) {
        ObjectNode json = JSON.objectNode();
        for (String each : List.of("packets", "bytes", "dropped", "errors")) {
            json.put(each, statistics.getOrDefault(prefix + each, 0L));
        }
        return json;
    }

    private static ObjectNode tunnel(SwitchState.Port port, TunnelConfig tunnel) {
        ObjectNode json = JSON.objectNode();
        json.put("remote", tunnel.remote().text());
        json.put("local", tunnel.local().text());
        json.put("key", tunnel.inKey().text());
        json.put("outKey", tunnel.outKey().text());
        json.put("port", tunnel.port());
        SwitchState.Egress way = port.way();
        json.put("mtu", way == null ? 0 : way.mtu());
        json.put("protected", port.ipsecPeer() != null);
        if (port.ipsecPeer() != null) {
            json.put("peer", port.ipsecPeer());
            json.put("associations", port.associations());
        }
        ArrayNode remotes = json.putArray("remotes");
        port.remotes().stream()
                .sorted(Comparator.comparingLong(RemoteCounts.Count::bytes).reversed())
                .limit(REMOTES_MAX)
                .forEach(count -> {
                    IpAddress remote = count.remote();
                    remotes.addObject()
                            .put("address", remote == null ? "others" : remote.toString())
                            .put("packets", count.packets())
                            .put("bytes", count.bytes());
                });
        return json;
    }

    private static ObjectNode peer(PeerStatus peer) {
        ObjectNode json = JSON.objectNode();
        json.put("name", peer.name());
        json.put("state", peer.state().name());
        json.put("suite", peer.ikeSuite());
        json.put("rekeys", peer.ikeRekeys() + peer.childRekeys());
        json.put("error", peer.lastError());
        return json;
    }
}
