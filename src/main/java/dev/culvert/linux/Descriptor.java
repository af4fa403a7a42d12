package dev.culvert.linux;

import java.util.concurrent.atomic.AtomicBoolean;

/** A file descriptor that is closed once: a second close(2) could hit a number that somebody else has got since. */
final class Descriptor implements AutoCloseable {
    private final int number;
    private final AtomicBoolean closed = new AtomicBoolean();

    Descriptor(int number) {
        this.number = number;
    }

    /** Returns the number, for system calls. */
    int number() {
        return number;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            FileCalls.close(number);
        }
    }
}
