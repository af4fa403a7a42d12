package dev.culvert.ipsec.ike;

import dev.culvert.packet.IpAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/** What surrounds an engine in tests: hands its datagrams on, and keeps book of its CHILD_SAs as a datapath would. */
public final class RecordingHost implements IkeHost {
    /** A CHILD_SA with copies of its keys. */
    public record Installed(ChildSa sa, byte[] keyIn, byte[] keyOut) {}

    /** CHILD_SAs by the SPI that comes in. */
    public final Map<Integer, Installed> installed = new LinkedHashMap<>();
    /** The CHILD_SA that a policy's packets leave with. */
    public final Map<String, Installed> active = new LinkedHashMap<>();

    final List<ChildSa> deleted = new ArrayList<>();
    final Map<Integer, SaUsage> usage = new LinkedHashMap<>();
    /** CHILD_SAs that there have been. */
    public int installs;

    private final IpAddress address;
    private final Random random;
    private final Consumer<IkeDatagram> out;

    RecordingHost(IpAddress address, Random random, Consumer<IkeDatagram> out) {
        this.address = address;
        this.random = random;
        this.out = out;
    }

    @Override
    public void send(IkeDatagram datagram) {
        out.accept(datagram);
    }

    @Override
    public int allocateSpi() {
        int spi;
        do {
            spi = random.nextInt();
        } while ((spi >= 0 && spi < 256) || installed.containsKey(spi));
        return spi;
    }

    @Override
    public IpAddress localAddress(IpAddress remote) {
        return address;
    }

    @Override
    public void install(ChildSa sa) {
        installs++;
        Installed known = new Installed(sa, sa.keyIn().clone(), sa.keyOut().clone());
        if (installed.put(sa.spiIn(), known) != null) {
            throw new AssertionError("installed twice: " + sa);
        }
    }

    @Override
    public void activate(ChildSa sa) {
        Installed known = installed.get(sa.spiIn());
        if (known == null) {
            throw new AssertionError("not installed: " + sa);
        }
        active.put(sa.policy(), known);
    }

    @Override
    public void delete(ChildSa sa) {
        if (installed.remove(sa.spiIn()) == null) {
            throw new AssertionError("not installed: " + sa);
        }
        deleted.add(sa);
        active.values().removeIf(one -> one.sa.spiIn() == sa.spiIn());
    }

    @Override
    public void moved(ChildSa sa) {
        Installed known = installed.get(sa.spiIn());
        Installed moved = new Installed(sa, known.keyIn, known.keyOut);
        installed.put(sa.spiIn(), moved);
        active.replace(sa.policy(), known, moved);
    }

    @Override
    public SaUsage usage(ChildSa sa) {
        return usage.getOrDefault(sa.spiIn(), SaUsage.NONE);
    }

    @Override
    public void stateChanged(String peer) {}
}
