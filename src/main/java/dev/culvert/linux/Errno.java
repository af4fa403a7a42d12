package dev.culvert.linux;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Error numbers of the kernel (asm-generic/errno.h) and the C library's names and texts for them. */
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int ENXIO = 6;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;
    public static final int ENOSPC = 28;
    public static final int ENOSYS = 38;
    public static final int ENOPROTOOPT = 92;
    public static final int EMSGSIZE = 90;
    public static final int EPROTONOSUPPORT = 93;
    public static final int EOPNOTSUPP = 95;
    public static final int EAFNOSUPPORT = 97;
    public static final int EADDRINUSE = 98;
    public static final int EADDRNOTAVAIL = 99;
    public static final int ENETDOWN = 100;
    public static final int ENETUNREACH = 101;
    public static final int ENOBUFS = 105;
    public static final int EISCONN = 106;
    public static final int ENOTCONN = 107;
    public static final int ETIMEDOUT = 110;
    public static final int ECONNREFUSED = 111;
    public static final int EHOSTUNREACH = 113;

    private static final FunctionDescriptor TEXT_OF_INT =
            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    // glibc since 2.32; unlike strerror(3) their answers follow no locale, which logs and columns must not either
    private static final MethodHandle NAME = text("strerrorname_np");
    private static final MethodHandle MESSAGE = text("strerrordesc_np");

    private Errno() {}

    /**
     * Returns the symbol of an error number.
     *
     * @param errno a positive error number
     * @return for example {@code EPERM}, or the number in decimal when it has no name
     */
    public static String name(int errno) {
        return call(NAME, errno, Integer.toString(errno));
    }

    /**
     * Returns the C library's English text of an error number.
     *
     * @param errno a positive error number
     * @return for example {@code Operation not permitted}, or {@code Unknown error N}
     */
    public static String message(int errno) {
        return call(MESSAGE, errno, "Unknown error " + errno);
    }

    private static MethodHandle text(String symbol) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(symbol), TEXT_OF_INT);
    }

    private static String call(MethodHandle function, int errno, String absent) {
        try {
            MemorySegment text = (MemorySegment) function.invokeExact(errno);
            return text.address() == 0
                    ? absent
                    : text.reinterpret(Long.MAX_VALUE).getString(0);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }
}
