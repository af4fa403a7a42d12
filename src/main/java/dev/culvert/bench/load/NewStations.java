package dev.culvert.bench.load;

import dev.culvert.linux.Epoll;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.MessageBatch;
import dev.culvert.linux.PacketSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * Connections that no switch has seen before: each is one request from a MAC address that is used for the first time, and
 * one answer to it. A learning switch must take note of the address on the request's way and have a new entry for the
 * answer's, so what is counted is its slowest path, there and back. There is a window, as there are only so many stations
 * that wait at a time; what is not answered in 200 ms is lost.
 */
final class NewStations {
    private static final int FAMILY = 2;
    private static final int STRIDE = 128;
    private static final long PATIENCE = 200_000_000;
    private static final long LOOK = 5_000_000;

    private final PacketSocket socket;
    private final int window;
    private final MemorySegment memory;
    private final MessageBatch requests;
    private final MessageBatch answers;
    private final long[] numbers;
    private final long[] sentAt;
    private final int[] free;
    private int freeCount;
    private long next;
    private long answered;
    private long lost;

    /**
     * @param socket on the guest's interface
     * @param destination the other guest's MAC address
     * @param window how many stations wait for their answers at a time
     * @param first the number of the first station; the following are counted up from it
     */
    NewStations(PacketSocket socket, long destination, int window, long first) {
        this.socket = socket;
        this.window = window;
        next = first;
        memory = Arena.ofAuto().allocate(2L * window * STRIDE, 64);
        requests = new MessageBatch(window, 1, 0);
        answers = new MessageBatch(window, 1, 0);
        numbers = new long[window];
        sentAt = new long[window];
        free = new int[window];
        for (int i = 0; i < window; i++) {
            StationFrame.write(memory, (long) i * STRIDE, destination, 0);
            answers.vector(i, 0, memory.address() + (long) (window + i) * STRIDE, STRIDE);
            release(i);
        }
    }

    /** The number of the station that would come next. */
    long next() {
        return next;
    }

    /** Requests without an answer. */
    long lost() {
        return lost;
    }

    /**
     * Runs.
     *
     * @param nanos for so long
     * @return the answers
     * @throws LinuxException if the kernel refuses
     */
    Count run(long nanos) throws LinuxException {
        try (Epoll epoll = Epoll.open()) {
            epoll.add(socket.fd(), Epoll.IN, 0);
            long start = System.nanoTime();
            long now = start;
            long looked = start;
            for (; now - start < nanos; now = System.nanoTime()) {
                ask(now);
                if (!listen()) {
                    epoll.await(LOOK);
                }
                if (now - looked > LOOK) {
                    looked = now;
                    giveUp(now - PATIENCE);
                }
            }
            return new Count(answered, now - start);
        } finally {
            Reference.reachabilityFence(memory);
        }
    }

    private void ask(long now) {
        int count = freeCount;
        for (int i = 0; i < count; i++) {
            int slot = free[i];
            long at = (long) slot * STRIDE;
            StationFrame.source(memory, at, StationFrame.address(FAMILY, next));
            StationFrame.request(memory, at, slot, next);
            numbers[slot] = next++;
            sentAt[slot] = now;
            requests.vector(i, 0, memory.address() + at, StationFrame.LENGTH);
        }
        freeCount = 0;
        int sent = 0;
        while (sent < count) {
            int some = socket.send(requests, sent, count - sent);
            if (some <= 0) {
                return; // given up when their time has passed
            }
            sent += some;
        }
    }

    private boolean listen() {
        for (int i = 0; i < window; i++) {
            answers.prepareReceive(i);
        }
        int count = socket.receive(answers, window);
        for (int i = 0; i < count; i++) {
            long at = (long) (window + i) * STRIDE;
            if (!StationFrame.is(memory, at, answers.length(i)) || !StationFrame.isAnswer(memory, at)) {
                continue;
            }
            int slot = StationFrame.slot(memory, at);
            if (slot >= 0 && slot < window && numbers[slot] == StationFrame.number(memory, at)) {
                answered++;
                release(slot);
            }
        }
        return count > 0;
    }

    private void giveUp(long before) {
        for (int slot = 0; slot < window; slot++) {
            if (numbers[slot] >= 0 && sentAt[slot] - before < 0) {
                lost++;
                release(slot);
            }
        }
    }

    private void release(int slot) {
        numbers[slot] = -1;
        free[freeCount++] = slot;
    }
}
