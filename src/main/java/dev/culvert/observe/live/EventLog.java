package dev.culvert.observe.live;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The last things that have happened; whoever wants to know more waits. Safe for threads.
 *
 * <p>Numbers go on from those of a log that was begun earlier, as by a daemon that has ended: they begin with the time. So whoever
 * asks with a number of that one gets all there is of this one.
 */
final class EventLog {
    /** So many are remembered. */
    static final int KEPT = 1000;

    /** Characters of one. */
    static final int TEXT_MAX = 400;

    /** More than there can be in a millisecond. */
    private static final long PER_MILLISECOND = 1000;

    private final Deque<Event> events = new ArrayDeque<>();
    private final long first;
    private long last;
    private boolean closed;

    /** @param now a later one than that of a log before */
    EventLog(Instant now) {
        first = now.toEpochMilli() * PER_MILLISECOND;
        last = first;
    }

    /**
     * What has happened since somebody asked last.
     *
     * @param next what to ask with the next time
     * @param missed how many have been forgotten in between
     */
    record Batch(List<Event> events, long next, long missed) {}

    /** Adds one; the oldest is forgotten. */
    synchronized void add(Event.Kind kind, Instant time, String source, String level, String text) {
        if (events.size() == KEPT) {
            events.removeFirst();
        }
        events.addLast(new Event(++last, time, kind, source, level, cut(text)));
        notifyAll();
    }

    private static String cut(String text) {
        if (text.length() <= TEXT_MAX) {
            return text;
        }
        // not through the middle of a character of two halves
        int end = Character.isHighSurrogate(text.charAt(TEXT_MAX - 1)) ? TEXT_MAX - 1 : TEXT_MAX;
        return text.substring(0, end) + "…";
    }

    /**
     * Returns later events, waiting for the first one if there is none yet.
     *
     * @param after the number of the last event that is known already, 0 for none
     * @param most how many to return
     */
    synchronized Batch after(long after, int most, long waitMillis) throws InterruptedException {
        long known = after < first || after > last ? first : after;
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
        for (long left = waitMillis; known == last && left > 0 && !closed; left = left(end)) {
            wait(left);
        }
        List<Event> later = new ArrayList<>();
        for (Event event : events) {
            if (event.number() > known && later.size() < most) {
                later.add(event);
            }
        }
        if (later.isEmpty()) {
            return new Batch(later, last, 0);
        }
        return new Batch(later, later.getLast().number(), later.getFirst().number() - 1 - known);
    }

    /** Has nobody wait any more. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    private static long left(long end) {
        long nanos = end - System.nanoTime();
        return nanos <= 0 ? 0 : Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos));
    }
}
