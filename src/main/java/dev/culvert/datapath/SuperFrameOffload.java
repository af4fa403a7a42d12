package dev.culvert.datapath;

import dev.culvert.linux.EthtoolFeatures;
import dev.culvert.linux.GreSegmentation;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.UdpTunnelSegmentation;
import dev.culvert.packet.IpAddress;
import dev.culvert.tunnel.TunnelConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets the kernel cut the super-frames that leave by tunnels, where it can and where that is right: DF set, with headers that
 * are the same for every packet but for lengths, type of service and checksums. Such packets leave beneath the host's output
 * hooks, so this rests while the host has IPsec policies: one of them may be for the tunnel. The conductor's.
 *
 * <p>It needs permission for eBPF, and Linux 6.6 for GRE over IPv4 ({@link GreSegmentation}), 6.17 for UDP tunnels
 * ({@link UdpTunnelSegmentation}); without, everything works, only slower. {@code -Dculvert.gre.segmentation=false} and {@code
 * -Dculvert.udp.segmentation=false} turn it off.
 */
final class SuperFrameOffload implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("tunnel");
    private static final String DEVICE = "culvert%d";

    private final Map<Integer, Tunnel> ports = new HashMap<>();
    private final Map<Integer, WholeSender> udpWays = new HashMap<>();
    private boolean greAllowed = Boolean.parseBoolean(System.getProperty("culvert.gre.segmentation", "true"));
    private boolean udpAllowed = Boolean.parseBoolean(System.getProperty("culvert.udp.segmentation", "true"));
    private @Nullable GreSegmentation gre;
    private @Nullable UdpTunnelSegmentation udp;
    private @Nullable HostIpsec policies;
    private boolean watching;

    /** What interfaces can do by themselves, as of the last look at the host. */
    private final Map<Integer, Set<String>> features = new HashMap<>();

    /**
     * Says where a tunnel's packets go now.
     *
     * @param ifindex the interface that leads to the neighbour; 0 for none that is known
     * @param source the outer source address
     */
    void path(Tunnel port, int ifindex, IpAddress source) {
        if (ifindex == 0 || !fits(port)) {
            forget(port);
            return;
        }
        try {
            watchPolicies();
            boolean known = port.config.type().isUdp() ? udpWay(port, ifindex, source) : greWay(port, ifindex, source);
            if (known) {
                ports.put(port.number, port);
                settle(port);
            } else {
                forget(port);
            }
        } catch (LinuxException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}: {1}", port.name, e.getMessage());
            forget(port);
        }
    }

    private boolean greWay(Tunnel port, int ifindex, IpAddress source) throws LinuxException {
        if (gre == null && greAllowed) {
            try {
                gre = GreSegmentation.open(DEVICE);
            } catch (LinuxException e) {
                LOG.log(System.Logger.Level.INFO, "TCP over GRE is cut into segments here: {0}", e.getMessage());
                greAllowed = false;
            }
        }
        GreSegmentation kernel = gre;
        if (kernel == null || !greAllowed) {
            return false;
        }
        kernel.set(port.number, ifindex, port.fitting.header((int) source.low(), port.config.ttl()));
        return true;
    }

    private boolean udpWay(Tunnel port, int ifindex, IpAddress source) {
        if (udp == null && udpAllowed) {
            try {
                udp = UdpTunnelSegmentation.open(DEVICE);
            } catch (LinuxException e) {
                LOG.log(
                        System.Logger.Level.INFO,
                        "TCP over UDP tunnels is cut into segments here: {0}",
                        e.getMessage());
                udpAllowed = false;
            }
        }
        UdpTunnelSegmentation kernel = udp;
        if (kernel == null || !udpAllowed || !cuts(ifindex, port)) {
            return false;
        }
        WholeSender old = udpWays.get(port.number);
        if (old == null || !old.leads(ifindex, source)) {
            udpWays.put(port.number, new WholeSender(kernel, port, ifindex, source));
        }
        return true;
    }

    /**
     * Whether an interface takes super-frames in tunnels as they are. If it does not, the kernel cuts them before, which costs
     * more than to send segments by UDP_SEGMENT.
     */
    private boolean cuts(int ifindex, Tunnel port) {
        boolean summed = port.config.checksum() != TunnelConfig.Checksums.OFF || TunnelPort.isIpv6(port.config);
        return features.computeIfAbsent(ifindex, SuperFrameOffload::featuresOf)
                .contains(
                        summed
                                ? EthtoolFeatures.UDP_TUNNEL_CHECKSUM_SEGMENTATION
                                : EthtoolFeatures.UDP_TUNNEL_SEGMENTATION);
    }

    private static Set<String> featuresOf(int ifindex) {
        try {
            return EthtoolFeatures.active(ifindex);
        } catch (LinuxException e) {
            return Set.of(); // it has gone, or is of a kind that has none
        }
    }

    /** Sends a tunnel's super-frames as those of any other that the kernel cannot cut. */
    void forget(Tunnel port) {
        port.segmenting = null;
        port.whole = null;
        udpWays.remove(port.number);
        GreSegmentation kernel = gre;
        if (ports.remove(port.number) != null
                && kernel != null
                && !port.config.type().isUdp()) {
            try {
                kernel.clear(port.number);
            } catch (LinuxException e) {
                LOG.log(System.Logger.Level.WARNING, "{0}: {1}", port.name, e.getMessage());
            }
        }
    }

    /** Looks whether IPsec policies have come or gone; cheap, and to be called often. */
    void watch() {
        features.clear();
        HostIpsec watched = policies;
        try {
            if (watched != null && watched.changed()) {
                ports.values().forEach(this::settle);
            }
        } catch (LinuxException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}", e.getMessage());
            greAllowed = false;
            udpAllowed = false;
            Map.copyOf(ports).values().forEach(this::forget);
        }
    }

    @Override
    public void close() {
        if (gre != null) {
            gre.close();
        }
        if (udp != null) {
            udp.close();
        }
        if (policies != null) {
            policies.close();
        }
    }

    private void settle(Tunnel port) {
        boolean rests = policies != null && policies.any();
        boolean isUdp = port.config.type().isUdp();
        port.segmenting = rests || isUdp || gre == null ? null : gre.socket();
        port.whole = rests ? null : udpWays.get(port.number);
    }

    private static boolean fits(Tunnel port) {
        TunnelConfig config = port.config;
        boolean form = config.type().isUdp()
                || (port.fitting.ipHeader != 0 && !port.variesByPacket() && port.number <= GreSegmentation.TUNNELS_MAX);
        return form
                && port.sends()
                && port.protection == null
                && config.dontFragment()
                && config.egressMark() == 0
                && !config.ttlInherited();
    }

    private void watchPolicies() throws LinuxException {
        if (!watching && (greAllowed || udpAllowed)) {
            policies = HostIpsec.open();
            watching = true;
        }
    }
}
