package dev.culvert.ipsec.esp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.Random;

/** A piece of native memory with a packet in it, and keys. */
final class EspTestKit {
    static final int SPI = 0xc0ffee01;

    /** Where payloads begin. */
    static final int AT = 64;

    private static final long SEED = Long.getLong("culvert.seed", System.nanoTime());

    static {
        System.out.println("ESP: -Dculvert.seed=" + SEED);
    }

    final Random random = new Random(SEED);
    final MemorySegment memory = Arena.ofAuto().allocate(70_000);
    final EspScratch scratch = new EspScratch();

    EspKeys keys(EspSuite suite, boolean extended) {
        byte[] material = new byte[suite.keyLength()];
        random.nextBytes(material);
        return new EspKeys(SPI, suite, extended, material);
    }

    byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    void put(int at, byte[] bytes) {
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, at, bytes.length);
    }

    byte[] get(int at, int length) {
        return memory.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Seals a payload and returns the packet. */
    byte[] seal(OutboundSa sa, byte[] payload, int nextHeader) {
        put(AT, payload);
        int length = sa.seal(memory, AT, payload.length, nextHeader);
        if (length < 0) {
            throw new AssertionError(dev.culvert.packet.DropReason.of(length));
        }
        return get(AT - sa.suite().headerLength(), length);
    }

    /** Opens a packet. Returns what {@link InboundSa#open} does. */
    int open(InboundSa sa, byte[] packet) {
        put(AT, packet);
        return sa.open(memory, AT, packet.length);
    }

    /** The payload of a packet that was just opened. */
    byte[] payload(InboundSa sa, int length) {
        return get(AT + sa.suite().headerLength(), length);
    }

    static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }
}
