package dev.culvert.vswitch.ipsec;

import dev.culvert.datapath.Ipsec;
import dev.culvert.ipsec.esp.EspKeys;
import dev.culvert.ipsec.esp.EspSuite;
import dev.culvert.ipsec.esp.OutboundSa;
import dev.culvert.ipsec.esp.SpiAllocator;
import dev.culvert.ipsec.esp.WiresharkKeys;
import dev.culvert.ipsec.ike.ChildSa;
import dev.culvert.ipsec.ike.IkeDatagram;
import dev.culvert.ipsec.ike.IkeHost;
import dev.culvert.ipsec.ike.SaUsage;
import dev.culvert.linux.LinuxException;
import dev.culvert.packet.IpAddress;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Between IKE and the datapath: what IKE agrees upon is installed, and what comes and goes at its ports is carried. */
final class IpsecHost implements IkeHost {
    private static final System.Logger LOG = System.getLogger("ipsec");

    /** No exchange lasts that long (RFC 7296 section 2.4 wants an end after minutes). */
    private static final long OFFER_NANOS = TimeUnit.HOURS.toNanos(1);

    private final Ipsec datapath;
    private final Function<IpAddress, IpAddress> localAddress;
    private final BiFunction<String, String, @Nullable Group> groups;
    private final Runnable stateChanged;
    private final boolean exportable;
    private final SpiAllocator spis = new SpiAllocator(new SecureRandom());

    /** SPIs of exchanges that are under way, or have come to nothing, and since when; the oldest first. */
    private final Map<Integer, Long> offered = new LinkedHashMap<>();

    /** Copies of keys, if they may be exported: by our SPI. */
    private final Map<Integer, Exportable> exported = new LinkedHashMap<>();

    private record Exportable(EspKeys in, EspKeys out, IpAddress local, IpAddress remote) {}

    IpsecHost(
            Ipsec datapath,
            Function<IpAddress, IpAddress> localAddress,
            BiFunction<String, String, @Nullable Group> groups,
            Runnable stateChanged,
            boolean exportable) {
        this.datapath = datapath;
        this.localAddress = localAddress;
        this.groups = groups;
        this.stateChanged = stateChanged;
        this.exportable = exportable;
    }

    @Override
    public void send(IkeDatagram datagram) {
        datapath.send(datagram);
    }

    @Override
    public int allocateSpi() {
        long now = System.nanoTime();
        takeBack(now);
        int spi = spis.allocate();
        offered.put(spi, now);
        datapath.offer(spi);
        return spi;
    }

    /** Exchanges that came to nothing have offered some, which nobody will ever use. */
    private void takeBack(long now) {
        var oldest = offered.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<Integer, Long> offer = oldest.next();
            if (now - offer.getValue() < OFFER_NANOS) {
                return;
            }
            spis.release(offer.getKey());
            oldest.remove();
        }
    }

    @Override
    public IpAddress localAddress(IpAddress remote) {
        return localAddress.apply(remote);
    }

    @Override
    public void install(ChildSa sa) {
        offered.remove(sa.spiIn());
        Group group = groups.apply(sa.peer(), sa.policy());
        EspSuite suite = EspSuite.of(
                        sa.transforms().cipher().id(),
                        sa.transforms().cipher().keyBits(),
                        sa.transforms().integrity().id())
                .orElse(null);
        if (group == null || suite == null) {
            LOG.log(System.Logger.Level.INFO, "{0}: {1}", sa, suite == null ? "no such suite" : "not wanted any more");
            return;
        }
        boolean esn = sa.transforms().esn();
        try (EspKeys in = new EspKeys(sa.spiIn(), suite, esn, sa.keyIn());
                EspKeys out = new EspKeys(sa.spiOut(), suite, esn, sa.keyOut())) {
            datapath.install(group.protection, in, out, sa.local(), sa.remote(), port(sa));
            if (exportable) {
                exported.put(sa.spiIn(), new Exportable(in.copy(), out.copy(), sa.local(), sa.remote()));
            }
            LOG.log(System.Logger.Level.INFO, "{0}: installed", sa);
        } catch (GeneralSecurityException | LinuxException e) {
            LOG.log(System.Logger.Level.ERROR, "{0}: {1}", sa, e.getMessage());
        }
    }

    private static int port(ChildSa sa) {
        return sa.encapsulated() ? sa.remotePort() : 0;
    }

    @Override
    public void activate(ChildSa sa) {
        if (Group.sends(sa.policy())) {
            datapath.activate(sa.spiIn());
        }
    }

    @Override
    public void delete(ChildSa sa) {
        datapath.delete(sa.spiIn());
        spis.release(sa.spiIn());
        Exportable keys = exported.remove(sa.spiIn());
        if (keys != null) {
            keys.in.close();
            keys.out.close();
        }
        LOG.log(System.Logger.Level.INFO, "{0}: deleted", sa);
    }

    @Override
    public void moved(ChildSa sa) {
        try {
            datapath.move(sa.spiIn(), sa.local(), sa.remote(), port(sa));
        } catch (LinuxException e) {
            LOG.log(System.Logger.Level.ERROR, "{0}: {1}", sa, e.getMessage());
        }
    }

    @Override
    public SaUsage usage(ChildSa sa) {
        OutboundSa out = datapath.outbound(sa.spiIn());
        return new SaUsage(datapath.lastInbound(sa.spiIn()), out == null ? 0 : out.packets());
    }

    @Override
    public void stateChanged(String peer) {
        stateChanged.run();
    }

    /** Whether keys may be seen. */
    boolean isExportable() {
        return exportable;
    }

    /** The keys of all associations as lines of Wireshark's table of ESP SAs. */
    List<String> espKeys() {
        List<String> lines = new ArrayList<>();
        for (Exportable keys : exported.values()) {
            lines.add(WiresharkKeys.line(keys.in, keys.remote, keys.local));
            lines.add(WiresharkKeys.line(keys.out, keys.local, keys.remote));
        }
        return lines;
    }
}
