package dev.culvert.openflow.service;

import dev.culvert.openflow.connection.MessageStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What waits to be sent to one peer, bounded in bytes, and the loop that sends it. Answers wait for room, so that a peer that
 * asks without reading is read no further; unasked messages never wait.
 */
final class Outbox {
    /** Bytes that may wait; a single message may go beyond it. */
    private static final int LIMIT = 1 << 20;

    private final MessageStream stream;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<byte[]> messages = new ArrayDeque<>();
    private int bytes;
    private boolean closed;

    Outbox(MessageStream stream) {
        this.stream = stream;
    }

    /** Starts the loop on a virtual thread of its own; it ends with {@link #close} or the connection. */
    void start(String name) {
        Thread.ofVirtual().name(name + " writer").start(this::run);
    }

    private void run() {
        try {
            for (byte[] message = take(); message != null; message = take()) {
                stream.write(message);
            }
        } catch (IOException e) {
            // the reader of the same stream sees that it failed, and tells the log
        } finally {
            close();
            Quietly.close(stream);
        }
    }

    private byte @org.jspecify.annotations.Nullable [] take() {
        lock.lock();
        try {
            while (messages.isEmpty() && !closed) {
                changed.awaitUninterruptibly();
            }
            byte[] message = messages.poll();
            if (message != null) {
                bytes -= message.length;
                changed.signalAll();
            }
            return message;
        } finally {
            lock.unlock();
        }
    }

    /** Puts a message in, after waiting for room; does nothing once closed. */
    void put(byte[] message) {
        lock.lock();
        try {
            while (bytes >= LIMIT && !closed) {
                changed.awaitUninterruptibly();
            }
            add(message);
        } finally {
            lock.unlock();
        }
    }

    /** Puts a message in if there is room, and says whether; a closed box takes all and sends nothing. */
    boolean offer(byte[] message) {
        lock.lock();
        try {
            if (bytes >= LIMIT && !closed) {
                return false;
            }
            add(message);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void add(byte[] message) {
        if (!closed) {
            messages.add(message);
            bytes += message.length;
            changed.signalAll();
        }
    }

    /** Ends the loop once what waits has been sent, and lets go of whoever waits for room. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
