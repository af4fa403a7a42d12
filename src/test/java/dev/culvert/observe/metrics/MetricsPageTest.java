package dev.culvert.observe.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.culvert.observe.http.HttpException;
import dev.culvert.observe.http.HttpReply;
import dev.culvert.observe.http.HttpRequest;
import dev.culvert.observe.state.SwitchStates;
import dev.culvert.ofproto.RemoteCounts;
import dev.culvert.packet.DropReason;
import dev.culvert.packet.IpAddress;
import dev.culvert.tunnel.TunnelConfig;
import dev.culvert.tunnel.TunnelType;
import dev.culvert.vswitch.SwitchState;
import dev.culvert.vswitch.SwitchState.Port;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MetricsPageTest {
    private static final HttpRequest.Ends ENDS =
            new HttpRequest.Ends(new InetSocketAddress("127.0.0.1", 1000), new InetSocketAddress("127.0.0.1", 9475));
    private static final HttpRequest GET = new HttpRequest("GET", "/metrics", "", 1, ENDS, Map.of());

    private static TunnelConfig tunnel(String remote) {
        TunnelConfig.Outcome outcome =
                TunnelConfig.parse("tun", TunnelType.VXLAN, Map.of("remote_ip", remote, "key", "flow"));
        return ((TunnelConfig.Accepted) outcome).config();
    }

    private static Port port(String name, TunnelConfig tunnel, List<RemoteCounts.Count> remotes) {
        Map<String, Long> statistics = Map.of("rx_packets", 5L, "rx_bytes", 500L, "tx_packets", 6L, "tx_bytes", 600L);
        Map<DropReason, Long> drops = tunnel == null ? Map.of() : Map.of(DropReason.TUNNEL_NO_ROUTE, 3L);
        String type = tunnel == null ? "system" : "vxlan";
        return new Port(
                name, 1, 1, type, 0, 0, true, true, null, tunnel, null, Map.of(), null, 0, remotes, drops, statistics);
    }

    private static String page(SwitchState state) throws IOException {
        StringWriter text = new StringWriter();
        MetricsPage.write(text, MetricsFormat.PROMETHEUS, state);
        return text.toString();
    }

    @Test
    void figuresHaveTheirLabels() throws IOException {
        IpAddress one = IpAddress.parse("192.0.2.1");
        String page = page(SwitchStates.of(List.of(
                port("p1", null, List.of()),
                port("t1", tunnel("192.0.2.9"), List.of()),
                port(
                        "t2",
                        tunnel("flow"),
                        List.of(new RemoteCounts.Count(one, 7, 700), new RemoteCounts.Count(null, 1, 60))))));
        assertThat(page.lines())
                .contains(
                        "culvert_datapath_cache_hits_total 10",
                        "culvert_datapath_upcalls_total 2",
                        "culvert_drops_total{reason=\"no_output\"} 4",
                        "culvert_datapath_busy_seconds_total{thread=\"datapath\"} 1.5",
                        "culvert_port_receive_packets_total{bridge=\"br0\",port=\"p1\",type=\"system\"} 5",
                        "culvert_remote_transmit_bytes_total{bridge=\"br0\",port=\"t1\",type=\"vxlan\",remote=\"192.0.2.9\"} 600",
                        "culvert_remote_receive_packets_total{bridge=\"br0\",port=\"t2\",type=\"vxlan\",remote=\"192.0.2.1\"} 7",
                        "culvert_remote_receive_bytes_total{bridge=\"br0\",port=\"t2\",type=\"vxlan\",remote=\"other\"} 60",
                        "culvert_tunnel_info{bridge=\"br0\",port=\"t2\",type=\"vxlan\",remote=\"flow\",local=\"\",key=\"flow\",ipsec_peer=\"\"} 1",
                        "culvert_port_drops_total{bridge=\"br0\",port=\"t1\",type=\"vxlan\",reason=\"tunnel_no_route\"} 3",
                        "culvert_bridge_mac_entries{bridge=\"br0\"} 2",
                        "culvert_database_connected 1");
        assertThat(page.lines().filter(line -> line.startsWith("culvert_remote_transmit") && line.contains("t2")))
                .isEmpty();
    }

    @Test
    void everySeriesIsThereOnceHoweverManyTunnelsThereAre() throws IOException {
        List<Port> ports = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            ports.add(port("t" + i, tunnel("10.0." + i / 250 + "." + (1 + i % 250)), List.of()));
        }
        SwitchState state = SwitchStates.of(ports);
        long start = System.nanoTime();
        List<String> lines = page(state).lines().toList();
        assertThat(System.nanoTime() - start).isLessThan(10_000_000_000L);
        assertThat(lines).hasSizeGreaterThan(100_000);
        assertThat(lines.stream().map(line -> line.substring(0, line.lastIndexOf(' '))))
                .doesNotHaveDuplicates();
    }

    @Test
    void onlySomeAreMadeAtATime() throws Exception {
        SwitchState state = SwitchStates.of(List.of());
        MetricsPage page = new MetricsPage(() -> CompletableFuture.completedFuture(state));
        List<HttpReply> open = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            open.add(page.answer(GET));
        }
        assertThatExceptionOfType(HttpException.class)
                .isThrownBy(() -> page.answer(GET))
                .matches(e -> e.status() == 503);
        open.getFirst().body().write(OutputStream.nullOutputStream());
        open.getFirst().done().run();
        page.answer(GET);
    }

    @Test
    void aSwitchThatEndsSaysSoAndCanBeAskedAgain() {
        MetricsPage page = new MetricsPage(() -> CompletableFuture.failedFuture(new RejectedExecutionException()));
        for (int i = 0; i < 10; i++) {
            assertThatExceptionOfType(HttpException.class)
                    .isThrownBy(() -> page.answer(GET))
                    .matches(e -> e.status() == 503)
                    .withMessage("the switch is about to end");
        }
    }
}
