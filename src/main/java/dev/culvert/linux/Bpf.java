package dev.culvert.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
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
    static final int MAP_TYPE = 0;
    static final int MAP_KEY_SIZE = 4;
    static final int MAP_VALUE_SIZE = 8;
    static final int MAP_ENTRIES = 12;
    static final int ELEMENT_MAP = 0;
    static final int ELEMENT_KEY = 8;
    static final int ELEMENT_VALUE = 16;

    static final int COMMAND_MAP_CREATE = 0;
    static final int COMMAND_MAP_UPDATE = 2;
    static final int COMMAND_MAP_DELETE = 3;
    static final int COMMAND_PROGRAM_LOAD = 5;
    static final int COMMAND_LINK_CREATE = 28;
    static final int TYPE_SCHED_CLS = 3;
    static final int MAP_TYPE_ARRAY = 2;
    /** Since Linux 6.6. */
    static final int ATTACH_TCX_INGRESS = 46;

    static final int ATTACH_TCX_EGRESS = 47;
    /** Before all other programs of the hook. */
    static final int FLAG_BEFORE = 1 << 3;

    private static final int ATTRIBUTES_SIZE = 72;
    static final int INSTRUCTION_SIZE = 8;
    static final long NUMBER = System.getProperty("os.arch", "").equals("amd64") ? 321 : 280;
    private static final MethodHandle SYSCALL =
            NativeCall.linkVariadic("syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);

    private Bpf() {}

    /** Loads a traffic control program; returns its descriptor. */
    static int load(BpfProgram program) {
        byte[] code = program.bytes();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment instructions = arena.allocate(code.length, 8);
            instructions.copyFrom(MemorySegment.ofArray(code));
            MemorySegment attributes = arena.allocate(ATTRIBUTES_SIZE, 8);
            attributes.set(JAVA_INT, PROGRAM_TYPE, TYPE_SCHED_CLS);
            attributes.set(JAVA_INT, PROGRAM_COUNT, code.length / INSTRUCTION_SIZE);
            attributes.set(JAVA_LONG, PROGRAM_INSTRUCTIONS, instructions.address());
            // none calls a helper of the kernel's that asks for more
            attributes.set(
                    JAVA_LONG, PROGRAM_LICENSE, arena.allocateFrom("Apache-2.0").address());
            return bpf(COMMAND_PROGRAM_LOAD, attributes);
        }
    }

    /**
     * Attaches a program before all others at an interface's hook, for as long as the result is open.
     *
     * @param hook {@link #ATTACH_TCX_INGRESS} or {@link #ATTACH_TCX_EGRESS}
     */
    static int link(int program, int ifindex, int hook) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ATTRIBUTES_SIZE, 8);
            attributes.set(JAVA_INT, LINK_PROGRAM, program);
            attributes.set(JAVA_INT, LINK_TARGET, ifindex);
            attributes.set(JAVA_INT, LINK_ATTACH_TYPE, hook);
            attributes.set(JAVA_INT, LINK_FLAGS, FLAG_BEFORE);
            return bpf(COMMAND_LINK_CREATE, attributes);
        }
    }

    /** Makes an array of values, all zero, whose keys are the indexes; returns its descriptor. */
    static int createArray(int entries, int valueSize) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = arena.allocate(ATTRIBUTES_SIZE, 8);
            attributes.set(JAVA_INT, MAP_TYPE, MAP_TYPE_ARRAY);
            attributes.set(JAVA_INT, MAP_KEY_SIZE, Integer.BYTES);
            attributes.set(JAVA_INT, MAP_VALUE_SIZE, valueSize);
            attributes.set(JAVA_INT, MAP_ENTRIES, entries);
            return bpf(COMMAND_MAP_CREATE, attributes);
        }
    }

    /** Writes a value of an array, of its full size. A program that reads it meanwhile may see part of either. */
    static int update(int array, int index, byte[] value) {
        try (Arena arena = Arena.ofConfined()) {
            return update(array, arena.allocateFrom(JAVA_INT, index), arena.allocateFrom(JAVA_BYTE, value));
        }
    }

    /** Writes an entry of a map; of an array see above. */
    static int update(int map, MemorySegment key, MemorySegment value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes = element(arena, map, key);
            attributes.set(JAVA_LONG, ELEMENT_VALUE, value.address());
            return bpf(COMMAND_MAP_UPDATE, attributes);
        }
    }

    /** Takes an entry out of a map; ENOENT where there is none. */
    static int delete(int map, MemorySegment key) {
        try (Arena arena = Arena.ofConfined()) {
            return bpf(COMMAND_MAP_DELETE, element(arena, map, key));
        }
    }

    private static MemorySegment element(Arena arena, int map, MemorySegment key) {
        MemorySegment attributes = arena.allocate(ATTRIBUTES_SIZE, 8);
        attributes.set(JAVA_INT, ELEMENT_MAP, map);
        attributes.set(JAVA_LONG, ELEMENT_KEY, key.address());
        return attributes;
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
