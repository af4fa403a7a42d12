package dev.culvert.tools.ofctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.openflow.Version;
import dev.culvert.tools.OnMainThread;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our ovs-ofctl and the stock one, one beside the other, on a genuine Open vSwitch: they must not differ. */
@ExtendWith(OnMainThread.class)
@Timeout(120)
class OfctlIT {
    private static final List<String> FLOWS = List.of(
            "priority=0,actions=NORMAL",
            "cookie=0x1234,idle_timeout=60,hard_timeout=600,in_port=1,actions=output:2",
            "send_flow_rem,table=3,in_port=LOCAL,dl_src=00:11:22:33:44:55,actions=LOCAL,in_port,flood,all,controller",
            "table=4,priority=5,tcp,nw_src=10.0.0.0/8,nw_dst=1.2.3.4,tp_src=80,tp_dst=0x1000/0xf000,actions=drop",
            "table=4,priority=6,udp6,ipv6_src=fe80::/10,ipv6_dst=::1,udp_src=53,ipv6_label=0x12345,actions=dec_ttl,output:1",
            "table=5,dl_vlan=5,dl_vlan_pcp=3,actions=push_vlan:0x8100,output:2",
            "table=5,vlan_tci=0,actions=resubmit(,6)",
            "table=5,priority=10,dl_vlan=7,ip,nw_tos=16,nw_ecn=1,nw_ttl=64,actions=push_mpls:0x8847,output:2",
            "table=5,priority=11,mpls,mpls_label=5,mpls_tc=3,mpls_bos=1,actions=pop_mpls:0x0800,set_queue:3,output:2",
            "table=6,icmp,icmp_type=8,icmp_code=0,actions=drop",
            "table=6,icmp6,icmpv6_type=135,icmpv6_code=0,nd_target=fe80::1,nd_sll=00:01:02:03:04:05,actions=drop",
            "table=6,reg0=5,reg1=0x10/0xf0,xreg2=0x1234567890,xxreg3=7,metadata=0x55,actions=drop",
            "table=6,tun_id=5,tun_src=1.2.3.4,tun_dst=2.3.4.5,tun_gbp_id=3,tun_flags=+oam,actions=drop",
            "table=6,ct_state=+trk+est-new,ct_zone=5,ct_mark=0x7,ct_label=0x123,ip,actions=drop",
            "table=6,pkt_mark=0x5/0xf,tcp,tcp_flags=+syn-ack,actions=drop",
            "table=6,priority=4,ip,nw_frag=later,actions=drop",
            "table=6,dl_type=0x1234,dl_dst=01:00:00:00:00:00/01:00:00:00:00:00,actions=drop",
            "table=6,ip,nw_proto=2,nw_src=1.0.3.0/255.0.255.0,actions=drop",
            "table=6,rarp,actions=drop",
            "table=6,conj_id=7,ip,actions=drop",
            "table=7,priority=2,vlan_tci=0x0005/0x0fff,actions=drop",
            "table=7,priority=3,vlan_vid=0x1000/0x1000,actions=drop",
            "table=7,priority=8,actset_output=1,actions=output:1");
    /** Instructions, which OpenFlow 1.0 has no words for. */
    private static final List<String> INSTRUCTIONS = List.of(
            "table=1,priority=1,actions=write_metadata:0x12/0xff,goto_table:9",
            "table=1,priority=2,actions=output:1,clear_actions,write_actions(output:1),goto_table:3",
            "table=1,priority=3,actions=write_metadata:0x12");

    @TempDir
    private static Path directory;

    private static final List<Process> DAEMONS = new ArrayList<>();
    private static Tools tools;

    @BeforeAll
    static void startSwitch() throws Exception {
        tools = new Tools(directory);
        String database = directory.resolve("conf.db").toString();
        String socket = directory.resolve("db.sock").toString();
        tools.run("ovsdb-tool", "create", database, "/usr/share/openvswitch/vswitch.ovsschema");
        start("ovsdb-server", database, "--remote=punix:" + socket, "-vconsole:off");
        await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(Path.of(socket)));
        tools.run("ovs-vsctl", "--no-wait", "init");
        start(
                "ovs-vswitchd",
                "unix:" + socket,
                "--enable-dummy=override",
                "--disable-system",
                "--disable-system-route",
                "-vconsole:off");
        tools.run(
                "ovs-vsctl",
                "add-br",
                "br0",
                "--",
                "set",
                "bridge",
                "br0",
                "datapath-type=dummy",
                "fail-mode=secure",
                "--",
                "add-port",
                "br0",
                "p1",
                "--",
                "set",
                "interface",
                "p1",
                "type=dummy",
                "ofport_request=1",
                "--",
                "add-port",
                "br0",
                "p-2",
                "--",
                "set",
                "interface",
                "p-2",
                "type=dummy",
                "ofport_request=2");
        for (String flow : FLOWS) {
            tools.run("ovs-ofctl", "-O", "OpenFlow15", "add-flow", "br0", flow);
        }
        tools.run(
                "ovs-vsctl", "add-br", "br1", "--", "set", "bridge", "br1", "datapath-type=dummy", "fail-mode=secure");
        for (String flow : INSTRUCTIONS) {
            tools.run("ovs-ofctl", "-O", "OpenFlow15", "add-flow", "br1", flow);
        }
        Files.createFile(directory.resolve("file.mgmt"));
    }

    private static void start(String... command) throws Exception {
        DAEMONS.add(tools.builder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(command[0] + ".out").toFile())
                .start());
    }

    @AfterAll
    static void stopSwitch() throws InterruptedException {
        for (Process daemon : DAEMONS.reversed()) {
            daemon.destroy();
            if (!daemon.waitFor(10, TimeUnit.SECONDS)) {
                daemon.destroyForcibly();
            }
        }
    }

    private static void same(String... arguments) throws Exception {
        assertThat(tools.ours(arguments)).isEqualTo(tools.stock(arguments));
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void eachCommandInEachVersion(Version version) throws Exception {
        for (String command : List.of(
                "show",
                "dump-desc",
                "dump-tables",
                "dump-flows",
                "dump-aggregate",
                "dump-ports",
                "dump-ports-desc",
                "queue-stats",
                "get-frags",
                "probe",
                "ping")) {
            same("-O", version.configName(), command, "br0");
        }
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void flowsCanBeChosen(Version version) throws Exception {
        same("-O", version.configName(), "dump-flows", "br0", "table=4");
        same("-O", version.configName(), "dump-flows", "br0", "tcp,nw_src=10.0.0.0/8,tp_src=80");
        same("-O", version.configName(), "dump-flows", "br0", "in_port=p1,out_port=2");
        same("-O", version.configName(), "dump-aggregate", "br0", "cookie=0x1234/-1");
        same("-O", version.configName(), "dump-flows", "br0", "dl_vlan=5");
    }

    @ParameterizedTest
    @EnumSource(value = Version.class, mode = EnumSource.Mode.EXCLUDE, names = "OPENFLOW_10")
    void instructionsAreShown(Version version) throws Exception {
        same("-O", version.configName(), "dump-flows", "br1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--names dump-flows br0",
                "--no-stats dump-flows br0",
                "dump-flows --no-stats br0",
                "--sort dump-flows br0 table=4",
                "--rsort=nw_src dump-flows br0 table=4",
                "--sort=n_packets dump-flows br0",
                "-F OpenFlow10 dump-flows br0",
                "-F foo dump-flows br0",
                "-m --strict dump-flows br0 table=3",
                "--names dump-ports br0",
                "-O OpenFlow14 --names dump-ports br0",
                "--names show br0",
                "dump-ports br0 p1",
                "dump-ports br0 LOCAL",
                "dump-ports br0 7",
                "dump-ports br0 nowhere",
                "-O OpenFlow15 dump-ports-desc br0 p1",
                "-O OpenFlow15 dump-ports-desc br0 77",
                "queue-stats br0 9",
                "queue-stats br0 1 5",
                "ping br0 4096",
                "ping br0 99999999",
                "show dummy@br0",
                "show unix:br0.mgmt",
                "-O OpenFlow10,OpenFlow13 probe br0",
                "-O openflow12 probe br0"
            })
    void optionsAndArguments(String line) throws Exception {
        same(line.split(" ", -1));
    }

    static Stream<String> wrongLines() {
        return Stream.of(
                "",
                "show",
                "show br0 x",
                "bogus br0",
                "show nope",
                "show a/b",
                "show file",
                "show tcp:127.0.0.1:1",
                "show unix:/nope",
                "show carrier:pigeon",
                "snoop nope",
                "probe nope",
                "-O OpenFlow99 show br0",
                "--bogus",
                "-Z",
                "-t",
                "--timeout",
                "--timeout=abc show br0",
                "--timeout=0 show br0",
                "--strict=1 show br0",
                "-vconsole:foo show br0",
                "dump-flows br0 foo=1",
                "dump-flows br0 ip,nw_src=x",
                "dump-flows br0 table=x",
                "dump-flows br0 cookie=1",
                "dump-flows br0 out_port=x",
                "dump-flows br0 in_port=x",
                "dump-flows br0 dl_src=1",
                "dump-flows br0 table");
    }

    @ParameterizedTest
    @MethodSource("wrongLines")
    void wrongCommandLines(String line) throws Exception {
        same(line.isEmpty() ? new String[0] : line.split(" ", -1));
    }

    @Test
    void aSwitchThatSpeaksAnotherVersionIsAnError() throws Exception {
        tools.run("ovs-vsctl", "set", "bridge", "br0", "protocols=OpenFlow10");
        try {
            Tools.Result ours = tools.ours("-O", "OpenFlow13", "show", "br0");
            assertThat(ours.status())
                    .isEqualTo(tools.stock("-O", "OpenFlow13", "show", "br0").status());
            assertThat(ours.err()).startsWith("ovs-ofctl: br0: failed to connect to socket (");
        } finally {
            tools.run("ovs-vsctl", "clear", "bridge", "br0", "protocols");
        }
    }
}
