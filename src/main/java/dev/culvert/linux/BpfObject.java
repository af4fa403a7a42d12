package dev.culvert.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An object file of eBPF programs and their maps, loaded into the kernel by libbpf. Programs and maps live for as long as
 * this is open or a hook holds them; nothing is pinned, so nothing of it outlives the process but what hooks hold. For one
 * thread.
 */
public final class BpfObject implements AutoCloseable {
    private final Libbpf library;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment object;
    private boolean closed;

    private BpfObject(Libbpf library, byte[] file) throws LinuxException {
        this.library = library;
        MemorySegment memory = arena.allocate(file.length, 8);
        memory.copyFrom(MemorySegment.ofArray(file));
        try {
            object = library.open(memory);
        } catch (LinuxException e) {
            arena.close();
            throw e;
        }
    }

    /**
     * Reads an object file.
     *
     * @param file all of it
     * @throws LinuxException ENOENT without libbpf 1.x; EINVAL and the like where it is no object file
     */
    public static BpfObject open(byte[] file) throws LinuxException {
        return new BpfObject(Libbpf.find(), file);
    }

    /**
     * Sizes a map; before {@link #load}.
     *
     * @param name the map's
     * @param entries how many it takes at most
     * @throws LinuxException ENOENT if there is no such map
     */
    public void size(String name, int entries) throws LinuxException {
        check(library.mapEntries(library.map(object, name), entries), "size of the map " + name);
    }

    /**
     * Makes the maps and loads the programs.
     *
     * @throws LinuxException EPERM without permission for eBPF; EINVAL, EACCES, E2BIG where the kernel does not take the
     *     programs
     */
    public void load() throws LinuxException {
        check(library.load(object), "bpf_object__load");
    }

    /**
     * Finds a map; after {@link #load}. It is valid for as long as this is open.
     *
     * @param name the map's
     * @param keySize bytes of a key
     * @param valueSize bytes of a value
     * @throws LinuxException ENOENT if there is no such map
     */
    public BpfMap map(String name, int keySize, int valueSize) throws LinuxException {
        return new BpfMap(check(library.mapDescriptor(library.map(object, name)), name), keySize, valueSize);
    }

    /**
     * Maps the values of an array that was made for it (BPF_F_MMAPABLE) into memory, for as long as this is open.
     *
     * @param name the array's
     * @param bytes of all values
     * @return the values, each a multiple of 8 bytes apart
     * @throws LinuxException EPERM or EINVAL where the map cannot be mapped
     */
    public MemorySegment memory(String name, long bytes) throws LinuxException {
        int descriptor = check(library.mapDescriptor(library.map(object, name)), name);
        return MemoryMapping.shared(arena, descriptor, bytes);
    }

    /**
     * Finds a program; after {@link #load}. It is valid for as long as this is open.
     *
     * @param name of its function
     * @return for {@link TrafficHook} or {@link PacketSocket#filter}
     * @throws LinuxException ENOENT if there is no such program
     */
    public int program(String name) throws LinuxException {
        return check(library.programDescriptor(library.program(object, name)), name);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            library.close(object);
            arena.close();
        }
    }

    private static int check(int result, String operation) throws LinuxException {
        return NativeCall.check(result, operation);
    }
}
