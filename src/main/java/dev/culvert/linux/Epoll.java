package dev.culvert.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * An epoll(7) instance: waits until one of many descriptors can be read or written. Level-triggered unless
 * {@link #EDGE_TRIGGERED} is asked for. {@link #await} and the results belong to one thread; descriptors may be added and
 * removed by others.
 */
public final class Epoll implements AutoCloseable {
    /** There is something to read. */
    public static final int IN = 0x1;
    /** There is room to write. */
    public static final int OUT = 0x4;
    /** The descriptor is in error: always reported. */
    public static final int ERR = 0x8;
    /** The other side hung up: always reported. */
    public static final int HUP = 0x10;
    /** Report changes instead of states. */
    public static final int EDGE_TRIGGERED = 1 << 31;

    static final boolean PACKED = System.getProperty("os.arch", "").equals("amd64");
    /** {@code struct epoll_event} is packed on x86-64 alone (linux/eventpoll.h). */
    static final int EVENT_SIZE = PACKED ? 12 : 16;

    static final int EVENT_DATA = PACKED ? 4 : 8;

    private static final int CTL_ADD = 1;
    private static final int CTL_DEL = 2;
    private static final int CTL_MOD = 3;
    static final int CLOEXEC = 0x80000;
    private static final int CAPACITY = 256;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private static final MethodHandle CREATE = NativeCall.link("epoll_create1", JAVA_INT, JAVA_INT);
    private static final MethodHandle CONTROL =
            NativeCall.link("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle WAIT =
            NativeCall.link("epoll_pwait2", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, ADDRESS);

    private final Descriptor descriptor;
    private final MemorySegment events;
    private final MemorySegment timeout;

    private Epoll(int fd) {
        descriptor = new Descriptor(fd);
        Arena arena = Arena.ofAuto();
        events = arena.allocate((long) CAPACITY * EVENT_SIZE, 8);
        timeout = arena.allocate(16, 8);
    }

    /**
     * Makes an instance that watches nothing yet.
     *
     * @throws LinuxException when the process may have no more descriptors
     */
    public static Epoll open() throws LinuxException {
        MemorySegment state = NativeCall.state();
        try {
            return new Epoll(NativeCall.check(
                    NativeCall.result((int) CREATE.invokeExact(state, CLOEXEC), state), "epoll_create1"));
        } catch (LinuxException e) {
            throw e;
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    /**
     * Starts watching a descriptor.
     *
     * @param events a union of {@link #IN}, {@link #OUT}, {@link #EDGE_TRIGGERED}
     * @param token what {@link #token} gives back
     * @throws LinuxException EEXIST when it is watched already, EPERM when it cannot be
     */
    public void add(int fd, int events, long token) throws LinuxException {
        NativeCall.check(control(CTL_ADD, fd, events, token), "epoll_ctl add");
    }

    /**
     * Changes what a watched descriptor is watched for.
     *
     * @throws LinuxException ENOENT when it is not watched
     */
    public void modify(int fd, int events, long token) throws LinuxException {
        NativeCall.check(control(CTL_MOD, fd, events, token), "epoll_ctl modify");
    }

    /**
     * Stops watching a descriptor. Must come before the descriptor is closed.
     *
     * @throws LinuxException ENOENT when it is not watched
     */
    public void remove(int fd) throws LinuxException {
        NativeCall.check(control(CTL_DEL, fd, 0, 0), "epoll_ctl remove");
    }

    /**
     * Waits for events. Allocates nothing.
     *
     * @param timeoutNanos how long to wait at most; 0 only looks, negative waits for ever
     * @return the number of events, at most 256 a call; 0 after the time or a signal; {@code -errno} on failure
     */
    public int await(long timeoutNanos) {
        MemorySegment limit = MemorySegment.NULL;
        if (timeoutNanos >= 0) {
            timeout.set(JAVA_LONG, 0, timeoutNanos / NANOS_PER_SECOND);
            timeout.set(JAVA_LONG, 8, timeoutNanos % NANOS_PER_SECOND);
            limit = timeout;
        }
        MemorySegment state = NativeCall.state();
        try {
            int count = NativeCall.result(
                    (int) WAIT.invokeExact(state, descriptor.number(), events, CAPACITY, limit, MemorySegment.NULL),
                    state);
            return count == -Errno.EINTR ? 0 : count;
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    /** Returns the token of event {@code i} of the last {@link #await}. */
    public long token(int i) {
        return events.get(JAVA_LONG_UNALIGNED, (long) i * EVENT_SIZE + EVENT_DATA);
    }

    /** Returns what event {@code i} of the last {@link #await} says: {@link #IN}, {@link #OUT}, {@link #ERR}, {@link #HUP}. */
    public int events(int i) {
        return events.get(JAVA_INT_UNALIGNED, (long) i * EVENT_SIZE);
    }

    /** Closes the instance; what it watched stays open. */
    @Override
    public void close() {
        descriptor.close();
    }

    private int control(int operation, int fd, int mask, long token) {
        MemorySegment state = NativeCall.state();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(EVENT_SIZE, 8);
            event.set(JAVA_INT_UNALIGNED, 0, mask);
            event.set(JAVA_LONG_UNALIGNED, EVENT_DATA, token);
            return NativeCall.result(
                    (int) CONTROL.invokeExact(state, descriptor.number(), operation, fd, event), state);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }
}
