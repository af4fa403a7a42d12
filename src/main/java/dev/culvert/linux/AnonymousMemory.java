package dev.culvert.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.invoke.MethodHandle;

/**
 * Memory that the kernel gives page by page as it is touched (mmap(2), MAP_ANONYMOUS | MAP_NORESERVE). An arena's own
 * memory is cleared when it is allocated and so is all resident from the start, which for buffers that are large and
 * mostly never used to their end would be most of an idle switch.
 */
public final class AnonymousMemory {
    static final int PROT_READ_WRITE = 3;
    static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x4022;

    private static final long PAGE = 4096;

    private static final MethodHandle MMAP =
            NativeCall.link("mmap", JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    private static final MethodHandle MUNMAP = NativeCall.link("munmap", JAVA_INT, ADDRESS, JAVA_LONG);

    private AnonymousMemory() {}

    /**
     * Allocates such memory, all zeros and aligned to a page, for as long as an arena is open.
     *
     * @param arena what its life is bound to
     * @return an allocator; it throws OutOfMemoryError when the kernel refuses, and where more than a page's alignment
     *     is asked for, IllegalArgumentException
     */
    public static SegmentAllocator in(Arena arena) {
        return (size, alignment) -> map(arena, size, alignment);
    }

    private static MemorySegment map(Arena arena, long size, long alignment) {
        if (alignment > PAGE) {
            throw new IllegalArgumentException("alignment " + alignment);
        }
        long address;
        try {
            MemorySegment state = NativeCall.state();
            address = NativeCall.result(
                    (long) MMAP.invokeExact(
                            state, MemorySegment.NULL, size, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0L),
                    state);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
        if (address < 0) {
            throw new OutOfMemoryError("mmap of " + size + " bytes: " + Errno.message((int) -address));
        }
        return MemorySegment.ofAddress(address).reinterpret(size, arena, AnonymousMemory::unmap);
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
