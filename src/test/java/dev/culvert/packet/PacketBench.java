package dev.culvert.packet;

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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a packet, and what a super-frame of 45 segments, costs in this room. Run by hand with org.openjdk.jmh.Main. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class PacketBench {
    private static final int SIZE = 1398;
    private static final int PREFIX = 8;

    private final Segmenter segmenter = new Segmenter();
    private final Coalescer coalescer = new Coalescer(false);
    private final long[] key = FlowKey.create();
    private final MemorySegment buffer = Arena.global().allocate(1 << 17);
    private Packet superFrame = Frames.tcp4().packet();
    private Packet small = superFrame;
    private Packet head = superFrame;
    private byte[] firstFrame = {};

    @Setup
    public void setUp() {
        Random random = new Random(1);
        Frames frame = Frames.tcp4().payload(random, 45 * SIZE);
        frame.partial = true;
        superFrame = frame.packet();
        superFrame.segmentType = Packet.SEGMENT_TCP4;
        superFrame.segmentSize = SIZE;
        small = Frames.tcp4().payload(random, SIZE).packet();
        head = Frames.tcp4().packet();
        segmenter.begin(superFrame, SIZE);
        segmenter.emit(0, 45, buffer, PREFIX, buffer, 0);
        firstFrame = Frames.bytes(buffer, PREFIX, segmenter.headerLength() + SIZE);
    }

    /** Checksum of one segment. */
    @Benchmark
    public int sumSegment() {
        return Checksum.sum(small.memory, small.offset + 34, SIZE + 32);
    }

    /** Checksum of a super-frame. */
    @Benchmark
    public int sumSuperFrame() {
        return Checksum.sum(superFrame.memory, superFrame.offset + 34, superFrame.length - 34);
    }

    /** Copy and checksum of a segment's payload, source and target in the cache. */
    @Benchmark
    public int copyAndSumSegment() {
        return Checksum.copyAndSum(superFrame.memory, superFrame.offset + 66, buffer, 33, SIZE);
    }

    /** A super-frame into 45 frames with VXLAN's header in front of each. */
    @Benchmark
    public int segment() {
        segmenter.begin(superFrame, SIZE);
        return segmenter.emit(0, segmenter.count(), superFrame.memory, PREFIX, buffer, 0);
    }

    /** 45 frames with headers between them into a super-frame. */
    @Benchmark
    public int coalesce() {
        Frames.fill(head, firstFrame);
        coalescer.open(head);
        int stride = PREFIX + firstFrame.length;
        int joined = 1;
        for (int i = 1; i < 45; i++) {
            joined += coalescer.offer(buffer, i * stride + PREFIX, firstFrame.length) ? 1 : 0;
        }
        coalescer.finish();
        return joined;
    }

    /** A flow key and its hash. */
    @Benchmark
    public int extractAndHash() {
        FlowExtractor.extract(small, key);
        return FlowKey.hash(key);
    }
}
