package dev.culvert.datapath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.packet.FlowField;
import dev.culvert.packet.FlowKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FlowTableTest {
    private final FlowTable table = new FlowTable(10_000);

    @Test
    void findsWhatMatchesUnderTheMask() {
        Megaflow flow = flow(mask(FlowField.IN_PORT, FlowField.DL_DST), 3, 7, 0);
        assertThat(table.insert(flow)).isTrue();

        assertThat(table.lookup(key(3, 7, 99))).isSameAs(flow);
        assertThat(table.lookup(key(3, 8, 99))).isNull();
        assertThat(table.lookup(key(4, 7, 99))).isNull();
    }

    @Test
    void anEntryWithTheSameMatchReplacesTheOld() {
        long[] mask = mask(FlowField.IN_PORT);
        Megaflow old = flow(mask, 1, 0, 0);
        Megaflow young = flow(mask, 1, 0, 0);
        table.insert(old);
        table.insert(young);

        assertThat(table.lookup(key(1, 2, 3))).isSameAs(young);
        assertThat(table.size()).isEqualTo(1);
        assertThat(old.installed).isFalse();
    }

    @Test
    void theLimitHoldsAndRefusesNothingThatIsThere() {
        FlowTable small = new FlowTable(2);
        long[] mask = mask(FlowField.IN_PORT);
        Megaflow first = flow(mask, 1, 0, 0);
        assertThat(small.insert(first)).isTrue();
        assertThat(small.insert(flow(mask, 2, 0, 0))).isTrue();
        assertThat(small.insert(flow(mask, 3, 0, 0))).isFalse();
        assertThat(small.insert(flow(mask, 2, 0, 0))).as("one that replaces").isTrue();

        small.remove(first);
        assertThat(small.insert(flow(mask, 3, 0, 0))).isTrue();
    }

    @Test
    void whatIsClearedIsForgottenAndMayComeAgain() {
        long[] mask = mask(FlowField.IN_PORT);
        Megaflow flow = flow(mask, 1, 0, 0);
        table.insert(flow);
        table.insert(flow(mask(FlowField.TP_DST), 0, 0, 5));
        table.clear();
        assertThat(table.lookup(key(1, 2, 3))).isNull();
        assertThat(table.size()).isZero();
        assertThat(table.masks()).isZero();
        assertThat(flow.installed).isFalse();

        table.remove(flow);
        assertThat(table.insert(flow)).isTrue();
        assertThat(table.lookup(key(1, 2, 3))).isSameAs(flow);
        assertThat(table.size()).isEqualTo(1);
    }

    @Test
    void aMaskGoesWithItsLastEntry() {
        Megaflow flow = flow(mask(FlowField.TP_DST), 0, 0, 5);
        table.insert(flow);
        assertThat(table.masks()).isEqualTo(1);
        table.remove(flow);
        table.remove(flow);

        assertThat(table.masks()).isZero();
        assertThat(table.size()).isZero();
    }

    /** Inserts and removes at random, and compares each answer with a list that is searched from end to end. */
    @Test
    void agreesWithASearchThroughAList() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        List<long[]> masks = List.of(
                mask(FlowField.IN_PORT),
                mask(FlowField.IN_PORT, FlowField.DL_DST),
                mask(FlowField.DL_DST, FlowField.TP_DST));
        List<Megaflow> present = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            if (present.isEmpty() || random.nextInt(5) < 3) {
                long[] mask = masks.get(random.nextInt(masks.size()));
                Megaflow flow = flow(mask, random.nextInt(40), random.nextInt(40), random.nextInt(40));
                present.removeIf(
                        other -> Arrays.equals(other.key(), flow.key()) && Arrays.equals(other.mask(), flow.mask()));
                present.add(flow);
                table.insert(flow);
            } else {
                table.remove(present.remove(random.nextInt(present.size())));
            }
            long[] key = key(random.nextInt(40), random.nextInt(40), random.nextInt(40));
            Megaflow found = table.lookup(key);
            if (found == null) {
                assertThat(present).as("seed %d step %d", seed, step).noneMatch(flow -> matches(flow, key));
            } else {
                assertThat(present).as("seed %d step %d", seed, step).contains(found);
                assertThat(matches(found, key))
                        .as("seed %d step %d", seed, step)
                        .isTrue();
            }
            assertThat(table.size()).as("seed %d step %d", seed, step).isEqualTo(present.size());
        }
    }

    private static boolean matches(Megaflow flow, long[] key) {
        return FlowKey.matches(key, flow.key(), flow.mask());
    }

    private static Megaflow flow(long[] mask, int inPort, long destination, int port) {
        return new Megaflow(key(inPort, destination, port), mask, List.of());
    }

    private static long[] key(int inPort, long destination, int port) {
        long[] key = FlowKey.create();
        FlowField.IN_PORT.set(key, inPort);
        FlowField.DL_DST.set(key, destination);
        FlowField.TP_DST.set(key, port);
        return key;
    }

    private static long[] mask(FlowField... fields) {
        long[] mask = FlowKey.create();
        for (FlowField field : fields) {
            field.unwildcard(mask);
        }
        return mask;
    }
}
