package dev.culvert.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** System calls on the calling thread. All return the call's result, or {@code -errno}. */
final class ProcessCalls {
    static final int CLONE_NEWNET = 0x40000000;
    static final int PR_SET_NAME = 15;

    private static final MethodHandle SETNS = NativeCall.link("setns", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle PRCTL = NativeCall.linkVariadic("prctl", 1, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle AFFINITY =
            NativeCall.link("sched_setaffinity", JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);

    private ProcessCalls() {}

    /** setns(2). */
    static int setNamespace(int fd, int kind) {
        MemorySegment state = NativeCall.state();
        try {
            return NativeCall.result((int) SETNS.invokeExact(state, fd, kind), state);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    /** prctl(2), PR_SET_NAME. */
    static int setName(String name) {
        MemorySegment state = NativeCall.state();
        try (Arena arena = Arena.ofConfined()) {
            return NativeCall.result((int) PRCTL.invokeExact(state, PR_SET_NAME, arena.allocateFrom(name)), state);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    /** sched_setaffinity(2) of the calling thread; bit n of {@code mask} is processor n. */
    static int setAffinity(byte[] mask) {
        MemorySegment state = NativeCall.state();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bits = arena.allocateFrom(JAVA_BYTE, mask);
            return NativeCall.result((int) AFFINITY.invokeExact(state, 0, (long) mask.length, bits), state);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }
}
