package dev.culvert.vswitch;

import dev.culvert.datapath.Datapath;
import dev.culvert.datapath.Protection;
import dev.culvert.linux.Errno;
import dev.culvert.linux.Link;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.Netlink;
import dev.culvert.linux.TapDevice;
import dev.culvert.ofproto.OfPort;
import dev.culvert.tunnel.TunnelConfig;
import dev.culvert.tunnel.TunnelType;
import dev.culvert.vswitch.SwitchConfig.InterfaceConfig;
import dev.culvert.vswitch.ipsec.IpsecTunnels;
import dev.culvert.vswitch.ipsec.TunnelSecurity;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Opens what a row of the Interface table names: a device that exists, a new internal one, a patch port, a tunnel. What
 * fails leaves its reason, in the words that ovs-vswitchd uses, and nothing else behind.
 */
final class InterfaceOpener {
    private static final System.Logger LOG = System.getLogger("netdev");

    private final Datapath datapath;
    private final Netlink netlink;
    private final IpsecTunnels ipsec;
    private final Paths paths;

    InterfaceOpener(Datapath datapath, Netlink netlink, IpsecTunnels ipsec) {
        this.datapath = datapath;
        this.netlink = netlink;
        this.ipsec = ipsec;
        this.paths = new Paths(netlink);
    }

    /** Whether an interface is, or makes, a device of this host's stack. */
    static boolean hasDevice(InterfaceConfig config) {
        return switch (config.type()) {
            case "", "system", "internal", "tap" -> true;
            default -> false;
        };
    }

    static String couldNotOpen(String name, int errno) {
        return "could not open network device %s (%s)".formatted(name, Errno.message(errno));
    }

    private static String couldNotAdd(String name, int errno) {
        return "could not add network device %s to ofproto (%s)".formatted(name, Errno.message(errno));
    }

    /** Opens an interface under a port number; afterwards it has a port, or an error. */
    void open(RunningBridge bridge, RunningInterface present, int number) {
        InterfaceConfig config = present.config;
        boolean local = config.name().equals(bridge.name());
        try {
            switch (local ? "internal" : config.type()) {
                case "", "system" -> openDevice(present, number);
                case "internal", "tap" -> openTap(bridge, present, number, local);
                case "patch" -> openPatch(present, number);
                default -> openTunnel(present, number);
            }
        } catch (LinuxException e) {
            present.error = couldNotAdd(config.name(), e.errno());
            if (present.failure != e.errno()) {
                LOG.log(System.Logger.Level.WARNING, "{0}: {1}", config.name(), e.getMessage());
            }
            present.failure = e.errno();
            return;
        }
        present.failure = 0;
    }

    private void openDevice(RunningInterface present, int number) throws LinuxException {
        String name = present.config.name();
        Optional<Link> link = netlink.link(name);
        if (link.isEmpty()) {
            present.error = couldNotOpen(name, Errno.ENODEV);
            return;
        }
        int datapathPort = datapath.addDevice(name, link.get().ifindex());
        present.link = link.get();
        present.port = OfPort.device(name, number, datapathPort);
        datapath.setMtu(datapathPort, link.get().mtu());
    }

    private void openTap(RunningBridge bridge, RunningInterface present, int number, boolean local)
            throws LinuxException {
        String name = present.config.name();
        TapDevice device;
        try {
            device = TapDevice.open(name);
        } catch (LinuxException e) {
            present.error = couldNotOpen(name, e.errno());
            return;
        }
        try {
            if (local) {
                netlink.setMac(device.ifindex(), bridge.mac);
            }
            int datapathPort = datapath.addTap(device);
            present.port = OfPort.device(name, number, datapathPort);
            present.link = netlink.link(device.ifindex()).orElse(null);
        } catch (LinuxException e) {
            if (present.port == null) {
                device.close();
            }
            throw e;
        }
    }

    private static void openPatch(RunningInterface present, int number) {
        InterfaceConfig config = present.config;
        String peer = config.options().get("peer");
        if (peer == null || config.options().size() > 1) {
            present.error = "%s: patch type requires valid 'peer' argument".formatted(config.name());
        } else if (peer.equals(config.name())) {
            present.error = "%s: patch peer must not be self".formatted(config.name());
        } else {
            present.port = OfPort.patch(config.name(), number, peer);
        }
    }

    private void openTunnel(RunningInterface present, int number) throws LinuxException {
        InterfaceConfig config = present.config;
        String old = TunnelSecurity.OLD_TYPE;
        TunnelType type = config.type().equals(old) ? TunnelType.GRE : TunnelType.of(config.type());
        if (type == null) {
            present.error = couldNotOpen(config.name(), Errno.EAFNOSUPPORT);
            return;
        }
        switch (TunnelSecurity.parse(config.name(), config.type(), config.options())) {
            case TunnelSecurity.Outcome.Refused(String error) -> present.error = error;
            case TunnelSecurity.Outcome.None() -> openTunnel(present, number, type, null);
            case TunnelSecurity.Outcome.Wanted(TunnelSecurity security) -> openTunnel(present, number, type, security);
        }
    }

    private void openTunnel(RunningInterface present, int number, TunnelType type, @Nullable TunnelSecurity security)
            throws LinuxException {
        InterfaceConfig config = present.config;
        switch (TunnelConfig.parse(config.name(), type, TunnelSecurity.others(config.options()))) {
            case TunnelConfig.Refused(String error) -> present.error = error;
            case TunnelConfig.Accepted(TunnelConfig tunnel, List<String> warnings) -> {
                if (security != null && !tunnel.remote().isFixed()) {
                    present.error = config.name() + ": IPsec needs a fixed 'remote_ip'";
                    return;
                }
                warnings.forEach(warning -> LOG.log(System.Logger.Level.WARNING, "{0}", warning));
                int datapathPort = plug(config.name(), tunnel, security);
                present.port = tunnel.remote().flow()
                        ? OfPort.flowTunnel(config.name(), number, datapathPort)
                        : OfPort.device(config.name(), number, datapathPort);
                present.tunnel = tunnel;
                refreshPath(present);
            }
        }
    }

    private int plug(String name, TunnelConfig tunnel, @Nullable TunnelSecurity security) throws LinuxException {
        Protection protection = security == null ? null : ipsec.join(name, tunnel, security);
        try {
            return datapath.addTunnel(name, tunnel, protection);
        } catch (LinuxException e) {
            ipsec.leave(name);
            throw e;
        }
    }

    /** Applies what may change while an interface is open: address and MTU. */
    void adjust(RunningBridge bridge, RunningInterface present) {
        Link link = present.link;
        OfPort port = present.port;
        if (link == null || port == null) {
            return;
        }
        InterfaceConfig config = present.config;
        boolean local = config.name().equals(bridge.name());
        boolean internal = local || config.type().equals("internal");
        try {
            Long mac = config.mac() == null ? null : Macs.parse(config.mac());
            if (internal && !local && mac != null && Macs.isUnicast(mac) && mac != link.mac()) {
                netlink.setMac(link.ifindex(), mac);
            } else if (local && link.mac() != bridge.mac) {
                netlink.setMac(link.ifindex(), bridge.mac);
            }
            Integer mtu = config.mtuRequest();
            if (mtu != null && mtu != link.mtu()) {
                netlink.setMtu(link.ifindex(), mtu);
            }
            Link now = netlink.link(link.ifindex()).orElse(null);
            if (now != null) {
                present.link = now;
                datapath.setMtu(port.datapathPort(), now.mtu());
            }
        } catch (LinuxException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}: {1}", config.name(), e.getMessage());
        }
    }

    /**
     * Looks up what the path of a tunnel takes, and tells the datapath.
     *
     * @return whether it is different from before
     */
    boolean refreshPath(RunningInterface present) {
        TunnelConfig config = present.tunnel;
        OfPort port = present.port;
        if (config == null || port == null) {
            return false;
        }
        Paths.Path path = paths.of(config);
        if (path == null) {
            return false;
        }
        // said again each time: what the interface can do for super-frames may have changed
        datapath.setWay(port.datapathPort(), path.way());
        if (path.equals(present.path)) {
            return false;
        }
        present.path = path;
        datapath.setMtu(port.datapathPort(), path.mtu());
        return true;
    }

    /** Has paths be looked up anew from here on: routes may have changed. */
    void lookAnew() {
        paths.lookAnew();
    }

    /** Closes what is open. */
    void close(RunningInterface present) {
        OfPort port = present.port;
        if (port != null && port.datapathPort() != OfPort.NO_DEVICE) {
            datapath.removePort(port.datapathPort());
            // only what is open has joined: another bridge may have an interface of this name, which has
            ipsec.leave(present.config.name());
        }
        present.port = null;
        present.link = null;
        present.tunnel = null;
        present.path = null;
    }
}
