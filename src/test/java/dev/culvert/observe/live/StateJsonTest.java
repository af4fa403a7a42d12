package dev.culvert.observe.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.jsonrpc.JsonText;
import dev.culvert.observe.state.SwitchStates;
import dev.culvert.ofproto.RemoteCounts;
import dev.culvert.packet.DropReason;
import dev.culvert.packet.IpAddress;
import dev.culvert.tunnel.TunnelConfig;
import dev.culvert.tunnel.TunnelType;
import dev.culvert.vswitch.SwitchState;
import dev.culvert.vswitch.SwitchState.Port;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class StateJsonTest {
    private static TunnelConfig tunnel(String remote) {
        TunnelConfig.Outcome outcome =
                TunnelConfig.parse("tun", TunnelType.VXLAN, Map.of("remote_ip", remote, "key", "7"));
        return ((TunnelConfig.Accepted) outcome).config();
    }

    private static Port port(String name, TunnelConfig tunnel, String error, long bytes) {
        return new Port(
                name,
                error == null ? 1 : -1,
                1,
                tunnel == null ? "system" : "vxlan",
                0,
                0,
                true,
                true,
                error,
                tunnel,
                tunnel == null ? null : new SwitchState.Egress(2, 1500),
                Map.of(),
                null,
                0,
                List.of(new RemoteCounts.Count(null, 1, 60)),
                Map.of(DropReason.TUNNEL_NO_ROUTE, 3L),
                Map.of("rx_packets", 5L, "rx_bytes", bytes));
    }

    private static ObjectNode json(List<Port> ports) {
        IpAddress remote = IpAddress.parse("192.0.2.9");
        return StateJson.of(SwitchStates.of(ports), List.of(IpAddress.parse("192.0.2.1")), Map.of(remote, 250_000L));
    }

    @Test
    void everythingThatThePageShowsIsThere() {
        ObjectNode json = json(List.of(port("p1", null, null, 500), port("t1", tunnel("192.0.2.9"), null, 0)));
        assertThat(json.get("millis").doubleValue()).isEqualTo(5);
        assertThat(json.get("addresses").get(0).stringValue()).isEqualTo("192.0.2.1");
        assertThat(json.get("roundTrips").get("192.0.2.9").doubleValue()).isEqualTo(250);
        assertThat(json.get("drops")).hasToString("{\"no_output\":4}");
        JsonNode bridge = json.get("bridges").get(0);
        assertThat(bridge.get("portCount").intValue()).isEqualTo(2);
        JsonNode plain = bridge.get("ports").get(0);
        assertThat(plain.get("rx").get("bytes").longValue()).isEqualTo(500);
        assertThat(plain.get("tx").get("bytes").longValue()).isZero();
        assertThat(plain.has("tunnel")).isFalse();
        JsonNode tunnel = bridge.get("ports").get(1).get("tunnel");
        assertThat(tunnel.get("remote").stringValue()).isEqualTo("192.0.2.9");
        assertThat(tunnel.get("key").stringValue()).isEqualTo("7");
        assertThat(tunnel.get("mtu").intValue()).isEqualTo(1500);
        assertThat(tunnel.get("protected").booleanValue()).isFalse();
        assertThat(tunnel.get("remotes").get(0).get("address").stringValue()).isEqualTo("others");
        assertThat(bridge.get("ports")
                        .get(1)
                        .get("drops")
                        .get("tunnel_no_route")
                        .longValue())
                .isEqualTo(3);
    }

    @Test
    void ofTenThousandPortsThereAreTheBusiestAndThoseWithAnError() {
        List<Port> ports = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            ports.add(port("t%05d".formatted(i), tunnel("192.0.2.9"), i == 5 ? "no such device" : null, i));
        }
        ObjectNode json = json(ports);
        JsonNode shown = json.get("bridges").get(0).get("ports");
        assertThat(shown.size()).isEqualTo(StateJson.PORTS_MAX);
        assertThat(shown.get(0).get("name").stringValue()).isEqualTo("t00005");
        assertThat(shown.get(1).get("name").stringValue()).isEqualTo("t09801");
        assertThat(json.get("bridges").get(0).get("portCount").intValue()).isEqualTo(10_000);
        assertThat(JsonText.of(json).length()).isLessThan(200_000);
    }
}
