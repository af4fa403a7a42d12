package dev.culvert.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A map of a loaded {@link BpfObject}: entries that the kernel's programs look up, each written and removed at once. */
public final class BpfMap {
    private final int descriptor;
    private final int keySize;
    private final int valueSize;

    BpfMap(int descriptor, int keySize, int valueSize) {
        this.descriptor = descriptor;
        this.keySize = keySize;
        this.valueSize = valueSize;
    }

    /**
     * Puts an entry in, in place of one with the same key.
     *
     * @param key of the map's size, in the form that the programs have for it
     * @param value likewise
     * @throws LinuxException E2BIG when the map is full, ENOMEM when there is no memory for it now
     */
    public void put(byte[] key, byte[] value) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            NativeCall.check(
                    Bpf.update(descriptor, copy(arena, key, keySize), copy(arena, value, valueSize)),
                    "bpf BPF_MAP_UPDATE_ELEM");
        }
    }

    /**
     * Takes an entry out, if it is there.
     *
     * @param key of the map's size
     * @throws LinuxException if the kernel refuses
     */
    public void remove(byte[] key) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            int result = Bpf.delete(descriptor, copy(arena, key, keySize));
            if (result != -Errno.ENOENT) {
                NativeCall.check(result, "bpf BPF_MAP_DELETE_ELEM");
            }
        }
    }

    private static MemorySegment copy(Arena arena, byte[] bytes, int size) {
        if (bytes.length != size) {
            throw new IllegalArgumentException(bytes.length + " bytes, not " + size);
        }
        MemorySegment memory = arena.allocate(size, 8);
        memory.copyFrom(MemorySegment.ofArray(bytes));
        return memory;
    }
}
