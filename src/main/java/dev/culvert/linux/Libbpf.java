package dev.culvert.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * The part of libbpf 1.x (bpf/libbpf.h) that loads an object: relocations, maps, types and the verifier's instructions are
 * its business. It comes with Debian's {@code ip}; where it is missing {@link #find} says so.
 */
final class Libbpf {
    private static final String NAME = "libbpf.so.1";
    private static @Nullable Libbpf instance;

    private final MethodHandle open;
    private final MethodHandle load;
    private final MethodHandle close;
    private final MethodHandle findMap;
    private final MethodHandle mapDescriptor;
    private final MethodHandle mapEntries;
    private final MethodHandle findProgram;
    private final MethodHandle programDescriptor;

    private Libbpf(SymbolLookup library) {
        open = link(library, "bpf_object__open_mem", ADDRESS, ADDRESS, JAVA_LONG, ADDRESS);
        load = link(library, "bpf_object__load", JAVA_INT, ADDRESS);
        close = linkVoid(library, "bpf_object__close");
        findMap = link(library, "bpf_object__find_map_by_name", ADDRESS, ADDRESS, ADDRESS);
        mapDescriptor = link(library, "bpf_map__fd", JAVA_INT, ADDRESS);
        mapEntries = link(library, "bpf_map__set_max_entries", JAVA_INT, ADDRESS, JAVA_INT);
        findProgram = link(library, "bpf_object__find_program_by_name", ADDRESS, ADDRESS, ADDRESS);
        programDescriptor = link(library, "bpf_program__fd", JAVA_INT, ADDRESS);
    }

    /**
     * Finds the library.
     *
     * @throws LinuxException ENOENT where it is not installed, or too old
     */
    static synchronized Libbpf find() throws LinuxException {
        if (instance == null) {
            try {
                SymbolLookup library = SymbolLookup.libraryLookup(NAME, Arena.global());
                instance = new Libbpf(library);
                // by default it tells standard error what the caller is told by results
                linkVoid(library, "libbpf_set_print").invoke(MemorySegment.NULL);
            } catch (IllegalArgumentException | java.util.NoSuchElementException missing) {
                throw new LinuxException(NAME + " (Debian: libbpf1)", Errno.ENOENT);
            } catch (Throwable e) {
                throw NativeCall.broken(e);
            }
        }
        return instance;
    }

    /** Reads an object file; its memory must stay until {@link #close}. */
    MemorySegment open(MemorySegment file) throws LinuxException {
        MemorySegment state = NativeCall.state();
        try {
            return found(
                    (MemorySegment) open.invokeExact(state, file, file.byteSize(), MemorySegment.NULL),
                    state,
                    "bpf_object__open_mem");
        } catch (LinuxException e) {
            throw e;
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    /** Makes the maps and loads the programs; a negative result is an error number of libbpf's or the kernel's. */
    int load(MemorySegment object) {
        try {
            return (int) load.invokeExact(NativeCall.state(), object);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    void close(MemorySegment object) {
        try {
            close.invokeExact(object);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    MemorySegment map(MemorySegment object, String name) throws LinuxException {
        return named(findMap, object, name);
    }

    int mapDescriptor(MemorySegment map) {
        try {
            return (int) mapDescriptor.invokeExact(NativeCall.state(), map);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    int mapEntries(MemorySegment map, int entries) {
        try {
            return (int) mapEntries.invokeExact(NativeCall.state(), map, entries);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    MemorySegment program(MemorySegment object, String name) throws LinuxException {
        return named(findProgram, object, name);
    }

    int programDescriptor(MemorySegment program) {
        try {
            return (int) programDescriptor.invokeExact(NativeCall.state(), program);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    private static MemorySegment named(MethodHandle find, MemorySegment object, String name) throws LinuxException {
        MemorySegment state = NativeCall.state();
        try (Arena arena = Arena.ofConfined()) {
            return found((MemorySegment) find.invokeExact(state, object, arena.allocateFrom(name)), state, name);
        } catch (LinuxException e) {
            throw e;
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    private static MemorySegment found(MemorySegment pointer, MemorySegment state, String what) throws LinuxException {
        if (pointer.address() == 0) {
            throw new LinuxException(what, -NativeCall.result(-1, state));
        }
        return pointer;
    }

    private static MethodHandle link(
            SymbolLookup library, String symbol, MemoryLayout result, MemoryLayout... parameters) {
        return NativeCall.link(library, symbol, FunctionDescriptor.of(result, parameters));
    }

    private static MethodHandle linkVoid(SymbolLookup library, String symbol) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(symbol), FunctionDescriptor.ofVoid(ADDRESS));
    }
}
