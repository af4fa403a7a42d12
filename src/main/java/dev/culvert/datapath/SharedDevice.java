package dev.culvert.datapath;

import org.jspecify.annotations.Nullable;

/** A port with a device of this host behind it: one loop reads from it, all write to it. */
final class SharedDevice extends SharedPort implements Source {
    /** How a loop's part is made. */
    interface Part {
        LocalPort of(SharedDevice device, PollLoop loop);
    }

    final int ifindex;

    /** Those of an interface that was there before; null for an internal port. */
    final @Nullable DeviceSockets sockets;

    /** How many want all that crosses the device to be seen there; the conductor's. */
    int observers;

    private final Part part;
    private final Runnable closing;

    /**
     * Makes a port without parts.
     *
     * @param ifindex the device's index
     * @param sockets those of an interface that was there before; null for an internal port
     * @param part makes a loop's part, around a descriptor that all have in common
     * @param closing closes that
     */
    SharedDevice(int number, String name, int ifindex, @Nullable DeviceSockets sockets, Part part, Runnable closing) {
        super(number, name);
        this.ifindex = ifindex;
        this.sockets = sockets;
        this.part = part;
        this.closing = closing;
    }

    @Override
    DatapathPort newPart(PollLoop loop) {
        return part.of(this, loop);
    }

    @Override
    public Receiver in(PollLoop loop) {
        return (LocalPort) part(loop);
    }

    @Override
    void close() {
        closing.run();
    }
}
