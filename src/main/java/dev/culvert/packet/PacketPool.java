package dev.culvert.packet;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of packets, carved from one piece of native memory when the pool is made. Last in, first out, so that the
 * buffer that was used a moment ago, and is still in the cache, is used again. Owned by one thread.
 */
public final class PacketPool {
    private static final int ALIGNMENT = 64;

    private final Packet[] free;
    private int count;

    /**
     * Makes the pool.
     *
     * @param allocator gives the memory, {@code packets} × {@link Packet#CAPACITY} bytes, which outlives the pool
     * @param packets how many there are
     */
    public PacketPool(SegmentAllocator allocator, int packets) {
        MemorySegment all = allocator.allocate((long) packets * Packet.CAPACITY, ALIGNMENT);
        free = new Packet[packets];
        for (int i = 0; i < packets; i++) {
            free[i] = new Packet(all.asSlice((long) i * Packet.CAPACITY, Packet.CAPACITY));
        }
        count = packets;
    }

    /** Takes an empty packet out; null when all are in use, which the caller counts as {@link DropReason#NO_BUFFER}. */
    public @Nullable Packet take() {
        if (count == 0) {
            return null;
        }
        Packet packet = free[--count];
        packet.reset();
        return packet;
    }

    /** Gives back a packet that {@link #take} returned, once. */
    public void give(Packet packet) {
        free[count++] = packet;
    }

    /** Returns how many packets {@link #take} can still return. */
    public int available() {
        return count;
    }

    /** Returns how many packets the pool was made with. */
    public int size() {
        return free.length;
    }
}
