package dev.culvert.vswitch;

import dev.culvert.linux.Link;
import dev.culvert.ofproto.OfPort;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.tunnel.TunnelConfig;
import dev.culvert.vswitch.SwitchConfig.InterfaceConfig;
import org.jspecify.annotations.Nullable;

/** An interface as it is: open with a port in the datapath, or failed with the reason. The conductor's. */
final class RunningInterface {
    InterfaceConfig config;

    /** Its port; null as long as it could not be opened. */
    @Nullable
    OfPort port;

    /** Why it could not be opened, or what is wrong with it although it is open; null if nothing is. */
    @Nullable
    String error;

    /** The kernel's reason for that (errno(3)), if it was one; 0 if not. It is told once, however often it is tried. */
    int failure;

    /** For a device of this host what the kernel says of it; null for others, and while it is not there. */
    @Nullable
    Link link;

    /** For a tunnel its configuration. */
    @Nullable
    TunnelConfig tunnel;

    /** For a tunnel to a fixed neighbour, the way of its packets as it was last told to the datapath. */
    Paths.@Nullable Path path;

    /** The Ethernet address that the port is said to have, where no device has it. */
    final long randomMac = Macs.random();

    /** The same for the database. */
    final Datum randomMacText = StatusWriter.text(Macs.format(randomMac));

    /** For a port without a device, its counters as they were last written, and what was written. */
    long[] counted = {};

    @Nullable
    Datum statistics;

    /** How often the link has come or gone. */
    long linkResets;

    RunningInterface(InterfaceConfig config) {
        this.config = config;
    }

    /** The Ethernet address of the port. */
    long mac() {
        Link device = link;
        return device != null ? device.mac() : randomMac;
    }

    boolean adminUp() {
        Link device = link;
        return device == null || device.adminUp();
    }

    boolean linkUp() {
        Link device = link;
        return device == null || device.carrier();
    }
}
