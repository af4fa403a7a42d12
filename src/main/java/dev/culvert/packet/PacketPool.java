package dev.culvert.packet;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of packets, carved from one piece of native memory when the pool is made. Last in, first out, so that the
 * buffer that was used a moment ago, and is still in the cache, is used again. Owned by one thread.
 *
 * <p>Its packets may be given to the pool of one other thread, which sends them home.
 */
public final class PacketPool {
    private static final int ALIGNMENT = 64;

    private final Packet[] free;
    private final PacketRing returned;
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
            free[i].pool = this;
        }
        count = packets;
        returned = new PacketRing(Integer.highestOneBit(packets) << 1); // all of them find room
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

    /** Gives back a packet that {@link #take} returned, here or in the pool that it has come from, once. */
    public void give(Packet packet) {
        PacketPool home = packet.pool;
        if (home == this || home == null) {
            free[count++] = packet;
        } else if (!home.returned.offer(packet)) {
            throw new AssertionError("a packet was given twice");
        }
    }

    /** Takes back what another thread has given of this pool's packets since. */
    public void reclaim() {
        for (Packet packet = returned.poll(); packet != null; packet = returned.poll()) {
            free[count++] = packet;
        }
    }

    /**
     * Makes a packet one of this pool, so that it may be kept: one of another pool is copied and goes home.
     *
     * @return the packet, or its copy; null if there is none left for that
     */
    public @Nullable Packet adopt(Packet packet) {
        if (packet.pool == this) {
            return packet;
        }
        Packet copy = take();
        if (copy != null) {
            copy.copyFrom(packet);
        }
        give(packet);
        return copy;
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
