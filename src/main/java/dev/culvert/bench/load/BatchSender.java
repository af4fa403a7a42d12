package dev.culvert.bench.load;

import dev.culvert.linux.Epoll;
import dev.culvert.linux.Errno;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.MessageBatch;
import dev.culvert.linux.MessageSocket;
import java.util.concurrent.locks.LockSupport;

/** Sends batches, each by one system call, for some time and at some pace. */
final class BatchSender {
    /** Packets in a system call. */
    static final int BATCH = 64;

    private static final long PAUSE = 50_000;
    private static final long ROOM = 1_000_000;

    /** Told before each batch, so that it can be filled anew. */
    @FunctionalInterface
    interface Filler {
        /**
         * Fills messages.
         *
         * @param sent how many packets were sent before them
         * @param count how many to fill, from the first on
         */
        void fill(long sent, int count);
    }

    private final MessageSocket socket;
    private final MessageBatch batch;
    private final Filler filler;

    /**
     * @param socket what to send by
     * @param batch at least {@link #BATCH} messages with vectors and destinations
     * @param filler what changes from packet to packet
     */
    BatchSender(MessageSocket socket, MessageBatch batch, Filler filler) {
        this.socket = socket;
        this.batch = batch;
        this.filler = filler;
    }

    /**
     * Sends.
     *
     * @param nanos for so long at most
     * @param rate packets a second; 0 for as many as possible
     * @param limit packets at most
     * @return what was sent
     * @throws LinuxException if the kernel refuses for another reason than a full queue
     */
    Count run(long nanos, long rate, long limit) throws LinuxException {
        try (Epoll room = Epoll.open()) {
            room.add(socket.fd(), Epoll.OUT, 0);
            long start = System.nanoTime();
            Pace pace = new Pace(rate, start);
            long sent = 0;
            long now = start;
            for (; now - start < nanos && sent < limit; now = System.nanoTime()) {
                int count = pace.allowed(now, sent, (int) Math.min(BATCH, limit - sent));
                if (count == 0) {
                    LockSupport.parkNanos(PAUSE);
                    continue;
                }
                filler.fill(sent, count);
                int done = socket.send(batch, 0, count);
                if (done > 0) {
                    sent += done;
                } else if (done == 0) {
                    room.await(ROOM);
                } else if (done != -Errno.ENOBUFS) {
                    throw new LinuxException("send", -done);
                }
            }
            return new Count(sent, now - start);
        }
    }
}
