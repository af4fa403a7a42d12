package dev.culvert.lab;

import java.nio.file.Path;
import java.util.List;

/**
 * Debian's Open vSwitch with its userspace datapath in a box. What it needs and Culvert does not: the underlay's
 * interface in a bridge, with the address on that bridge's internal port; neighbours that do not leave checksums and
 * segmentation to their cable; an MTU that leaves room for the tunnel's headers.
 */
final class OpenVswitchSwitch extends VsctlSwitch {
    private static final String SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema";
    private static final String UNDERLAY_BRIDGE = "br-phy";

    OpenVswitchSwitch(Side side, Path folder, Shell shell, LabStore store) {
        super(side, folder, shell, store);
    }

    @Override
    public void start() throws LabException, InterruptedException {
        makeFolder();
        String database = folder.resolve("conf.db").toString();
        String socket = folder.resolve("db.sock").toString();
        run(List.of("ovsdb-tool"), List.of("create", database, SCHEMA));
        run(
                List.of("ovsdb-server", database),
                List.of("--remote=punix:" + socket, "--pidfile", "--detach", "--log-file", "-vconsole:off"));
        daemon("ovsdb-server.pid");
        vsctl("--no-wait", "init");
        run(
                List.of("ovs-vswitchd", "unix:" + socket),
                List.of("--pidfile", "--detach", "--log-file", "-vconsole:off", "--disable-system"));
        daemon("ovs-vswitchd.pid");
        show();
    }

    @Override
    public void connectUnderlay() throws LabException, InterruptedException {
        vsctl("add-br", UNDERLAY_BRIDGE, "--", "set", "Bridge", UNDERLAY_BRIDGE, "datapath_type=netdev");
        vsctl("add-port", UNDERLAY_BRIDGE, side.underlayDevice());
        LabNetwork.address(shell, side.box(), side.underlayAddress(), UNDERLAY_BRIDGE);
        shell.run("ip", "-n", side.box(), "link", "set", UNDERLAY_BRIDGE, "up");
    }

    @Override
    List<String> tool(String name) {
        return List.of("/usr/bin/ovs-" + name); // not Culvert's of the same name, if bin/ is in PATH
    }

    @Override
    List<String> bridgeArguments(String bridge) {
        return List.of("--", "set", "Bridge", bridge, "datapath_type=netdev");
    }
}
