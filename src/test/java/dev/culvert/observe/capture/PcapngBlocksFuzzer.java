package dev.culvert.observe.capture;

import dev.culvert.observe.CaptureFuzzer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Fuzz target: what a daemon gives for a capture. It is handed on as it is, and no part of a block is taken for the end. */
public final class PcapngBlocksFuzzer {
    private static final int FEW = 2;

    private PcapngBlocksFuzzer() {}

    /** For Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean whole = copy(input, out, Long.MAX_VALUE);
        byte[] handedOn = out.toByteArray();
        int same = Arrays.mismatch(handedOn, input);
        if (same >= 0 && same < handedOn.length) {
            throw new AssertionError("not as it came at " + same);
        }
        if (whole != (handedOn.length == input.length)) {
            throw new AssertionError(handedOn.length + " of " + input.length + " bytes, and called whole: " + whole);
        }
        ByteArrayOutputStream few = new ByteArrayOutputStream();
        if (copy(input, few, FEW) != whole || few.size() > handedOn.length) {
            throw new AssertionError("otherwise with an end");
        }
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        if (!copy(few.toByteArray(), again, FEW) || !Arrays.equals(again.toByteArray(), few.toByteArray())) {
            throw new AssertionError("what was handed on is not handed on again");
        }
    }

    /** Whether it came to the end. */
    private static boolean copy(byte[] input, ByteArrayOutputStream out, long most) {
        PcapngBlocks blocks = new PcapngBlocks();
        AtomicInteger told = new AtomicInteger();
        try {
            blocks.copy(new ByteArrayInputStream(input), out, most, told::incrementAndGet);
            return true;
        } catch (IOException e) {
            if (e.getMessage() == null) {
                throw new AssertionError("nobody is told why", e);
            }
            return false;
        } finally {
            if (blocks.packets() > most || told.get() != (blocks.packets() == most ? 1 : 0)) {
                throw new AssertionError(blocks.packets() + " packets, told " + told + " times");
            }
        }
    }

    /** Where to begin: captures, of which those in pcapng matter. */
    public static List<byte[]> seeds() {
        return CaptureFuzzer.seeds();
    }
}
