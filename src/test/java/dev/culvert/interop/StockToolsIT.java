package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.linux.TestNetwork;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The daemon under the hands of genuine ovs-vsctl, ovs-ofctl, ovs-appctl and ovsdb-client. */
@Timeout(120)
class StockToolsIT {
    private TestNetwork network;
    private CulvertBox box;

    @BeforeEach
    void setUp() throws Exception {
        network = TestNetwork.of("b1", "l");
        network.veth("l", "veth1", "b1", "sw1-p1");
    }

    @AfterEach
    void tearDown() throws Exception {
        try (var _ = network;
                var _ = box) {
            assertThat(box.log()).doesNotContain("Exception");
        }
    }

    @ParameterizedTest
    @EnumSource
    void theTutorialsCommands(CulvertBox.Database database) throws Exception {
        box = new CulvertBox(network, "b1", database);
        box.vsctl("add-br sw1");
        box.vsctl("add-port sw1 sw1-p1");
        box.vsctl("add-port sw1 tun0 -- set Interface tun0 type=gre options:remote_ip=192.168.56.12");
        assertThat(box.appctl("ofproto/list-tunnels")).contains("tun0 (gre: ::->192.168.56.12, key=0");
        box.vsctl("del-port tun0");
        box.vsctl("add-port sw1 tun0 -- set interface tun0 type=vxlan options:remote_ip=192.168.56.12 options:key=123");
        assertThat(box.appctl("tnl/ports/show")).contains("vxlan_sys_4789 (");
        box.vsctl("del-port tun0");
        box.vsctl(
                "add-port sw1 tun0 -- set interface tun0 type=geneve options:remote_ip=192.168.56.12 options:key=123");
        assertThat(box.vsctl("show"))
                .contains("    Bridge sw1\n")
                .contains("""
                                Port tun0
                                    Interface tun0
                                        type: geneve
                                        options: {key="123", remote_ip="192.168.56.12"}
                        """)
                .contains("Interface sw1\n                type: internal\n")
                .contains("ovs_version: \"3.1.0\"")
                .doesNotContain("error");
        assertThat(box.ofctl("show sw1"))
                .contains("OFPT_FEATURES_REPLY", " 1(sw1-p1): addr:", "(tun0): addr:", " LOCAL(sw1): addr:")
                .contains("OFPT_GET_CONFIG_REPLY (xid=0x4): frags=normal miss_send_len=0");
        assertThat(box.ofctl("dump-ports sw1")).contains("OFPST_PORT reply (xid=0x2): 3 ports", "port LOCAL: rx pkts=");
        assertThat(box.ofctl("dump-flows sw1"))
                .containsPattern("table=0, n_packets=\\d+, n_bytes=\\d+, (idle_age=\\d+, )?priority=0 actions=NORMAL");
        assertThat(box.vsctl("list-br")).isEqualTo("sw1\n");
        assertThat(box.vsctl("list-ports sw1")).isEqualTo("sw1-p1\ntun0\n");
        assertThat(box.vsctl("get interface sw1-p1 ofport link_state mtu ifindex error"))
                .isEqualTo("1\nup\n1500\n" + network.link("b1", "sw1-p1").ifindex() + "\n[]\n");
        assertThat(box.vsctl("--bare --columns=name find interface type=geneve"))
                .isEqualTo("tun0\n");
        assertThat(box.vsctl("list bridge sw1")).contains("datapath_id", "name                : sw1\n");
        assertThat(box.appctl("version")).isEqualTo("ovs-vswitchd (Open vSwitch) 3.1.0\n");
        assertThat(box.appctl("dpif/show"))
                .containsPattern("    sw1 65534/\\d+: \\(tap\\)\n")
                .containsPattern("    sw1-p1 1/\\d+: \\(system\\)\n")
                .containsPattern("    tun0 \\d+/\\d+: \\(geneve: key=123, remote_ip=192.168.56.12\\)\n");
        assertThat(box.appctl("fdb/show sw1")).startsWith(" port  VLAN  MAC                Age\n");
        assertThat(Outcome.of(box.environment(), List.of("ovsdb-client", "list-dbs", databaseAddress()))
                        .text())
                .contains("Open_vSwitch\n");
        assertThat(Outcome.of(
                                box.environment(),
                                List.of(
                                        "ovsdb-client",
                                        "-f",
                                        "csv",
                                        "dump",
                                        databaseAddress(),
                                        "Open_vSwitch",
                                        "Bridge",
                                        "name"))
                        .text())
                .isEqualTo("Bridge table\nname\nsw1\n");
        box.appctl("exit");
        assertThat(box.daemon().waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(box.folder.resolve("ovs-vswitchd.pid")).doesNotExist();
        assertThat(box.folder.resolve("sw1.mgmt")).doesNotExist();
    }

    private String databaseAddress() {
        return "unix:" + box.folder.resolve("db.sock");
    }

    @Test
    void whatCannotBeSetUpIsSaidAndHarmsNothing() throws Exception {
        box = new CulvertBox(network, "b1");
        box.vsctl("add-br sw1 -- add-port sw1 sw1-p1");
        box.vsctl("add-port sw1 tun0 -- set interface tun0 type=gre options:remote_ip=192.168.56.12");
        refused("nodev", "", "could not open network device nodev (No such device)");
        refused(
                "tun1",
                "type=gre options:remote_ip=192.168.56.12",
                "could not add network device tun1 to ofproto (File exists)");
        refused("tun2", "type=vxlan", "tun2: vxlan type requires valid 'remote_ip' argument");
        refused(
                "tun3",
                "type=magic options:remote_ip=192.168.56.12",
                "could not open network device tun3 (Address family not supported by protocol)");
        String secret = "options:psk=s3cretw0rd";
        Outcome psk = addPort("tun4", "type=geneve options:remote_ip=192.168.56.13 options:remote_name=x " + secret);
        assertThat(psk.err()).contains("Error detected while setting up 'tun4': ", "must be unset with PSK");
        assertThat(box.log()).contains("tun4").doesNotContain("s3cretw0rd");
        assertThat(box.vsctl("get interface tun0 error")).isEqualTo("[]\n");
        assertThat(box.appctl("ofproto/list-tunnels").lines()).hasSize(1);

        Outcome column = box.tool("vsctl", "get", "interface", "tun0", "colour");
        assertThat(column.status()).isEqualTo(1);
        assertThat(column.err())
                .isEqualTo("ovs-vsctl: Interface does not contain a column whose name matches \"colour\"\n");
        Outcome constraint = box.tool("vsctl", "set", "bridge", "sw1", "fail_mode=nope");
        assertThat(constraint.status()).isEqualTo(1);
        Outcome bridge = box.tool("vsctl", "add-port", "nobridge", "px");
        assertThat(bridge.err()).isEqualTo("ovs-vsctl: no bridge named nobridge\n");
        Outcome fdb = box.tool("appctl", "fdb/show", "nobridge");
        assertThat(fdb.status()).isEqualTo(2);
        assertThat(fdb.err()).startsWith("no such bridge\n");
        Outcome ofctl = box.tool("ofctl", "show", "nobridge");
        assertThat(ofctl.err()).isEqualTo("ovs-ofctl: nobridge is not a bridge or a socket\n");
        assertThat(box.vsctl("get bridge sw1 fail_mode")).isEqualTo("[]\n");
        assertThat(box.vsctl("list-ports sw1").lines()).hasSize(7);
    }

    /** The tools of 3.1 say it; their exit status, unlike that of ours and of later ones, does not. */
    private void refused(String name, String settings, String error) throws Exception {
        Outcome stock = addPort(name, settings);
        assertThat(stock.err())
                .contains("ovs-vsctl: Error detected while setting up '" + name + "': " + error
                        + ".  See ovs-vswitchd log for details.\n");
        assertThat(box.vsctl("get interface " + name + " ofport error")).isEqualTo("-1\n\"" + error + "\"\n");
        box.vsctl("del-port " + name);
        Outcome ours = Outcome.of(box.environment(), box.inBox(box.ours("vsctl", add(name, settings))));
        assertThat(ours.status()).as(ours.err()).isEqualTo(65);
        assertThat(ours.err()).contains("Error detected while setting up '" + name + "': " + error);
    }

    private Outcome addPort(String name, String settings) throws Exception {
        return box.tool("vsctl", add(name, settings));
    }

    private static String[] add(String name, String settings) {
        return ("add-port sw1 " + name + (settings.isEmpty() ? "" : " -- set interface " + name + " " + settings))
                .split(" ");
    }

    @Test
    void aDeviceMayComeAndGo() throws Exception {
        box = new CulvertBox(network, "b1");
        box.vsctl("add-br sw1");
        box.tool("vsctl", "add-port", "sw1", "late");
        assertThat(box.vsctl("get interface late ofport")).isEqualTo("-1\n");
        for (int i = 0; i < 2; i++) {
            network.veth("l", "veth2", "b1", "late");
            await().until(() -> box.vsctl("get interface late ofport error").equals("1\n[]\n"));
            network.address("l", "veth2", "10.0.0.1/24");
            network.ip("b1", "link set sw1 up");
            network.address("b1", "sw1", "10.0.0.2/24");
            assertThat(new Guests(network).ping("l", 3, Guests.RIGHT)).isEqualTo(3);
            network.ip("b1", "addr flush dev sw1");
            network.ip("b1", "link del late");
            await().until(() -> box.vsctl("get interface late ofport error")
                    .equals("-1\n\"could not open network device late (No such device)\"\n"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRestartKeepsPortNumbers(CulvertBox.Database database) throws Exception {
        box = new CulvertBox(network, "b1", database);
        box.vsctl("add-br sw1 -- add-port sw1 sw1-p1");
        box.vsctl("add-port sw1 in1 -- set interface in1 type=internal ofport_request=9");
        box.vsctl("add-port sw1 in2 -- set interface in2 type=internal");
        box.vsctl("del-port sw1-p1 -- add-port sw1 in3 -- set interface in3 type=internal");
        box.vsctl("add-port sw1 sw1-p1");
        String before = numbers();
        assertThat(before).contains("in1,9\n");
        box.appctl("exit");
        assertThat(box.daemon().waitFor(20, TimeUnit.SECONDS)).isTrue();
        box.restart();
        assertThat(numbers()).isEqualTo(before);
        assertThat(box.ofctl("show sw1")).contains(" 9(in1): addr:");

        box.daemon().destroyForcibly().waitFor();
        box.restart();
        assertThat(numbers()).as("after a kill").isEqualTo(before);
        assertThat(Files.readString(box.folder.resolve("ovs-vswitchd.log"))).contains("in1 on port 9");
    }

    private String numbers() throws Exception {
        return box.vsctl("-f csv --columns=name,ofport list interface")
                .lines()
                .sorted()
                .reduce("", (all, line) -> all + line + "\n");
    }
}
