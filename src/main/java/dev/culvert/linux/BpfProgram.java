package dev.culvert.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A program for the kernel's packet machine, written instruction by instruction (RFC 9669). Register 1 holds the context
 * when it begins, register 10 the end of a stack of 512 bytes, register 0 what it returns; a call destroys 1 to 5.
 *
 * <p>Every test that fails jumps forward to one place, {@link #otherwise}.
 */
final class BpfProgram {
    /** Sizes of what is loaded and stored (RFC 9669, section 5.1). */
    static final int U32 = 0x00;

    static final int U16 = 0x08;
    static final int U8 = 0x10;
    static final int U64 = 0x18;

    private static final int INSTRUCTION_SIZE = 8;
    private static final int INSTRUCTIONS_MAX = 256;

    static final int LOAD_LONG = 0x18;
    static final int LOAD = 0x61;
    static final int STORE = 0x63;
    static final int ADD_CONSTANT = 0x07;
    static final int ADD = 0x0f;
    static final int AND_CONSTANT = 0x57;
    static final int XOR_CONSTANT = 0xa7;
    static final int SHIFT_LEFT = 0x67;
    static final int SHIFT_RIGHT = 0x77;
    static final int MOVE_CONSTANT = 0xb7;
    static final int MOVE = 0xbf;
    static final int TO_BIG_ENDIAN = 0xdc;
    static final int JUMP_EQUAL = 0x15;
    static final int JUMP_NOT_EQUAL = 0x55;
    static final int JUMP_GREATER = 0x25;
    static final int JUMP_LESS = 0xa5;
    static final int CALL = 0x85;
    static final int EXIT = 0x95;

    /** Source register of a two-instruction load whose value is a map's descriptor. */
    static final int PSEUDO_MAP = 1;

    private final ByteBuffer code =
            ByteBuffer.allocate(INSTRUCTIONS_MAX * INSTRUCTION_SIZE).order(ByteOrder.nativeOrder());
    private final List<Integer> jumps = new ArrayList<>();

    /** {@code to = from}. */
    BpfProgram move(int to, int from) {
        return emit(MOVE, to, from, 0, 0);
    }

    /** {@code to = value}, with the sign carried on to 64 bits. */
    BpfProgram set(int to, int value) {
        return emit(MOVE_CONSTANT, to, 0, 0, value);
    }

    /** {@code to = value}. */
    BpfProgram setLong(int to, long value) {
        return emit(LOAD_LONG, to, 0, 0, (int) value).emit(0, 0, 0, 0, (int) (value >>> 32));
    }

    /** {@code to =} the map that a descriptor stands for. */
    BpfProgram setMap(int to, int descriptor) {
        return emit(LOAD_LONG, to, PSEUDO_MAP, 0, descriptor).emit(0, 0, 0, 0, 0);
    }

    /** {@code to = *(base + offset)}, zero-extended. */
    BpfProgram load(int size, int to, int base, int offset) {
        return emit(LOAD | size, to, base, offset, 0);
    }

    /** {@code *(base + offset) = from}. */
    BpfProgram store(int size, int base, int offset, int from) {
        return emit(STORE | size, base, from, offset, 0);
    }

    /** {@code to += value}. */
    BpfProgram addConstant(int to, int value) {
        return emit(ADD_CONSTANT, to, 0, 0, value);
    }

    /** {@code to += from}. */
    BpfProgram add(int to, int from) {
        return emit(ADD, to, from, 0, 0);
    }

    /** {@code to &= value}. */
    BpfProgram and(int to, int value) {
        return emit(AND_CONSTANT, to, 0, 0, value);
    }

    /** {@code to ^= value}. */
    BpfProgram xor(int to, int value) {
        return emit(XOR_CONSTANT, to, 0, 0, value);
    }

    /** {@code to <<= bits}. */
    BpfProgram shiftLeft(int to, int bits) {
        return emit(SHIFT_LEFT, to, 0, 0, bits);
    }

    /** {@code to >>>= bits}. */
    BpfProgram shiftRight(int to, int bits) {
        return emit(SHIFT_RIGHT, to, 0, 0, bits);
    }

    /** Turns the lower 16 bits into network byte order, and clears the others. */
    BpfProgram toBigEndian16(int to) {
        return emit(TO_BIG_ENDIAN, to, 0, 0, 16);
    }

    /** Goes on if {@code register != 0}. */
    BpfProgram unlessZero(int register) {
        return jump(JUMP_EQUAL, register, 0);
    }

    /** Goes on if {@code register == 0}. */
    BpfProgram ifZero(int register) {
        return jump(JUMP_NOT_EQUAL, register, 0);
    }

    /** Goes on if {@code register <= limit}, unsigned. */
    BpfProgram ifAtMost(int register, int limit) {
        return jump(JUMP_GREATER, register, limit);
    }

    /** Goes on if {@code register >= limit}, unsigned. */
    BpfProgram ifAtLeast(int register, int limit) {
        return jump(JUMP_LESS, register, limit);
    }

    /** Calls a helper of the kernel's (enum bpf_func_id of linux/bpf.h). */
    BpfProgram call(int helper) {
        return emit(CALL, 0, 0, 0, helper);
    }

    /** Ends the program. */
    BpfProgram exit() {
        return emit(EXIT, 0, 0, 0, 0);
    }

    /** Where all tests that failed so far go on. */
    BpfProgram otherwise() {
        int here = code.position() / INSTRUCTION_SIZE;
        for (int jump : jumps) {
            code.putShort(jump * INSTRUCTION_SIZE + 2, (short) (here - jump - 1));
        }
        jumps.clear();
        return this;
    }

    /** The program in the kernel's form. */
    byte[] bytes() {
        byte[] bytes = new byte[code.position()];
        code.get(0, bytes);
        return bytes;
    }

    private BpfProgram jump(int operation, int register, int value) {
        jumps.add(code.position() / INSTRUCTION_SIZE);
        return emit(operation, register, 0, 0, value);
    }

    private BpfProgram emit(int operation, int to, int from, int offset, int value) {
        // the two registers share a byte as C's bit fields do: the first one is lower on little-endian machines
        boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        code.put((byte) operation)
                .put((byte) (little ? from << 4 | to : to << 4 | from))
                .putShort((short) offset)
                .putInt(value);
        return this;
    }
}
