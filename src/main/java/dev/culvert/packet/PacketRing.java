package dev.culvert.packet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue of packets from one thread to one other. It neither allocates nor blocks: what does not fit is
 * refused, and the sender counts it.
 */
public final class PacketRing {
    private static final VarHandle HEAD;
    private static final VarHandle TAIL;

    static {
        try {
            HEAD = MethodHandles.lookup().findVarHandle(PacketRing.class, "head", int.class);
            TAIL = MethodHandles.lookup().findVarHandle(PacketRing.class, "tail", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final @Nullable Packet[] slots;

    @SuppressWarnings("unused") // through HEAD
    private int head;

    @SuppressWarnings("unused") // through TAIL
    private int tail;

    /**
     * Makes an empty ring.
     *
     * @param capacity a power of two
     */
    public PacketRing(int capacity) {
        slots = new @Nullable Packet[capacity];
    }

    /** Adds a packet at the end; for the sending thread only. */
    public boolean offer(Packet packet) {
        int end = (int) TAIL.get(this);
        if (end - (int) HEAD.getAcquire(this) >= slots.length) {
            return false;
        }
        slots[end & slots.length - 1] = packet;
        TAIL.setRelease(this, end + 1);
        return true;
    }

    /** Takes the oldest packet, or null; for the receiving thread only. */
    public @Nullable Packet poll() {
        int start = (int) HEAD.get(this);
        if (start == (int) TAIL.getAcquire(this)) {
            return null;
        }
        Packet packet = slots[start & slots.length - 1];
        slots[start & slots.length - 1] = null;
        HEAD.setRelease(this, start + 1);
        return packet;
    }

    /** Tells whether there is none; for any thread, to which it may be old news. */
    public boolean isEmpty() {
        return (int) HEAD.getAcquire(this) == (int) TAIL.getAcquire(this);
    }
}
