package dev.culvert.datapath;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A port as the conductor sees it: what is true of it in all loops, and what each loop has of it. A loop's part
 * ({@link DatapathPort}) has queues and counters that only this loop touches, so that all may send by the port without a
 * lock. The conductor's.
 */
abstract class SharedPort {
    final int number;
    final String name;

    /** Bytes of IP that the device takes, or bytes of outer IP that a tunnel's path takes; the conductor keeps it true. */
    volatile int mtu = 1500;

    private @Nullable DatapathPort[] parts = new @Nullable DatapathPort[1];
    private final PortCounters ofFormerLoops = new PortCounters();

    /** What the kernel's copies of flows have carried, as far as that was taken over. */
    final PortCounters ofKernel = new PortCounters();

    SharedPort(int number, String name) {
        this.number = number;
        this.name = name;
    }

    /** Makes a loop's part. */
    abstract DatapathPort newPart(PollLoop loop);

    /** Closes what is open, when no loop has a part any more. */
    abstract void close();

    /** Gives a loop its part, which is to be given to the loop. */
    final DatapathPort join(PollLoop loop) {
        DatapathPort part = newPart(loop);
        if (loop.index() >= parts.length) {
            parts = Arrays.copyOf(parts, loop.index() + 1);
        }
        parts[loop.index()] = part;
        return part;
    }

    /** A loop's part. */
    final DatapathPort part(PollLoop loop) {
        DatapathPort part = loop.index() < parts.length ? parts[loop.index()] : null;
        if (part == null) {
            throw new IllegalStateException("port " + name + " has no part in " + loop.name());
        }
        return part;
    }

    /** Forgets the part of a loop that has ended, but not what it has counted. */
    final void leave(PollLoop loop) {
        ofFormerLoops.add(part(loop).counters);
        parts[loop.index()] = null;
    }

    /** What all loops, and the kernel, have counted until now. */
    final PortCounters counters() {
        PortCounters all = new PortCounters();
        all.add(ofFormerLoops);
        all.add(ofKernel);
        for (DatapathPort part : parts) {
            if (part != null) {
                all.add(part.counters);
            }
        }
        return all;
    }
}
