package dev.culvert.jsonrpc;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What waits to be written to one peer, bounded in bytes, and the loop that writes it. */
final class SendQueue {
    private static final byte[] NOTHING = {};

    private final long maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<byte[]> texts = new ArrayDeque<>();
    private long bytes;
    private boolean closed;

    SendQueue(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** What became of a text that was offered. */
    enum Offer {
        /** It will be written. */
        TAKEN,
        /** The peer does not read. */
        FULL,
        /** There is nobody to write to. */
        CLOSED
    }

    Offer offer(byte[] text) {
        lock.lock();
        try {
            if (closed) {
                return Offer.CLOSED;
            }
            if (bytes > 0 && bytes + text.length > maxBytes) {
                return Offer.FULL;
            }
            texts.add(text);
            bytes += text.length;
            changed.signal();
            return Offer.TAKEN;
        } finally {
            lock.unlock();
        }
    }

    /** Bytes that the kernel has not taken yet. */
    long backlog() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            texts.clear();
            bytes = 0;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Writes until the queue is closed or the stream fails; many small texts leave in one write. */
    void drainTo(OutputStream stream) throws IOException {
        OutputStream out = new BufferedOutputStream(stream, 16 << 10);
        boolean flushed = true;
        for (byte[] text = take(flushed); text != null; text = take(flushed)) {
            if (text.length > 0) {
                out.write(text);
                forget(text.length);
                flushed = false;
            } else {
                out.flush();
                flushed = true;
            }
        }
    }

    /** The next text, nothing (an empty one) if it is time to flush, or null at the end. */
    private byte @Nullable [] take(boolean flushed) {
        lock.lock();
        try {
            while (!closed && texts.isEmpty() && flushed) {
                changed.awaitUninterruptibly();
            }
            byte[] next = texts.poll();
            return closed ? null : next != null ? next : NOTHING;
        } finally {
            lock.unlock();
        }
    }

    private void forget(int written) {
        lock.lock();
        try {
            bytes -= written;
        } finally {
            lock.unlock();
        }
    }
}
