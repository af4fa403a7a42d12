package dev.culvert.datapath;

import dev.culvert.linux.PacketSocket;
import org.jspecify.annotations.Nullable;

/** A port with a device of this host behind it: one loop reads from it, all write to it. */
final class SharedDevice extends SharedPort implements Source {
    /** How a loop's part is made. */
    interface Part {
        LocalPort of(SharedDevice device, PollLoop loop);
    }

    final int ifindex;

    /** The packet socket of an interface that was there before; null for an internal port. */
    final @Nullable PacketSocket socket;

    private final Part part;
    private final Runnable closing;

    /**
     * Makes a port without parts.
     *
     * @param ifindex the device's index
     * @param socket the packet socket of an interface that was there before; null for an internal port
     * @param part makes a loop's part, around a descriptor that all have in common
     * @param closing closes that
     */
    SharedDevice(int number, String name, int ifindex, @Nullable PacketSocket socket, Part part, Runnable closing) {
        super(number, name);
        this.ifindex = ifindex;
        this.socket = socket;
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
