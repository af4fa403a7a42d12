package dev.culvert.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** System calls on sockets. All return the call's result, or {@code -errno}. */
final class SocketCalls {
    static final int SOCK_DGRAM = 2;
    static final int SOCK_RAW = 3;
    static final int SOCK_NONBLOCK_CLOEXEC = 0x80800;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_TRUNC = 0x20;

    private static final MethodHandle SOCKET = NativeCall.link("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    private static final MethodHandle BIND = NativeCall.link("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle CONNECT = NativeCall.link("connect", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle GETSOCKNAME =
            NativeCall.link("getsockname", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle SETSOCKOPT =
            NativeCall.link("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle GETSOCKOPT =
            NativeCall.link("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle SEND = NativeCall.link("send", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle RECV = NativeCall.link("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle RECVMMSG =
            NativeCall.link("recvmmsg", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle SENDMMSG =
            NativeCall.link("sendmmsg", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT);

    private SocketCalls() {}

    /** socket(2). */
    static int socket(int family, int type, int protocol) {
        MemorySegment state = NativeCall.state();
        try {
            return NativeCall.result((int) SOCKET.invokeExact(state, family, type, protocol), state);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    /** bind(2) to a socket address that fills {@code address}. */
    static int bind(int fd, MemorySegment address) {
        MemorySegment state = NativeCall.state();
        try {
            return NativeCall.result((int) BIND.invokeExact(state, fd, address, (int) address.byteSize()), state);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    /** connect(2) to a socket address that fills {@code address}. */
    static int connect(int fd, MemorySegment address) {
        MemorySegment state = NativeCall.state();
        try {
            return NativeCall.result((int) CONNECT.invokeExact(state, fd, address, (int) address.byteSize()), state);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    /** getsockname(2) into {@code address}; returns the address's length. */
    static int getsockname(int fd, MemorySegment address) {
        MemorySegment state = NativeCall.state();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment length = arena.allocateFrom(JAVA_INT, (int) address.byteSize());
            int result = NativeCall.result((int) GETSOCKNAME.invokeExact(state, fd, address, length), state);
            return result < 0 ? result : length.get(JAVA_INT, 0);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    /** setsockopt(2) of an {@code int}. */
    static int setOption(int fd, int level, int option, int value) {
        try (Arena arena = Arena.ofConfined()) {
            return setOption(fd, level, option, arena.allocateFrom(JAVA_INT, value));
        }
    }

    /** setsockopt(2) of the structure that fills {@code value}. */
    static int setOption(int fd, int level, int option, MemorySegment value) {
        MemorySegment state = NativeCall.state();
        try {
            int length = (int) value.byteSize();
            return NativeCall.result((int) SETSOCKOPT.invokeExact(state, fd, level, option, value, length), state);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    /** getsockopt(2) of an {@code int} that is never negative. */
    static int getOption(int fd, int level, int option) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            int result = getOption(fd, level, option, value);
            return result < 0 ? result : value.get(JAVA_INT_UNALIGNED, 0);
        }
    }

    /** getsockopt(2) into {@code value}; returns the length that the kernel wrote. */
    static int getOption(int fd, int level, int option, MemorySegment value) {
        MemorySegment state = NativeCall.state();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment length = arena.allocateFrom(JAVA_INT, (int) value.byteSize());
            int result =
                    NativeCall.result((int) GETSOCKOPT.invokeExact(state, fd, level, option, value, length), state);
            return result < 0 ? result : length.get(JAVA_INT, 0);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    /** send(2) of all of {@code data}. */
    static int send(int fd, MemorySegment data, int flags) {
        MemorySegment state = NativeCall.state();
        try {
            return (int) NativeCall.result((long) SEND.invokeExact(state, fd, data, data.byteSize(), flags), state);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    /** recv(2) into {@code buffer}; with {@link #MSG_TRUNC} the result may exceed its size. */
    static int receive(int fd, MemorySegment buffer, int flags) {
        MemorySegment state = NativeCall.state();
        try {
            return (int) NativeCall.result((long) RECV.invokeExact(state, fd, buffer, buffer.byteSize(), flags), state);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    /** recvmmsg(2) without waiting, into {@code count} structures at {@code messages}. */
    static int receiveMany(int fd, long messages, int count) {
        MemorySegment state = NativeCall.state();
        try {
            return NativeCall.result((int) RECVMMSG.invokeExact(state, fd, messages, count, MSG_DONTWAIT, 0L), state);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    /** sendmmsg(2) without waiting, of {@code count} structures at {@code messages}. */
    static int sendMany(int fd, long messages, int count) {
        MemorySegment state = NativeCall.state();
        try {
            return NativeCall.result((int) SENDMMSG.invokeExact(state, fd, messages, count, MSG_DONTWAIT), state);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }
}
