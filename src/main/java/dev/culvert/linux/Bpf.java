package dev.culvert.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The bpf(2) system call (linux/bpf.h). All return the call's result, or {@code -errno}. */
final class Bpf {
    static final int PROGRAM_TYPE = 0;
    static final int PROGRAM_COUNT = 4;
    static final int PROGRAM_INSTRUCTIONS = 8;
    static final int PROGRAM_LICENSE = 16;
    static final int LINK_PROGRAM = 0;
    static final int LINK_TARGET = 4;
    static final int LINK_ATTACH_TYPE = 8;
    static final int LINK_FLAGS = 12;

    static final int COMMAND_PROGRAM_LOAD = 5;
    static final int COMMAND_LINK_CREATE = 28;
    static final int TYPE_SCHED_CLS = 3;
    /** Since Linux 6.6. */
    static final int ATTACH_TCX_INGRESS = 46;
    /** Before all other programs of the hook. */
    static final int FLAG_BEFORE = 1 << 3;

    /** {@code r0 = constant}: 64-bit move of an immediate. */
    static final int MOVE_R0_CONSTANT = 0xb7;

    static final int EXIT = 0x95;

    private static final int ATTRIBUTES_SIZE = 72;
    static final int INSTRUCTION_SIZE = 8;
    static final long NUMBER = System.getProperty("os.arch", "").equals("amd64") ? 321 : 280;
    private static final MethodHandle SYSCALL =
            NativeCall.linkVariadic("syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);

    private Bpf() {}

    /** Loads a traffic control program that answers every packet with the same verdict; returns its descriptor. */
    static int loadVerdict(int verdict) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment instructions = arena.allocate(2L * INSTRUCTION_SIZE, 8);
            instructions.set(JAVA_INT, 0, MOVE_R0_CONSTANT);
            instructions.set(JAVA_INT, 4, verdict);
            instructions.set(JAVA_INT, INSTRUCTION_SIZE, EXIT);
            MemorySegment attributes = arena.allocate(ATTRIBUTES_SIZE, 8);
            attributes.set(JAVA_INT, PROGRAM_TYPE, TYPE_SCHED_CLS);
            attributes.set(JAVA_INT, PROGRAM_COUNT, 2);
            attributes.set(JAVA_LONG, PROGRAM_INSTRUCTIONS, instructions.address());
            // it calls no helper of the kernel's, so none asks for more
            attributes.set(
                    JAVA_LONG, PROGRAM_LICENSE, arena.allocateFrom("Apache-2.0").address());
            return bpf(COMMAND_PROGRAM_LOAD, attributes);
        }
    }

    /** Attaches a program before all others at an interface's tcx ingress hook, for as long as the result is open. */
    static int linkIngress(int program, int ifindex) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ATTRIBUTES_SIZE, 8);
            attributes.set(JAVA_INT, LINK_PROGRAM, program);
            attributes.set(JAVA_INT, LINK_TARGET, ifindex);
            attributes.set(JAVA_INT, LINK_ATTACH_TYPE, ATTACH_TCX_INGRESS);
            attributes.set(JAVA_INT, LINK_FLAGS, FLAG_BEFORE);
            return bpf(COMMAND_LINK_CREATE, attributes);
        }
    }

    private static int bpf(int command, MemorySegment attributes) {
        MemorySegment state = NativeCall.state();
        try {
            return (int) NativeCall.result(
                    (long) SYSCALL.invokeExact(state, NUMBER, command, attributes, (int) attributes.byteSize()), state);
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }
}
