package dev.culvert.jsonrpc;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What waits to be written to one peer, bounded in bytes, and the loop that writes it. */
final class SendQueue {
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

    /** Writes until the queue is closed or the stream fails. */
    void drainTo(OutputStream stream) throws IOException {
        OutputStream out = new BufferedOutputStream(stream, 16 << 10);
        for (int written = 0; ; ) {
            byte[] text = take(written, out);
            if (text == null) {
                return;
            }
            out.write(text);
            written = text.length;
        }
    }

    /** Accounts for what was written, flushes before it waits, and returns the next text or null at the end. */
    private byte @org.jspecify.annotations.Nullable [] take(int written, OutputStream out) throws IOException {
        boolean flushed = false;
        while (true) {
            lock.lock();
            try {
                if (closed) {
                    return null;
                }
                byte[] next = texts.poll();
                if (next != null) {
                    bytes -= written;
                    return next;
                }
                if (flushed) {
                    bytes -= written;
                    written = 0;
                    changed.awaitUninterruptibly();
                }
            } finally {
                lock.unlock();
            }
            if (!flushed) {
                out.flush();
                flushed = true;
            }
        }
    }
}
