package dev.culvert.tools.vsctl;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The time that {@code --timeout} leaves to a run. When it is over, whatever the run waits on is closed, so that the waiting
 * thread finds out.
 */
final class Deadline implements AutoCloseable {
    private final List<Closeable> waitedOn = new ArrayList<>();
    private final long end;
    private boolean over;
    private boolean closed;

    /** Starts the clock; a limit of zero means none. */
    Deadline(Duration limit) {
        end = System.nanoTime() + limit.toNanos();
        if (!limit.isZero()) {
            Thread.ofPlatform().daemon().name("timeout").start(this::watch);
        }
    }

    private void watch() {
        List<Closeable> toClose;
        synchronized (this) {
            sleepUntil(end);
            over = !closed;
            toClose = over ? List.copyOf(waitedOn) : List.of();
            notifyAll();
        }
        toClose.forEach(Deadline::closeQuietly);
    }

    private synchronized void sleepUntil(long when) {
        try {
            while (!over && !closed && when - System.nanoTime() > 0) {
                wait(Math.max(1, (when - System.nanoTime()) / 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    private static void closeQuietly(Closeable resource) {
        try {
            resource.close();
        } catch (IOException e) {
            // It was only to wake whoever waits on it.
        }
    }

    /** The run is about to wait on this, which is closed when the time is over. */
    synchronized <T extends Closeable> T watch(T resource) {
        if (over) {
            closeQuietly(resource);
        } else {
            waitedOn.add(resource);
        }
        return resource;
    }

    /** The run waits on this no longer; it is closed. */
    synchronized void release(Closeable resource) {
        waitedOn.remove(resource);
        closeQuietly(resource);
    }

    /** Waits a while, or until the time is over. */
    synchronized void pause(Duration pause) {
        sleepUntil(System.nanoTime() + pause.toNanos());
    }

    /** Whether the time is over. */
    synchronized boolean isOver() {
        return over;
    }

    /** Stops the clock. */
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
