package dev.culvert.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** System calls on any file descriptor. All return the call's result, or {@code -errno}. */
final class FileCalls {
    static final int O_RDONLY = 0;
    static final int O_RDWR = 2;
    static final int O_CREAT = 0x40;
    static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x80000;
    static final int POLLIN = 1;

    private static final MethodHandle OPEN = NativeCall.linkVariadic("open", 2, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
    private static final MethodHandle CLOSE = NativeCall.link("close", JAVA_INT, JAVA_INT);
    private static final MethodHandle READ = NativeCall.link("read", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle WRITE = NativeCall.link("write", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle PWRITE =
            NativeCall.link("pwrite", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle IOCTL =
            NativeCall.linkVariadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle FCNTL =
            NativeCall.linkVariadic("fcntl", 2, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle FTRUNCATE = NativeCall.link("ftruncate", JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle POLL = NativeCall.link("poll", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);

    private FileCalls() {}

    /** open(2); {@code mode} matters with {@link #O_CREAT} alone. */
    static int open(String path, int flags, int mode) {
        MemorySegment state = NativeCall.state();
        try (Arena arena = Arena.ofConfined()) {
            return NativeCall.result((int) OPEN.invokeExact(state, arena.allocateFrom(path), flags, mode), state);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    /** close(2). */
    static int close(int fd) {
        MemorySegment state = NativeCall.state();
        try {
            return NativeCall.result((int) CLOSE.invokeExact(state, fd), state);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    /** read(2) of at most {@code length} bytes to {@code address}. */
    static int read(int fd, long address, int length) {
        MemorySegment state = NativeCall.state();
        try {
            return (int) NativeCall.result((long) READ.invokeExact(state, fd, address, (long) length), state);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    /** write(2) of {@code length} bytes from {@code address}. */
    static int write(int fd, long address, int length) {
        MemorySegment state = NativeCall.state();
        try {
            return (int) NativeCall.result((long) WRITE.invokeExact(state, fd, address, (long) length), state);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    /** pwrite(2) of {@code length} bytes from {@code address} to {@code position} of the file. */
    static int write(int fd, long address, int length, long position) {
        MemorySegment state = NativeCall.state();
        try {
            return (int)
                    NativeCall.result((long) PWRITE.invokeExact(state, fd, address, (long) length, position), state);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    /** ioctl(2) whose argument is a number. */
    static int ioctl(int fd, long request, long argument) {
        MemorySegment state = NativeCall.state();
        try {
            return NativeCall.result((int) IOCTL.invokeExact(state, fd, request, argument), state);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    /** ioctl(2) whose argument is a pointer; {@code argument} must stay alive for the call. */
    static int ioctl(int fd, long request, MemorySegment argument) {
        return ioctl(fd, request, argument.address());
    }

    /** fcntl(2) whose argument is a pointer. */
    static int fcntl(int fd, int command, MemorySegment argument) {
        MemorySegment state = NativeCall.state();
        try {
            return NativeCall.result((int) FCNTL.invokeExact(state, fd, command, argument), state);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    /** ftruncate(2). */
    static int truncate(int fd, long length) {
        MemorySegment state = NativeCall.state();
        try {
            return NativeCall.result((int) FTRUNCATE.invokeExact(state, fd, length), state);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    /** poll(2) on one descriptor for input; 1 when there is some, 0 when {@code milliseconds} passed. */
    static int awaitInput(int fd, int milliseconds) {
        MemorySegment state = NativeCall.state();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pollfd = arena.allocate(8, 4);
            pollfd.set(JAVA_INT, 0, fd);
            pollfd.set(JAVA_SHORT, 4, (short) POLLIN);
            return NativeCall.result((int) POLL.invokeExact(state, pollfd, 1L, milliseconds), state);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }
}
