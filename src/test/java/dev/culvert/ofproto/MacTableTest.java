package dev.culvert.ofproto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MacTableTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long A = 0x0200_0000_0001L;
    private static final long B = 0x0200_0000_0002L;

    private final List<Long> changed = new ArrayList<>();
    private final MacTable table = new MacTable(changed::add);
    private final OfPort one = OfPort.device("one", 1, 11);
    private final OfPort two = OfPort.device("two", 2, 12);

    @Test
    void learnsPerVlan() {
        table.learn(0, A, one, 0);
        table.learn(7, A, two, 0);

        assertThat(table.lookup(0, A)).returns(one, MacTable.Entry::port);
        assertThat(table.lookup(7, A)).returns(two, MacTable.Entry::port);
        assertThat(table.lookup(8, A)).isNull();
    }

    @Test
    void tellsOfWhatIsNewOrMovedAndNotOfWhatStays() {
        table.learn(0, A, one, 0);
        table.learn(0, A, one, SECOND);
        assertThat(changed).containsExactly(MacTable.station(0, A));

        table.learn(0, A, two, 2 * SECOND);
        assertThat(changed).hasSize(2);
        assertThat(table.lookup(0, A)).returns(two, MacTable.Entry::port);
        assertThat(table.counts()).containsExactly(1, 0, 0, 1);
    }

    @Test
    void anOlderSightingDoesNotUndoANewerOne() {
        table.learn(0, A, two, 5 * SECOND);
        table.learn(0, A, one, 4 * SECOND);

        assertThat(table.lookup(0, A)).returns(two, MacTable.Entry::port);
    }

    @Test
    void forgetsWhatIsSilentForTheAgeingTime() {
        table.configure(10, 100, 0);
        table.learn(0, A, one, 0);
        table.learn(0, B, one, 0);
        table.learn(0, A, one, 6 * SECOND);

        table.expire(9 * SECOND);
        assertThat(table.entries()).hasSize(2);
        table.expire(10 * SECOND);
        assertThat(table.entries()).extracting(MacTable.Entry::mac).containsExactly(A);
        assertThat(changed).last().isEqualTo(MacTable.station(0, B));
    }

    @Test
    void aPortThatFloodsAddressesPushesOutItsOwn() {
        table.configure(300, 10, 0);
        table.learn(0, B, two, 0);
        for (int i = 0; i < 1000; i++) {
            table.learn(0, A + 16 + i, one, i);
        }

        assertThat(table.entries()).hasSize(10);
        assertThat(table.lookup(0, B)).isNotNull();
        assertThat(table.lookup(0, A + 16 + 999)).isNotNull();
        assertThat(table.counts()[2]).isEqualTo(991);
    }

    @Test
    void aSmallerLimitTakesEffectAtOnce() {
        for (int i = 0; i < 50; i++) {
            table.learn(0, A + i, one, i);
        }
        table.configure(300, 10, 50);

        assertThat(table.entries()).hasSize(10);
        assertThat(table.lookup(0, A + 49)).isNotNull();
    }

    @Test
    void flushingAPortLeavesTheOthers() {
        table.learn(0, A, one, 0);
        table.learn(0, B, two, 0);
        table.flush(one);

        assertThat(table.entries()).extracting(MacTable.Entry::mac).containsExactly(B);
    }

    @Test
    void aStaticEntryNeitherAgesNorMovesNorMakesRoom() {
        table.configure(10, 2, 0);
        assertThat(table.add(0, A, one, 0)).isTrue();
        table.learn(0, A, two, SECOND);
        assertThat(table.lookup(0, A)).returns(one, MacTable.Entry::port).returns(true, MacTable.Entry::isStatic);

        table.learn(0, B, two, SECOND);
        table.learn(0, B + 1, two, SECOND);
        assertThat(table.entries()).extracting(MacTable.Entry::mac).containsExactlyInAnyOrder(A, B + 1);
        table.expire(100 * SECOND);
        table.flush();
        assertThat(table.entries()).extracting(MacTable.Entry::mac).containsExactly(A);

        assertThat(table.add(0, B, one, 0)).isTrue();
        assertThat(table.add(0, B + 1, one, 0)).as("full").isFalse();
        table.learn(0, B + 1, two, SECOND);
        table.configure(10, 1, 0);
        assertThat(table.entries()).extracting(MacTable.Entry::mac).containsExactlyInAnyOrder(A, B);

        assertThat(table.remove(0, B)).isTrue();
        assertThat(table.remove(0, B)).isFalse();
        table.flush(one);
        assertThat(table.entries()).as("went with its port").isEmpty();
    }

    @Test
    void isInAllThatHappensLikeAPlainList() {
        long seed = Long.getLong("culvert.seed", System.nanoTime());
        Random random = new Random(seed);
        List<OfPort> ports = IntStream.range(0, 7)
                .mapToObj(i -> OfPort.device("p" + i, i + 1, i + 11))
                .toList();
        Map<Long, OfPort> plain = new LinkedHashMap<>(); // the longest unused first
        table.configure(300, 100, 0);
        for (int step = 0; step < 20_000; step++) {
            OfPort port = ports.get((int) Math.sqrt(random.nextInt(ports.size() * ports.size())));
            long mac = A + random.nextInt(300);
            switch (random.nextInt(200)) {
                case 0 -> {
                    table.flush(port);
                    plain.values().removeIf(port::equals);
                }
                case 1 -> {
                    table.configure(300, 20, step);
                    while (plain.size() > 20) {
                        evict(plain);
                    }
                    table.configure(300, 100, step);
                }
                default -> {
                    table.learn(0, mac, port, step);
                    if (plain.remove(mac) == null && plain.size() == 100) {
                        evict(plain);
                    }
                    plain.put(mac, port);
                }
            }
            assertThat(table.entries()).as("seed %d, step %d", seed, step).hasSize(plain.size());
        }
        Map<Long, OfPort> known = new HashMap<>();
        table.entries().forEach(entry -> known.put(entry.mac(), entry.port()));
        assertThat(known).as("seed %d", seed).isEqualTo(plain);
    }

    /** Takes out of a plain table what the table has taken out, if that was one that it may take. */
    private void evict(Map<Long, OfPort> plain) {
        Map<OfPort, Long> counts = new HashMap<>();
        Map<OfPort, Long> oldest = new HashMap<>();
        plain.forEach((mac, port) -> {
            counts.merge(port, 1L, Long::sum);
            oldest.putIfAbsent(port, mac);
        });
        long most = Collections.max(counts.values());
        long gone = counts.entrySet().stream()
                .filter(entry -> entry.getValue() == most)
                .map(entry -> oldest.get(entry.getKey()))
                .filter(mac -> table.lookup(0, mac) == null)
                .findFirst()
                .orElseThrow();
        plain.remove(gone);
    }

    @Test
    void anEntryByHandReplacesWhatWasLearned() {
        table.learn(0, A, one, 0);
        assertThat(table.remove(0, A)).as("learned, not put in").isFalse();
        table.add(0, A, two, SECOND);
        assertThat(table.lookup(0, A)).returns(two, MacTable.Entry::port);
        assertThat(changed).as("both know").contains(MacTable.station(0, A));
        table.clearCounts();
        assertThat(table.counts()).containsExactly(0, 0, 0, 0);
    }
}
