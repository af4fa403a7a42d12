package dev.culvert.ipsec.esp;

import dev.culvert.packet.DropReason;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.GeneralSecurityException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to seal and to open a packet. Run by hand with org.openjdk.jmh.Main; {@code -prof gc} shows the garbage. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 15, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class EspBench {
    private static final int GRE = 47;
    private static final int RING = 512;
    private static final int STRIDE = 2_048;
    private static final int AT = 64;

    /** The algorithms. */
    @Param({"AES_GCM_16_128", "AES_GCM_16_256", "AES_CBC_128_SHA2_256", "AES_CBC_256_SHA2_256", "AES_CBC_256_SHA2_512"})
    public EspSuite suite = EspSuite.AES_GCM_16_256;

    /** Bytes of the payload. */
    @Param({"64", "1400"})
    public int size;

    private final EspScratch scratch = new EspScratch();
    private final MemorySegment payload = Arena.global().allocate(STRIDE);
    private final MemorySegment sealed = Arena.global().allocate((long) RING * STRIDE);
    private final MemorySegment ring = Arena.global().allocate((long) RING * STRIDE);
    private final MemorySegment forged = Arena.global().allocate(STRIDE);
    private final int[] lengths = new int[RING];
    private EspKeys keys = new EspKeys(256, suite, false, new byte[suite.keyLength()]);
    private OutboundSa out = outbound();
    private InboundSa in = inbound();
    private int next;

    @Setup
    public void setUp() throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("aes-gcm-check")) {
                thread.join(); // it, too, takes time and makes garbage
            }
        }
        byte[] material = new byte[suite.keyLength()];
        new Random(1).nextBytes(material);
        keys = new EspKeys(256, suite, false, material);
        out = outbound();
        for (int i = 0; i < RING; i++) {
            MemorySegment slot = sealed.asSlice((long) i * STRIDE, STRIDE);
            lengths[i] = out.seal(slot, AT, size, GRE);
        }
        MemorySegment.copy(sealed, 0, forged, 0, STRIDE);
        forged.set(ValueLayout.JAVA_BYTE, AT, (byte) ~forged.get(ValueLayout.JAVA_BYTE, AT));
        in = inbound();
        next = RING;
    }

    private OutboundSa outbound() {
        try {
            return new OutboundSa(keys, scratch);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private InboundSa inbound() {
        try {
            return new InboundSa(keys, scratch);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A packet is sealed. */
    @Benchmark
    public int seal() {
        return out.seal(payload, AT, size, GRE);
    }

    /** A packet is opened. Every 512th time there is a new association, because none opens a packet twice. */
    @Benchmark
    public int open() {
        if (next == RING) {
            next = 0;
            in = inbound();
            MemorySegment.copy(sealed, 0, ring, 0, sealed.byteSize());
        }
        int slot = next++;
        int length = in.open(ring, slot * STRIDE + AT - suite.headerLength(), lengths[slot]);
        if (length != size) {
            throw new AssertionError(DropReason.of(length));
        }
        return length;
    }

    /** A forged packet is refused. */
    @Benchmark
    public int refuse() {
        int code = in.open(forged, AT - suite.headerLength(), lengths[0]);
        if (code != DropReason.ESP_ICV_BAD.code()) {
            throw new AssertionError(code);
        }
        return code;
    }
}
