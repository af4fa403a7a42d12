package dev.culvert.datapath;

import dev.culvert.linux.GreSegmentation;
import dev.culvert.linux.LinuxException;
import dev.culvert.packet.IpAddress;
import dev.culvert.tunnel.TunnelConfig;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets the kernel cut the super-frames that leave by GRE tunnels, where it can and where that is right: over IPv4, with
 * headers that are the same for every packet but for its length and type of service. Such packets leave beneath the
 * host's output hooks, so this rests while the host has IPsec policies: one of them may be for the tunnel. The
 * conductor's.
 *
 * <p>It needs permission for eBPF and Linux 6.6; without, everything works, only slower. {@code
 * -Dculvert.gre.segmentation=false} turns it off.
 */
final class GreOffload implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("tunnel");
    private static final String DEVICE = "culvert%d";

    private final Map<Integer, Tunnel> ports = new HashMap<>();
    private boolean permitted = Boolean.parseBoolean(System.getProperty("culvert.gre.segmentation", "true"));
    private @Nullable GreSegmentation segmentation;
    private @Nullable HostIpsec policies;

    /**
     * Says where a tunnel's packets go now.
     *
     * @param ifindex the interface that leads to the neighbour; 0 for none that is known
     * @param source the outer source address
     */
    void path(Tunnel port, int ifindex, IpAddress source) {
        if (ifindex == 0 || !fits(port) || !open()) {
            forget(port);
            return;
        }
        try {
            byte[] header = port.fitting.header((int) source.low(), port.config.ttl());
            GreSegmentation kernel = segmentation;
            if (kernel != null) {
                kernel.set(port.number, ifindex, header);
                ports.put(port.number, port);
                settle(port);
            }
        } catch (LinuxException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}: {1}", port.name, e.getMessage());
            forget(port);
        }
    }

    /** Sends a tunnel's super-frames as those of any other that the kernel cannot cut. */
    void forget(Tunnel port) {
        port.segmenting = null;
        GreSegmentation kernel = segmentation;
        if (ports.remove(port.number) != null && kernel != null) {
            try {
                kernel.clear(port.number);
            } catch (LinuxException e) {
                LOG.log(System.Logger.Level.WARNING, "{0}: {1}", port.name, e.getMessage());
            }
        }
    }

    /** Looks whether IPsec policies have come or gone; cheap, and to be called often. */
    void watch() {
        HostIpsec watched = policies;
        try {
            if (watched != null && watched.changed()) {
                ports.values().forEach(this::settle);
            }
        } catch (LinuxException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}", e.getMessage());
            permitted = false;
            Map.copyOf(ports).values().forEach(this::forget);
        }
    }

    @Override
    public void close() {
        if (segmentation != null) {
            segmentation.close();
        }
        if (policies != null) {
            policies.close();
        }
    }

    private void settle(Tunnel port) {
        GreSegmentation kernel = segmentation;
        boolean protectedHost = policies != null && policies.any();
        port.segmenting = kernel == null || protectedHost ? null : kernel.socket();
    }

    private static boolean fits(Tunnel port) {
        TunnelConfig config = port.config;
        return port.fitting.ipHeader != 0
                && port.sends()
                && port.protection == null
                && config.dontFragment()
                && config.egressMark() == 0
                && !config.ttlInherited()
                && !port.variesByPacket()
                && port.number <= GreSegmentation.TUNNELS_MAX;
    }

    private boolean open() {
        if (segmentation != null || !permitted) {
            return permitted;
        }
        try {
            policies = HostIpsec.open();
            segmentation = GreSegmentation.open(DEVICE);
            return true;
        } catch (LinuxException e) {
            LOG.log(System.Logger.Level.INFO, "TCP over GRE is cut into segments here: {0}", e.getMessage());
            permitted = false;
            return false;
        }
    }
}
