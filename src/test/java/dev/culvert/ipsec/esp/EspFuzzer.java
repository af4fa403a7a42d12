package dev.culvert.ipsec.esp;

import dev.culvert.packet.DropReason;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Fuzz target: ESP packets. An input's first byte chooses a suite, whether numbers are extended, and whether the rest is a packet as
 * it is, which nobody accepts, or holds several texts with their numbers, which are sealed first, since no accident finds an ICV.
 * Of those each number is accepted once at most, and whatever is refused leaves everything as it was.
 */
public final class EspFuzzer {
    private static final int AT = 64;
    private static final EspScratch SCRATCH = new EspScratch();
    private static final MemorySegment MEMORY = Arena.global().allocate(8_192);

    private EspFuzzer() {}

    /** For Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) throws GeneralSecurityException {
        if (input.length == 0 || input.length > 4_096) {
            return;
        }
        EspSuite suite = EspSuite.values()[(input[0] & 0x0f) % EspSuite.values().length];
        boolean extended = (input[0] & 0x40) != 0;
        byte[] material = new byte[suite.keyLength()];
        Arrays.fill(material, (byte) 7);
        EspKeys keys = new EspKeys(256, suite, extended, material);
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        try (InboundSa in = new InboundSa(keys, SCRATCH);
                Aead aead = Aead.of(keys, true)) {
            if ((input[0] & 0x80) == 0) {
                UdpEncapsulation.of(put(rest), AT, rest.length);
                refused(in, open(in, rest), rest);
            } else {
                texts(in, aead, ByteBuffer.wrap(rest), extended);
            }
        }
    }

    private static void texts(InboundSa in, Aead aead, ByteBuffer rest, boolean extended) {
        Set<Long> accepted = new HashSet<>();
        EspSuite suite = in.suite();
        long expected = 0;
        while (rest.remaining() >= 6) {
            long sequence = rest.getInt() & 0xffff_ffffL;
            int blocks = Math.clamp(rest.get() & 0x1f, 1, 31);
            byte[] text = new byte[blocks * suite.blockLength()];
            rest.get(text, 0, Math.min(text.length, rest.remaining()));
            byte[] packet = sealed(suite, aead, text, sequence);
            int length = open(in, packet);
            if (length < 0) {
                refused(in, length, packet);
            } else if (!accepted.add(sequence) || length > text.length - 2 || in.packets() != ++expected) {
                throw new AssertionError("number " + sequence + ", " + length + " bytes, " + in.packets());
            } else if (extended && in.sequence() >>> 32 != 0) {
                throw new AssertionError("a number that nobody sent: " + in.sequence());
            }
            expected = in.packets(); // a packet of padding counts too
        }
    }

    private static byte[] sealed(EspSuite suite, Aead aead, byte[] text, long sequence) {
        byte[] plain = new byte[suite.headerLength() + text.length];
        System.arraycopy(text, 0, plain, suite.headerLength(), text.length);
        byte[] packet = new byte[plain.length + suite.icvLength()];
        Aead.INT.set(packet, 0, 256);
        Aead.INT.set(packet, 4, (int) sequence);
        if (aead.seal(plain, packet, text.length, sequence) != Aead.Verdict.GOOD) {
            // the JDK does not seal twice running with one nonce; such a packet is forged, and has to be found so
            packet[packet.length - 1] ^= 1;
        }
        return packet;
    }

    private static MemorySegment put(byte[] packet) {
        MemorySegment.copy(packet, 0, MEMORY, ValueLayout.JAVA_BYTE, AT, packet.length);
        return MEMORY;
    }

    private static int open(InboundSa in, byte[] packet) {
        return in.open(put(packet), AT, packet.length);
    }

    private static void refused(InboundSa in, int code, byte[] packet) {
        if (code >= 0 || DropReason.of(code) == DropReason.ESP_CIPHER_FAILED) {
            throw new AssertionError(in + ": " + code);
        }
        if (!Arrays.equals(MEMORY.asSlice(AT, packet.length).toArray(ValueLayout.JAVA_BYTE), packet)) {
            throw new AssertionError("changed and yet refused: " + DropReason.of(code));
        }
    }

    /** Where to begin: in each suite a packet of the right length, and texts with numbers that jump, repeat and end. */
    public static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (EspSuite suite : EspSuite.values()) {
            int first = suite.ordinal();
            byte[] packet = new byte[40 + suite.overhead(40)];
            new Random(first).nextBytes(packet);
            packet[4] = 0; // a number that is not too far ahead
            seeds.add(ByteBuffer.allocate(1 + packet.length)
                    .put((byte) first)
                    .put(packet)
                    .array());
            ByteBuffer texts = ByteBuffer.allocate(500).put((byte) (0x80 | (first & 1) << 6 | first));
            for (int number : new int[] {1, 2, 2, 3_000, 1_016, 1_017, 0, -1, 5}) {
                byte[] text = new byte[2 * suite.blockLength()];
                text[text.length - 2] = (byte) (number % 5 == 0 ? 200 : 1);
                text[text.length - 1] = (byte) (number % 2 == 0 ? 47 : 59);
                texts.putInt(number).put((byte) 2).put(text);
            }
            seeds.add(Arrays.copyOf(texts.array(), texts.position()));
        }
        return seeds;
    }
}
