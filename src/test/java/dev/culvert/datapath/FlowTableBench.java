package dev.culvert.datapath;

import dev.culvert.packet.FlowKey;
import java.util.Arrays;
import java.util.List;
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

/**
 * What it costs to find a flow, by the number of masks that the flows have between them and by the number of flows. All
 * flows are asked for equally often, so half of the masks are tried in vain on average; real traffic is kinder.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class FlowTableBench {
    private static final int ASKED = 1 << 12;

    /** How many different masks. */
    @Param({"1", "4", "16", "64", "100"})
    public int masks = 1;

    /** How many flows. */
    @Param({"100", "10000"})
    public int flows = 100;

    private final long[][] keys = new long[ASKED][];
    private final long[][] strangers = new long[ASKED][];
    private FlowTable table = new FlowTable(1);
    private int next;

    @Setup
    public void setUp() {
        Random random = new Random(1);
        table = new FlowTable(flows);
        long[][] all = new long[flows][];
        for (int i = 0; i < flows; i++) {
            all[i] = key(random);
            if (!table.insert(new Megaflow(all[i], mask(i % masks), List.of()))) {
                throw new IllegalStateException("no room for flow " + i);
            }
        }
        for (int i = 0; i < ASKED; i++) {
            keys[i] = all[random.nextInt(flows)].clone();
            strangers[i] = key(random);
        }
    }

    private static long[] key(Random random) {
        long[] key = FlowKey.create();
        for (int i = 0; i < key.length; i++) {
            key[i] = random.nextLong();
        }
        return key;
    }

    /** Everything but some bits of one word, in which masks differ as those of address prefixes do. */
    private static long[] mask(int number) {
        long[] mask = FlowKey.create();
        Arrays.fill(mask, -1);
        mask[number / 32] = -1L << number % 32 + 1;
        return mask;
    }

    /** A flow that is there. */
    @Benchmark
    public Object hit() {
        Megaflow found = table.lookup(keys[next++ & ASKED - 1]);
        if (found == null) {
            throw new AssertionError("a flow is gone");
        }
        return found;
    }

    /** A flow that is not there: every mask is tried. */
    @Benchmark
    public boolean miss() {
        return table.lookup(strangers[next++ & ASKED - 1]) == null;
    }
}
