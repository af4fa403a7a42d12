package dev.culvert.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** mmap(2), with the mapping's life bound to an arena. */
final class MemoryMapping {
    static final int PROT_READ_WRITE = 3;
    static final int MAP_SHARED = 0x01;
    static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x4022;

    private static final MethodHandle MMAP =
            NativeCall.link("mmap", JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle MUNMAP = NativeCall.link("munmap", JAVA_INT, ADDRESS, JAVA_LONG);

    private MemoryMapping() {}

    /** Memory of this process alone, all zeros, that gets pages when it is touched; its address, or {@code -errno}. */
    static long anonymous(long size) {
        return map(size, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1);
    }

    /**
     * What a descriptor stands for, from its beginning on.
     *
     * @throws LinuxException if the kernel refuses
     */
    static MemorySegment shared(Arena arena, int fd, long size) throws LinuxException {
        long address = map(size, MAP_SHARED, fd);
        if (address < 0) {
            throw new LinuxException("mmap", (int) -address);
        }
        return bind(arena, address, size);
    }

    /** Makes a mapping end with an arena. */
    static MemorySegment bind(Arena arena, long address, long size) {
        return MemorySegment.ofAddress(address).reinterpret(size, arena, MemoryMapping::unmap);
    }

    private static long map(long size, int flags, int fd) {
        MemorySegment state = NativeCall.state();
        try {
            return NativeCall.result(
                    (long) MMAP.invokeExact(state, MemorySegment.NULL, size, PROT_READ_WRITE, flags, fd, 0L), state);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    private static void unmap(MemorySegment memory) {
        try {
            int result = (int) MUNMAP.invokeExact(NativeCall.state(), memory, memory.byteSize());
            assert result == 0;
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }
}
