package dev.culvert.jsonrpc;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What waits to be written to one peer, bounded in bytes, and the loop that writes it. */
final class SendQueue {
    /** Up to here a copy costs less than a write of its own. */
    private static final int WRITE_BYTES = 16 << 10;

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
            changed.signalAll();
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

    /** Waits until the kernel has taken everything, there is nobody to write to any more, or the time is over. */
    void awaitEmpty(Duration longest) {
        long left = longest.toNanos();
        lock.lock();
        try {
            while (bytes > 0 && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Writes until the queue is closed or the stream fails; many small texts leave in one write. */
    void drainTo(OutputStream stream) throws IOException {
        for (byte[] text = take(); text != null; text = take()) {
            stream.write(text);
            forget(text.length);
        }
    }

    /** What to write next: a text, or several that are small; null at the end. */
    private byte @Nullable [] take() {
        lock.lock();
        try {
            while (!closed && texts.isEmpty()) {
                changed.awaitUninterruptibly();
            }
            byte[] first = texts.poll();
            if (closed || first == null) {
                return null;
            }
            return texts.isEmpty() || first.length >= WRITE_BYTES ? first : joined(first);
        } finally {
            lock.unlock();
        }
    }

    private byte[] joined(byte[] first) {
        int length = first.length;
        int count = 0;
        for (byte[] text : texts) {
            if (length + text.length > WRITE_BYTES) {
                break;
            }
            length += text.length;
            count++;
        }
        byte[] all = Arrays.copyOf(first, length);
        int at = first.length;
        for (; count > 0; count--) {
            byte[] text = texts.remove();
            System.arraycopy(text, 0, all, at, text.length);
            at += text.length;
        }
        return all;
    }

    private void forget(int written) {
        lock.lock();
        try {
            bytes -= written;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
