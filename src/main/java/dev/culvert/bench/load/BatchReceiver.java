package dev.culvert.bench.load;

import dev.culvert.linux.Epoll;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.MessageBatch;
import dev.culvert.linux.MessageSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Receives batches, each by one system call, until nothing more comes. */
final class BatchReceiver {
    private static final int BATCH = 64;
    private static final long SILENCE = 500_000_000;

    /** Told of each batch that was received. */
    @FunctionalInterface
    interface Batches {
        /**
         * Looks at a batch.
         *
         * @param batch what was received
         * @param memory where: message {@code i} begins at {@code i * stride}
         * @param count how many messages
         * @return how many of them count
         */
        int received(MessageBatch batch, MemorySegment memory, int count);
    }

    private final MessageSocket socket;
    private final int stride;
    private final MemorySegment memory;
    private final MessageBatch batch = new MessageBatch(BATCH, 1, 0);

    /**
     * @param socket what to receive from
     * @param stride bytes for each message; what is longer is cut
     */
    BatchReceiver(MessageSocket socket, int stride) {
        this.socket = socket;
        this.stride = stride;
        memory = Arena.ofAuto().allocate((long) BATCH * stride, 64);
        for (int i = 0; i < BATCH; i++) {
            batch.vector(i, 0, memory.address() + (long) i * stride, stride);
        }
    }

    /** Bytes between two messages. */
    int stride() {
        return stride;
    }

    /**
     * Receives until there was silence for half a second after something that counted, or the time is up.
     *
     * @param nanos how long at most
     * @param batches who looks at them
     * @return what counted, from the first of it to the last
     * @throws LinuxException if the kernel refuses
     */
    Count run(long nanos, Batches batches) throws LinuxException {
        try (Epoll epoll = Epoll.open()) {
            epoll.add(socket.fd(), Epoll.IN, 0);
            long end = System.nanoTime() + nanos;
            long packets = 0;
            long first = 0;
            long last = 0;
            while (true) {
                long now = System.nanoTime();
                long until = packets == 0 ? end : Math.min(end, last + SILENCE);
                if (now - until >= 0) {
                    return new Count(packets, last - first);
                }
                for (int i = 0; i < BATCH; i++) {
                    batch.prepareReceive(i);
                }
                int count = socket.receive(batch, BATCH);
                if (count <= 0) {
                    epoll.await(until - now);
                    continue;
                }
                int counted = batches.received(batch, memory, count);
                if (counted > 0) {
                    last = System.nanoTime();
                    first = packets == 0 ? last : first;
                    packets += counted;
                }
            }
        }
    }
}
