package dev.culvert.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Links functions of the C library whose failure is reported in {@code errno}.
 *
 * <p>Every handle takes {@link #state()} as its first argument; the classes that hold handles wrap each in a method that
 * returns the function's result, or {@code -errno}. Pointers into packet memory are passed as longs, which every 64-bit
 * Linux ABI puts into the same registers: it spares the data path a segment object per call.
 */
final class NativeCall {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");
    private static final StructLayout LAYOUT = Linker.Option.captureStateLayout();
    private static final long ERRNO = LAYOUT.byteOffset(PathElement.groupElement("errno"));

    // a segment a thread, made once: a captured errno cannot be overwritten by another thread, and nothing is allocated
    // a call
    private static final ThreadLocal<MemorySegment> STATE =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(LAYOUT));

    private NativeCall() {}

    /** Links a function with a fixed list of parameters. */
    static MethodHandle link(String symbol, MemoryLayout result, MemoryLayout... parameters) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(symbol), FunctionDescriptor.of(result, parameters), CAPTURE);
    }

    /** Links a function of a library that was found at run time. */
    static MethodHandle link(SymbolLookup library, String symbol, FunctionDescriptor signature) {
        return LINKER.downcallHandle(library.findOrThrow(symbol), signature, CAPTURE);
    }

    /** Links a function whose parameters from index {@code fixed} on are variable arguments in C. */
    static MethodHandle linkVariadic(String symbol, int fixed, MemoryLayout result, MemoryLayout... parameters) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(symbol),
                FunctionDescriptor.of(result, parameters),
                CAPTURE,
                Linker.Option.firstVariadicArg(fixed));
    }

    /** Returns the calling thread's place for {@code errno}: a handle's first argument. */
    static MemorySegment state() {
        return STATE.get();
    }

    /** Turns a result of -1 into the negated {@code errno} that the call left in {@code state}. */
    static int result(int returned, MemorySegment state) {
        return returned >= 0 ? returned : -state.get(ValueLayout.JAVA_INT, ERRNO);
    }

    /** Turns a result of -1 into the negated {@code errno} that the call left in {@code state}. */
    static long result(long returned, MemorySegment state) {
        return returned >= 0 ? returned : -state.get(ValueLayout.JAVA_INT, ERRNO);
    }

    /**
     * Checks the result of a control operation.
     *
     * @return {@code result} when it is not negative
     * @throws LinuxException when it is a negated error number
     */
    static int check(int result, String operation) throws LinuxException {
        if (result < 0) {
            throw new LinuxException(operation, -result);
        }
        return result;
    }

    /** What to throw when {@code invokeExact} itself fails, which only a wrong signature in this package can cause. */
    static AssertionError broken(Throwable cause) {
        return new AssertionError("a native function was linked with the wrong signature", cause);
    }
}
