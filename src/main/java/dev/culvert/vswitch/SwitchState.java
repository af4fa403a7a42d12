package dev.culvert.vswitch;

import dev.culvert.tunnel.TunnelConfig;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A switch at one moment, for those who look at it and change nothing. There is no secret in it.
 *
 * @param bridges its bridges by name
 */
public record SwitchState(List<Bridge> bridges) {
    /** Keeps its own copy. */
    public SwitchState {
        bridges = List.copyOf(bridges);
    }

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
     */
    public record Bridge(String name, long mac, long datapathId, List<Port> ports) {
        /** Keeps its own copy. */
        public Bridge {
            ports = List.copyOf(ports);
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
            Map<String, Long> statistics) {
        /** Keeps its own copies. */
        public Port {
            ipsec = Map.copyOf(ipsec);
            statistics = Map.copyOf(statistics);
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
