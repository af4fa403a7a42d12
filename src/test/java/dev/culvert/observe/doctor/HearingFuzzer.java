package dev.culvert.observe.doctor;

import dev.culvert.observe.FrameSeeds;
import dev.culvert.packet.IpAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Fuzz target: frames that a doctor hears. It counts their kinds, of which there are only so many whoever sends what. */
public final class HearingFuzzer {
    private static final int KINDS_MAX = 1_000;

    /** One for all inputs: what fills its memory comes little by little. */
    private static final Hearing HEARING = new Hearing(
            Set.of(address("10.0.0.1"), address("10.0.0.2"), address("2001:db8::1"), address("2001:db8::2")),
            Set.of(4789),
            Set.of(6081));

    private HearingFuzzer() {}

    private static IpAddress address(String text) {
        return Objects.requireNonNull(IpAddress.parse(text));
    }

    /** For Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment frame = arena.allocate(Math.max(1, input.length), 8).asSlice(0, input.length);
            MemorySegment.copy(input, 0, frame, ValueLayout.JAVA_BYTE, 0, input.length);
            HEARING.hear(frame, false);
            HEARING.hear(frame, true);
        }
        if (HEARING.counts().size() > KINDS_MAX) {
            throw new AssertionError(HEARING.counts().size() + " kinds");
        }
    }

    /** Where to begin: packets of all kinds, and answers that nobody takes such. */
    public static List<byte[]> seeds() {
        return FrameSeeds.all();
    }
}
