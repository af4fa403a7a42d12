package dev.culvert.vswitch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.datapath.Datapath;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatapathThreadsTest {
    @ParameterizedTest
    @CsvSource({
        "1, {0}",
        "3, '{0, 1}'",
        "0x3, '{0, 1}'",
        "0X3, '{0, 1}'",
        "f0, '{4, 5, 6, 7}'",
        "F0, '{4, 5, 6, 7}'",
        "0010, {4}",
        "100000000000000000, {68}",
        "0, {}",
        "0x, {}",
        // as Open vSwitch, which takes what is no digit for 0, and says so
        "1g1, '{0, 8}'",
        "0x0x3, '{0, 1}'",
        "-1, {0}",
        "2 1, '{0, 9}'",
        "１, {}",
    })
    void masksAreReadAsOpenVswitchReadsThem(String mask, String cpus) {
        assertThat(DatapathThreads.parseMask(mask)).hasToString(cpus);
    }

    @Test
    void aThreadIsBoundToEachCoreOfTheMaskThatThereIs() {
        assertThat(threads(Map.of("pmd-cpu-mask", "0xff"), 2)).containsExactly(0, 1);
        assertThat(threads(Map.of("pmd-cpu-mask", "a"), 4)).containsExactly(1, 3);
    }

    @Test
    void aMaskIsPreferredToANumber() {
        assertThat(threads(Map.of("pmd-cpu-mask", "2", "n-handler-threads", "7"), 4))
                .containsExactly(1);
        assertThat(threads(Map.of("pmd-cpu-mask", "", "n-handler-threads", "2"), 4))
                .containsExactly(-1, -1);
    }

    @Test
    void thereIsAlwaysAThread() {
        assertThat(threads(Map.of(), 4)).containsExactly(-1);
        assertThat(threads(Map.of("pmd-cpu-mask", "0"), 4)).containsExactly(-1);
        assertThat(threads(Map.of("pmd-cpu-mask", "xyz"), 4)).containsExactly(-1);
        assertThat(threads(Map.of("pmd-cpu-mask", "100"), 4)).containsExactly(-1);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 3", "0, 1", "-2, 1", "two, 1", "'', 1", "1e3, 1", "64, 64", "65, 64", "9999999999999, 64"})
    void aNumberIsOneOfThoseThatCanBe(String text, int count) {
        assertThat(threads(Map.of("n-handler-threads", text), 2)).isEqualTo(Collections.nCopies(count, -1));
    }

    @Test
    void longMasksAreBounded() {
        assertThat(DatapathThreads.of(Map.of("pmd-cpu-mask", "f".repeat(10_000)), cpus(8192)))
                .hasSize(Datapath.MAX_THREADS);
    }

    @Test
    void onlyWhatIsSaidOfThreadsMatters() {
        assertThat(DatapathThreads.same(null, Map.of())).isFalse();
        assertThat(DatapathThreads.same(Map.of("a", "b"), Map.of())).isTrue();
        assertThat(DatapathThreads.same(Map.of("n-handler-threads", "2"), Map.of()))
                .isFalse();
        assertThat(DatapathThreads.same(Map.of(), Map.of("pmd-cpu-mask", "1"))).isFalse();
    }

    private static List<Integer> threads(Map<String, String> otherConfig, int cpus) {
        return DatapathThreads.of(otherConfig, cpus(cpus));
    }

    private static BitSet cpus(int count) {
        BitSet cpus = new BitSet();
        cpus.set(0, count);
        return cpus;
    }
}
