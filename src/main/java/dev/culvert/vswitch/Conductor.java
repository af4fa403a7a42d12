package dev.culvert.vswitch;

import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that owns all mutable control state. Others give it things to do and never touch what it owns; so there
 * are no locks, and whatever runs here sees the state whole.
 *
 * <p>A task that fails is logged and does not end the thread: one bad row must not stop the switch.
 */
final class Conductor implements Executor, AutoCloseable {
    private static final System.Logger LOG = System.getLogger("conductor");

    /** Something that is due from time to time. */
    private record Timer(long due, long period, Runnable task) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            return Long.compare(due - other.due, 0);
        }
    }

    private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private final Thread thread;
    private boolean timerRan;
    private volatile boolean closing;

    Conductor(String name) {
        thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this::run);
        thread.start();
    }

    /** Has a task run soon, after those that were given before. From any thread. */
    @Override
    public void execute(Runnable task) {
        if (closing) {
            throw new RejectedExecutionException("the conductor is closing");
        }
        queue.add(task);
    }

    /** Has a task run again and again, first after one period. From any thread. */
    void every(long period, TimeUnit unit, Runnable task) {
        long nanos = unit.toNanos(period);
        execute(() -> timers.add(new Timer(System.nanoTime() + nanos, nanos, task)));
    }

    /** Has a task run once, later. From any thread. */
    void after(long delay, TimeUnit unit, Runnable task) {
        long nanos = unit.toNanos(delay);
        execute(() -> timers.add(new Timer(System.nanoTime() + nanos, 0, task)));
    }

    /**
     * Makes a signal that many may give and that is answered at least once after each: giving it again before it was
     * answered costs nothing.
     */
    Runnable signal(Runnable answer) {
        AtomicBoolean given = new AtomicBoolean();
        return () -> {
            if (!given.getAndSet(true) && !closing) {
                queue.add(() -> {
                    given.set(false);
                    answer.run();
                });
            }
        };
    }

    /** Whether the caller is the conductor. */
    boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    private void run() {
        while (!closing || !queue.isEmpty()) {
            try {
                Runnable task = next();
                if (task != null) {
                    task.run();
                }
            } catch (InterruptedException e) {
                closing = true;
            } catch (RuntimeException | Error e) {
                tell(e);
            }
        }
    }

    /** Even what cannot be told, for want of memory for example, must not end the thread. */
    private static void tell(Throwable failure) {
        try {
            LOG.log(System.Logger.Level.ERROR, "a task failed", failure);
        } catch (RuntimeException | Error e) {
            System.err.println("a task failed, and so did the log");
        }
    }

    /**
     * The next task; null where it is only time to look again. Where both wait, what is due by the clock and what was given
     * take turns: neither a flood of the one nor a slow one of the others keeps the rest from being done.
     */
    private @Nullable Runnable next() throws InterruptedException {
        Timer first = timers.peek();
        if (first == null) {
            return queue.take();
        }
        long wait = first.due() - System.nanoTime();
        if (wait > 0 || timerRan) {
            timerRan = false;
            return wait > 0 ? queue.poll(wait, TimeUnit.NANOSECONDS) : queue.poll();
        }
        timerRan = true;
        timers.remove(first);
        if (first.period() > 0) {
            timers.add(new Timer(System.nanoTime() + first.period(), first.period(), first.task()));
        }
        return first.task();
    }

    /** Ends the thread once what was given is done, and waits for that. */
    @Override
    public void close() {
        if (!closing) {
            queue.add(() -> closing = true);
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
