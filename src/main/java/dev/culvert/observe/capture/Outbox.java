package dev.culvert.observe.capture;

import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/** Bytes of a capture that wait to be fetched. The capture's thread writes, any other reads. */
final class Outbox implements WritableByteChannel {
    /** Bytes that may wait. */
    private static final int CAPACITY = 8 << 20;

    private final Deque<byte[]> chunks = new ArrayDeque<>();
    private int size;
    private boolean closed;

    /** Whether so many more bytes would find room. */
    synchronized boolean hasRoom(int bytes) {
        return size + bytes <= CAPACITY;
    }

    /** Takes all, also where there is no room: {@link #hasRoom} is to be asked before, and only what is small may not. */
    @Override
    public synchronized int write(ByteBuffer source) {
        byte[] chunk = new byte[source.remaining()];
        source.get(chunk);
        chunks.add(chunk);
        size += chunk.length;
        notifyAll();
        return chunk.length;
    }

    /**
     * Takes out what there is, in whole chunks; waits a little for the first.
     *
     * @param most bytes at most, unless the first chunk has more
     * @param millis how long to wait
     */
    synchronized byte[] take(int most, long millis) {
        long end = System.nanoTime() + millis * 1_000_000;
        while (chunks.isEmpty() && !closed) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                break;
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        int bytes = 0;
        int count = 0;
        for (byte[] chunk : chunks) {
            if (count > 0 && bytes + chunk.length > most) {
                break;
            }
            bytes += chunk.length;
            count++;
        }
        byte[] taken = new byte[bytes];
        int at = 0;
        for (int i = 0; i < count; i++) {
            byte[] chunk = chunks.removeFirst();
            System.arraycopy(chunk, 0, taken, at, chunk.length);
            at += chunk.length;
        }
        size -= bytes;
        return taken;
    }

    /** Forgets what waits, for nobody fetches it. */
    synchronized void discard() {
        chunks.clear();
        size = 0;
    }

    /** Whether nothing will ever come any more. */
    synchronized boolean isExhausted() {
        return closed && chunks.isEmpty();
    }

    @Override
    public synchronized boolean isOpen() {
        return !closed;
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
