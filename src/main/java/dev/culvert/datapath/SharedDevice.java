package dev.culvert.datapath;

/** A port with a device of this host behind it: one loop reads from it, all write to it. */
final class SharedDevice extends SharedPort implements Source {
    /** How a loop's part is made. */
    interface Part {
        LocalPort of(SharedDevice device, PollLoop loop);
    }

    private final Part part;
    private final Runnable closing;

    /**
     * Makes a port without parts.
     *
     * @param part makes a loop's part, around a descriptor that all have in common
     * @param closing closes that
     */
    SharedDevice(int number, String name, Part part, Runnable closing) {
        super(number, name);
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
