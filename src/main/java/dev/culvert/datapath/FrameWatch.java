package dev.culvert.datapath;

import dev.culvert.packet.DropReason;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Copies of frames about which a packet socket tells nothing: those that were dropped, with the reason, and those that went
 * through a tunnel with IPsec, which are secret on every wire. Each loop has a ring of its own, which it fills as long as
 * there is room; what finds none is counted. One reader.
 */
public final class FrameWatch {
    /** Bytes of a frame that are kept at most. */
    public static final int SNAP = 2_048;

    private static final int SLOTS = 512;

    /** What happened to a frame. */
    public enum Event {
        /** It was dropped. */
        DROPPED,
        /** It left by a tunnel, in an ESP packet. */
        SEALED,
        /** It came by a tunnel, out of an ESP packet. */
        OPENED
    }

    /**
     * A frame that something happened to.
     *
     * @param reason why it was dropped; null where it was not
     * @param port the datapath's number of the port that it came in by, or of the tunnel
     * @param spi of the ESP packet; 0 for none
     * @param sequence of the ESP packet
     * @param nanos when, by {@link System#nanoTime}; of a loop's pass
     * @param length of the frame in bytes, of which there may be fewer
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record Seen(
            Event event,
            @Nullable DropReason reason,
            int port,
            int spi,
            long sequence,
            long nanos,
            int length,
            byte[] bytes) {}

    /** A loop's part. The indexes only grow; each is written by one side. */
    private static final class Ring {
        final MemorySegment memory = Arena.ofAuto().allocate((long) SLOTS * SNAP, 64);
        final Event[] events = new Event[SLOTS];
        final @Nullable DropReason[] reasons = new @Nullable DropReason[SLOTS];
        final int[] ports = new int[SLOTS];
        final int[] spis = new int[SLOTS];
        final long[] sequences = new long[SLOTS];
        final long[] nanos = new long[SLOTS];
        final int[] lengths = new int[SLOTS];
        volatile long written;
        volatile long read;
        volatile long lost;

        @SuppressWarnings("NonAtomicVolatileUpdate") // the loop's alone
        void put(
                Event event,
                @Nullable DropReason reason,
                int port,
                int spi,
                long sequence,
                long now,
                MemorySegment from,
                int offset,
                int length) {
            long next = written;
            if (next - read == SLOTS) {
                lost++;
                return;
            }
            int slot = (int) (next % SLOTS);
            events[slot] = event;
            reasons[slot] = reason;
            ports[slot] = port;
            spis[slot] = spi;
            sequences[slot] = sequence;
            nanos[slot] = now;
            lengths[slot] = length;
            MemorySegment.copy(from, offset, memory, (long) slot * SNAP, Math.min(length, SNAP));
            written = next + 1;
        }

        @Nullable
        Seen take() {
            long next = read;
            if (next == written) {
                return null;
            }
            int slot = (int) (next % SLOTS);
            byte[] bytes = memory.asSlice((long) slot * SNAP, Math.min(lengths[slot], SNAP))
                    .toArray(ValueLayout.JAVA_BYTE);
            Seen seen = new Seen(
                    events[slot],
                    reasons[slot],
                    ports[slot],
                    spis[slot],
                    sequences[slot],
                    nanos[slot],
                    lengths[slot],
                    bytes);
            read = next + 1;
            return seen;
        }
    }

    private final AtomicReferenceArray<@Nullable Ring> rings = new AtomicReferenceArray<>(Datapath.MAX_THREADS + 1);

    FrameWatch() {}

    /** Gives a loop its part, before it puts anything. */
    void join(int loop) {
        rings.compareAndSet(loop % rings.length(), null, new Ring());
    }

    /** Puts a frame. The loop's. */
    void put(
            int loop,
            Event event,
            @Nullable DropReason reason,
            int port,
            int spi,
            long sequence,
            long now,
            MemorySegment from,
            int offset,
            int length) {
        Ring ring = rings.get(loop % rings.length());
        if (ring != null) {
            ring.put(event, reason, port, spi, sequence, now, from, offset, length);
        }
    }

    /** Takes the next frame out, of whichever loop; null if there is none. The reader's. */
    public @Nullable Seen poll() {
        for (int i = 0; i < rings.length(); i++) {
            Ring ring = rings.get(i);
            Seen seen = ring == null ? null : ring.take();
            if (seen != null) {
                return seen;
            }
        }
        return null;
    }

    /** How many found no room. */
    public long lost() {
        long lost = 0;
        for (int i = 0; i < rings.length(); i++) {
            Ring ring = rings.get(i);
            lost += ring == null ? 0 : ring.lost;
        }
        return lost;
    }
}
