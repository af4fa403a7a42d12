package dev.culvert.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * An expression of pcap-filter(7), tcpdump's, over Ethernet frames. libpcap compiles it and says of each frame whether it
 * matches (pcap_compile(3pcap), pcap_offline_filter(3pcap)). For one thread at a time.
 */
public final class PcapFilter implements AutoCloseable {
    static final int BPF_PROGRAM_SIZE = 16;
    static final int PACKET_HEADER_SIZE = 24;
    static final int PACKET_HEADER_CAPTURED = 16;
    static final int PACKET_HEADER_LENGTH = 20;

    private static final String NAME = "libpcap.so.0.8";
    private static final int LINKTYPE_ETHERNET = 1;
    private static final int SNAPLEN_MAX = 262_144;
    private static final int NETMASK_UNKNOWN = -1;
    private static final int TEXT_MAX = 4_096;
    private static @Nullable Library library;

    private final Arena arena = Arena.ofShared();
    private final Library pcap;
    private final MemorySegment program;
    private final MemorySegment header;

    /** Why there is no filter, in libpcap's words where it has some. */
    public static final class FilterException extends Exception {
        private static final long serialVersionUID = 1;

        FilterException(String message) {
            super(message);
        }
    }

    private PcapFilter(Library pcap) {
        this.pcap = pcap;
        program = arena.allocate(BPF_PROGRAM_SIZE, 8);
        header = arena.allocate(PACKET_HEADER_SIZE, 8);
    }

    /**
     * Compiles an expression.
     *
     * @param expression such as {@code icmp or arp}
     * @throws FilterException if it is none, or if libpcap is not installed
     */
    public static PcapFilter compile(String expression) throws FilterException {
        if (expression.length() > TEXT_MAX) {
            throw new FilterException("a filter of more than " + TEXT_MAX + " characters");
        }
        PcapFilter filter = new PcapFilter(library());
        try (Arena temporary = Arena.ofConfined()) {
            filter.compile(temporary.allocateFrom(expression));
            return filter;
        } catch (FilterException e) {
            filter.arena.close();
            throw e;
        }
    }

    private void compile(MemorySegment expression) throws FilterException {
        // one at a time: libpcap's compiler had state of its own before version 1.8, and an error text is the handle's
        synchronized (PcapFilter.class) {
            try {
                MemorySegment handle = (MemorySegment) pcap.openDead.invokeExact(LINKTYPE_ETHERNET, SNAPLEN_MAX);
                if (handle.address() == 0) {
                    throw new FilterException("libpcap has no memory");
                }
                try {
                    int result = (int) pcap.compile.invokeExact(handle, program, expression, 1, NETMASK_UNKNOWN);
                    if (result != 0) {
                        MemorySegment error = (MemorySegment) pcap.error.invokeExact(handle);
                        throw new FilterException(error.reinterpret(TEXT_MAX).getString(0));
                    }
                } finally {
                    pcap.close.invokeExact(handle);
                }
            } catch (FilterException e) {
                throw e;
            } catch (Throwable e) {
                throw NativeCall.broken(e);
            }
        }
    }

    /**
     * Tells whether a frame matches.
     *
     * @param frame from its Ethernet header on, in native memory
     */
    public boolean matches(MemorySegment frame) {
        header.set(JAVA_INT, PACKET_HEADER_CAPTURED, (int) frame.byteSize());
        header.set(JAVA_INT, PACKET_HEADER_LENGTH, (int) frame.byteSize());
        try {
            return (int) pcap.matches.invokeExact(program, header, frame) != 0;
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    @Override
    public void close() {
        try {
            pcap.free.invokeExact(program);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
        arena.close();
    }

    private static synchronized Library library() throws FilterException {
        if (library == null) {
            try {
                library = new Library(SymbolLookup.libraryLookup(NAME, Arena.global()));
            } catch (IllegalArgumentException | NoSuchElementException missing) {
                throw new FilterException("a filter needs libpcap, and " + NAME + " (Debian: libpcap0.8) is not here");
            }
        }
        return library;
    }

    /** The functions of pcap/pcap.h that this takes. */
    private static final class Library {
        final MethodHandle openDead;
        final MethodHandle compile;
        final MethodHandle error;
        final MethodHandle matches;
        final MethodHandle free;
        final MethodHandle close;

        Library(SymbolLookup symbols) {
            openDead = link(symbols, "pcap_open_dead", FunctionDescriptor.of(ADDRESS, JAVA_INT, JAVA_INT));
            compile = link(
                    symbols,
                    "pcap_compile",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT));
            error = link(symbols, "pcap_geterr", FunctionDescriptor.of(ADDRESS, ADDRESS));
            matches = link(symbols, "pcap_offline_filter", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
            free = link(symbols, "pcap_freecode", FunctionDescriptor.ofVoid(ADDRESS));
            close = link(symbols, "pcap_close", FunctionDescriptor.ofVoid(ADDRESS));
        }

        private static MethodHandle link(SymbolLookup symbols, String name, FunctionDescriptor signature) {
            return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name), signature);
        }
    }
}
