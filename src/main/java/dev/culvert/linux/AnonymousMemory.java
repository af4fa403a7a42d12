package dev.culvert.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * Memory that the kernel gives page by page as it is touched (mmap(2), MAP_ANONYMOUS | MAP_NORESERVE). An arena's own
 * memory is cleared when it is allocated and so is all resident from the start, which for buffers that are large and
 * mostly never used to their end would be most of an idle switch.
 */
public final class AnonymousMemory {
    private static final long PAGE = 4096;

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
        long address = MemoryMapping.anonymous(size);
        if (address < 0) {
            throw new OutOfMemoryError("mmap of " + size + " bytes: " + Errno.message((int) -address));
        }
        return MemoryMapping.bind(arena, address, size);
    }
}
