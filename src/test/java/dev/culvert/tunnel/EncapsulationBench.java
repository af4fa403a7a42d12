package dev.culvert.tunnel;

import dev.culvert.packet.FlowExtractor;
import dev.culvert.packet.FlowKey;
import dev.culvert.packet.Frames;
import dev.culvert.packet.Packet;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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

/** What a tunnel's own header costs: written in front of a frame, with the port that tells flows apart, and read. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class EncapsulationBench {
    private static final int AT = 64;
    private static final int LENGTH = 1500;
    private static final long KEY = 123;

    /** The kind of tunnel. */
    @Param({"VXLAN", "GENEVE", "GRE"})
    public TunnelType type = TunnelType.VXLAN;

    private final MemorySegment memory = Arena.global().allocate(2048, 64);
    private final TunnelHeader header = new TunnelHeader();
    private final long[] key = FlowKey.create();

    @Setup
    public void setUp() {
        Packet packet = Frames.tcp4().payload(new Random(1), 100).packet();
        FlowExtractor.extract(packet, key);
        write();
    }

    private int write() {
        return switch (type) {
            case VXLAN -> VxlanHeader.write(memory, AT, KEY);
            case GENEVE -> GeneveHeader.write(memory, AT, KEY);
            default -> GreHeader.write(memory, AT, GreHeader.KEY, KEY, 0);
        };
    }

    /** The header alone. */
    @Benchmark
    public int encapsulate() {
        return write();
    }

    /** The header, and the outer source port from the inner flow. */
    @Benchmark
    public int encapsulateWithEntropy() {
        return write() + EntropyPort.of(key);
    }

    /** The header is read and checked. */
    @Benchmark
    public int decapsulate() {
        return switch (type) {
            case VXLAN -> VxlanHeader.decode(memory, AT, LENGTH, header);
            case GENEVE -> GeneveHeader.decode(memory, AT, LENGTH, header);
            default -> GreHeader.decode(memory, AT, LENGTH, header);
        };
    }
}
