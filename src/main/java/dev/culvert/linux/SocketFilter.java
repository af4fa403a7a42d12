package dev.culvert.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Classic BPF at a socket (linux/filter.h): as much of it as it takes to receive nothing. */
final class SocketFilter {
    static final int SOCK_FPROG_SIZE = 16;
    static final int SOCK_FPROG_FILTER = 8;
    static final int SOCK_FILTER_SIZE = 8;
    /** Return the constant (linux/bpf_common.h, BPF_RET | BPF_K). */
    static final int BPF_RETURN_CONSTANT = 0x06;

    private SocketFilter() {}

    /** Attaches a filter of one instruction that accepts no byte of anything, instead of any other. */
    static void dropAll(int fd) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment instruction = arena.allocate(SOCK_FILTER_SIZE, 8);
            instruction.set(JAVA_SHORT, 0, (short) BPF_RETURN_CONSTANT);
            instruction.set(JAVA_INT, 4, 0);
            MemorySegment program = arena.allocate(SOCK_FPROG_SIZE, 8);
            program.set(JAVA_SHORT, 0, (short) 1);
            program.set(JAVA_LONG, SOCK_FPROG_FILTER, instruction.address());
            NativeCall.check(
                    SocketCalls.setOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_ATTACH_FILTER, program),
                    "SO_ATTACH_FILTER");
        }
    }
}
