package dev.culvert.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** An eventfd(2): wakes a thread that waits in {@link Epoll#await}. */
public final class EventFd implements AutoCloseable {
    static final int NONBLOCK_CLOEXEC = 0x80800;
    private static final MethodHandle EVENTFD = NativeCall.link("eventfd", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MemorySegment ONE = Arena.global().allocateFrom(JAVA_LONG, 1L);

    private final Descriptor descriptor;
    private final MemorySegment drained = Arena.ofAuto().allocate(JAVA_LONG);

    private EventFd(int fd) {
        descriptor = new Descriptor(fd);
    }

    /**
     * Makes one that is not signalled.
     *
     * @throws LinuxException when the process may have no more descriptors
     */
    public static EventFd open() throws LinuxException {
        MemorySegment state = NativeCall.state();
        try {
            return new EventFd(NativeCall.check(
                    NativeCall.result((int) EVENTFD.invokeExact(state, 0, NONBLOCK_CLOEXEC), state), "eventfd"));
        } catch (LinuxException e) {
            throw e;
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    /** Returns the descriptor, which is readable after {@link #signal} until {@link #drain}. */
    public int fd() {
        return descriptor.number();
    }

    /** Makes the descriptor readable. For any thread; allocates nothing and never blocks. */
    public void signal() {
        FileCalls.write(descriptor.number(), ONE.address(), Long.BYTES);
    }

    /** Takes all signals back. For the waiting thread. */
    public void drain() {
        FileCalls.read(descriptor.number(), drained.address(), Long.BYTES);
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
