package dev.culvert.datapath;

import dev.culvert.datapath.bpf.FlowPrograms;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.PacketSocket;
import dev.culvert.linux.TrafficHook;
import org.jspecify.annotations.Nullable;

/**
 * The sockets of an interface that was there before: one that frames leave by, one that they come by.
 *
 * <p>Packet sockets for all frames are served before the traffic control hook: each frame costs them something, also where
 * they do not want it. So when the programs in the kernel forward some at that hook, another socket takes the place of such a
 * tap, which is behind the hook and gets what the programs leave. They change places without that a frame is lost, doubled
 * or overtaken. The conductor's, but for {@link #receiving}.
 */
final class DeviceSockets implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dpif");

    private static final long REST_NANOS = 500_000_000;

    private final int ifindex;
    private final PacketSocket sending;
    private volatile PacketSocket receiving;

    /** That of the programs, where {@link #receiving} is behind it. */
    private @Nullable TrafficHook hook;

    /** A tap that gets nothing any more, and since when. */
    private @Nullable PacketSocket retired;

    private long retiredNanos;

    private DeviceSockets(int ifindex, PacketSocket sending, PacketSocket receiving) {
        this.ifindex = ifindex;
        this.sending = sending;
        this.receiving = receiving;
    }

    /** Opens them, the receiving one before the hook. */
    static DeviceSockets open(int ifindex) throws LinuxException {
        PacketSocket sending = PacketSocket.sender(ifindex);
        try {
            return new DeviceSockets(ifindex, sending, PacketSocket.open(ifindex));
        } catch (LinuxException e) {
            sending.close();
            throw e;
        }
    }

    /** Where frames leave. */
    PacketSocket sending() {
        return sending;
    }

    /** Where frames come from; it is another one when the loop that reads is told so. */
    PacketSocket receiving() {
        return receiving;
    }

    /**
     * Has arriving frames pass the programs first.
     *
     * @param device what the loop reads these sockets as
     * @throws LinuxException if the kernel refuses; frames arrive as before
     */
    void goBehind(FlowPrograms programs, Loops loops, SharedDevice device) throws LinuxException {
        TrafficHook former = hook;
        if (former != null) { // it could not be left
            hook = null;
            former.close();
            try {
                hook = programs.attachPort(ifindex);
            } catch (LinuxException e) {
                replace(loops, device, PacketSocket.open(ifindex), false);
                throw e;
            }
            return;
        }
        PacketSocket tap = receiving;
        PacketSocket left = PacketSocket.behindHook(ifindex, FlowPrograms.LEFT_TYPE);
        TrafficHook attached = null;
        try {
            tap.filter(programs.tapped());
            attached = programs.attachPort(ifindex);
            tap.filter(programs.untapped());
        } catch (LinuxException e) {
            if (attached != null) {
                attached.close();
            }
            tap.unfilter();
            left.close();
            throw e;
        }
        hook = attached;
        replace(loops, device, left, true);
    }

    /** Takes arriving frames before the programs see them, which forward none any more. */
    void goInFront(FlowPrograms programs, Loops loops, SharedDevice device) {
        TrafficHook former = hook;
        if (former == null) {
            return;
        }
        try {
            PacketSocket tap = PacketSocket.open(ifindex, programs.tapped());
            hook = null;
            former.close();
            tap.unfilter();
            replace(loops, device, tap, false);
        } catch (LinuxException e) {
            // they go on to leave everything to the switch
            LOG.log(System.Logger.Level.WARNING, "{0}: {1}", device.name, e.getMessage());
        }
    }

    /** @param resting whether the one before is to stay open for a while */
    private void replace(Loops loops, SharedDevice device, PacketSocket by, boolean resting) {
        PacketSocket[] before = new PacketSocket[1];
        loops.exchange(
                device,
                () -> {
                    before[0] = receiving;
                    receiving = by;
                },
                () -> {
                    closeSoon(retired);
                    retired = resting ? before[0] : null;
                    retiredNanos = System.nanoTime();
                    if (!resting) {
                        closeSoon(before[0]);
                    }
                });
    }

    /** Closes the tap that {@link #goBehind} has left, when every processor has seen that it gets nothing; from time to time. */
    void tick(FlowPrograms programs, long now) {
        if (retired != null && now - retiredNanos > REST_NANOS) {
            programs.forgetTapped(ifindex);
            closeSoon(retired);
            retired = null;
        }
    }

    /** Not by the conductor: the kernel waits until no processor can have a look at it any more. */
    private static void closeSoon(@Nullable PacketSocket socket) {
        if (socket != null) {
            Thread.ofVirtual().start(socket::close);
        }
    }

    @Override
    public void close() {
        if (hook != null) {
            hook.close();
        }
        if (retired != null) {
            retired.close();
        }
        receiving.close();
        sending.close();
    }
}
