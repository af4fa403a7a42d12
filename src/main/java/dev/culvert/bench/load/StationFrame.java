package dev.culvert.bench.load;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.culvert.linux.VirtioNetHeader;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/**
 * The smallest Ethernet frame, of the type that IEEE 802 gives away for local experiments, behind the virtio header that a
 * packet socket wants. It carries the number of a station and of a slot in its sender's window.
 */
final class StationFrame {
    /** Bytes of the virtio header and the frame, without the checksum that the cable would add. */
    static final int LENGTH = VirtioNetHeader.LENGTH + 60;

    /** The broadcast address. */
    static final long EVERYBODY = 0xffff_ffff_ffffL;

    private static final int TYPE = 0x88b5;
    private static final int DESTINATION = VirtioNetHeader.LENGTH;
    private static final int SOURCE = DESTINATION + 6;
    private static final int ETHER_TYPE = SOURCE + 6;
    private static final int KIND = ETHER_TYPE + 2;
    private static final int SLOT = KIND + 1;
    private static final int NUMBER = SLOT + 4;

    private static final java.lang.foreign.ValueLayout.OfShort U16 =
            JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final java.lang.foreign.ValueLayout.OfInt U32 = JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private StationFrame() {}

    /**
     * The address of a station, locally administered.
     *
     * @param family sets of stations that shall not be mistaken for each other, 0 to 63
     * @param number which one, 32 bits
     * @return six bytes, the first the most significant
     */
    static long address(int family, long number) {
        return ((family * 4L + 2) << 40) + (number & 0xffff_ffffL);
    }

    /** Writes a whole frame that asks for nothing. */
    static void write(MemorySegment memory, long at, long destination, long source) {
        memory.asSlice(at, LENGTH).fill((byte) 0);
        putAddress(memory, at + DESTINATION, destination);
        putAddress(memory, at + SOURCE, source);
        memory.set(U16, at + ETHER_TYPE, (short) TYPE);
    }

    /** Changes who a frame is from. */
    static void source(MemorySegment memory, long at, long source) {
        putAddress(memory, at + SOURCE, source);
    }

    /** Makes a frame a request for an answer. */
    static void request(MemorySegment memory, long at, int slot, long number) {
        memory.set(JAVA_BYTE, at + KIND, (byte) 1);
        memory.set(U32, at + SLOT, slot);
        memory.set(JAVA_LONG_UNALIGNED, at + NUMBER, number);
    }

    /** Makes a request its own answer. */
    static void answer(MemorySegment memory, long at) {
        for (int i = 0; i < 6; i++) {
            byte one = memory.get(JAVA_BYTE, at + DESTINATION + i);
            memory.set(JAVA_BYTE, at + DESTINATION + i, memory.get(JAVA_BYTE, at + SOURCE + i));
            memory.set(JAVA_BYTE, at + SOURCE + i, one);
        }
        memory.set(JAVA_BYTE, at + KIND, (byte) 2);
    }

    /** Whether what was received is one of these frames. */
    static boolean is(MemorySegment memory, long at, int length) {
        return length >= LENGTH && Short.toUnsignedInt(memory.get(U16, at + ETHER_TYPE)) == TYPE;
    }

    /** Whether it asks for an answer. */
    static boolean isRequest(MemorySegment memory, long at) {
        return memory.get(JAVA_BYTE, at + KIND) == 1;
    }

    /** Whether it is an answer. */
    static boolean isAnswer(MemorySegment memory, long at) {
        return memory.get(JAVA_BYTE, at + KIND) == 2;
    }

    /** The slot of a request or its answer. */
    static int slot(MemorySegment memory, long at) {
        return memory.get(U32, at + SLOT);
    }

    /** The number of a request or its answer. */
    static long number(MemorySegment memory, long at) {
        return memory.get(JAVA_LONG_UNALIGNED, at + NUMBER);
    }

    private static void putAddress(MemorySegment memory, long at, long address) {
        memory.set(U16, at, (short) (address >>> 32));
        memory.set(U32, at + 2, (int) address);
    }
}
