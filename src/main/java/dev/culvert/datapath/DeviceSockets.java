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

    private final int ifindex;
    private final PacketSocket sending;
    private volatile PacketSocket receiving;

    /** That of the programs, where {@link #receiving} is behind it. */
    private @Nullable TrafficHook hook;

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
     * @throws LinuxException if the kernel refuses; nothing has changed
     */
    void goBehind(FlowPrograms programs, Loops loops, SharedDevice device) throws LinuxException {
        TrafficHook former = hook;
        if (former != null) { // it could not be left
            former.close();
            hook = programs.attachPort(ifindex);
            return;
        }
        PacketSocket tap = receiving;
        PacketSocket left = PacketSocket.behindHook(ifindex, FlowPrograms.LEFT_TYPE);
        TrafficHook attached = null;
        try {
            tap.filter(programs.tapped());
            attached = programs.attachPort(ifindex);
            tap.receiveNothing();
        } catch (LinuxException e) {
            if (attached != null) {
                attached.close();
            }
            tap.unfilter();
            left.close();
            throw e;
        }
        hook = attached;
        replace(loops, device, left);
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
            replace(loops, device, tap);
        } catch (LinuxException e) {
            // they go on to leave everything to the switch
            LOG.log(System.Logger.Level.WARNING, "{0}: {1}", device.name, e.getMessage());
        }
    }

    private void replace(Loops loops, SharedDevice device, PacketSocket by) {
        PacketSocket before = receiving;
        loops.exchange(device, () -> receiving = by, () -> {
            // not by the conductor: the kernel waits until no processor can have a look at it any more
            Thread.ofVirtual().start(before::close);
        });
    }

    @Override
    public void close() {
        if (hook != null) {
            hook.close();
        }
        receiving.close();
        sending.close();
    }
}
