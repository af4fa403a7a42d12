package dev.culvert.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CpusTest {
    @Test
    void listsAreReadAsTheKernelWritesThem() {
        assertThat(Cpus.parseList("")).isEqualTo(set());
        assertThat(Cpus.parseList("0")).isEqualTo(set(0));
        assertThat(Cpus.parseList("0-3,8,10-11")).isEqualTo(set(0, 1, 2, 3, 8, 10, 11));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "1-", "-1", "3-2", "0-4294967295", "0-8192", "1,,2", "1;2"})
    void whatIsNoListIsRefused(String text) {
        assertThatThrownBy(() -> Cpus.parseList(text)).isInstanceOf(NumberFormatException.class);
    }

    @Test
    void aThreadStaysWhereItIsBound() throws Exception {
        BitSet before = onThread(Cpus::ofThisThread);
        assertThat(before.isEmpty()).isFalse();
        int last = before.length() - 1;
        BitSet after = onThread(() -> {
            Cpus.bindThisThread(set(last));
            return Cpus.ofThisThread();
        });
        assertThat(after).isEqualTo(set(last));
        assertThat(onThread(Cpus::ofThisThread)).as("other threads").isEqualTo(before);
    }

    @Test
    void aProcessorThatIsNotThereIsRefused() throws Exception {
        assertThat(Cpus.online().get(8191)).isFalse();
        assertThatThrownBy(() -> Cpus.bindThisThread(set(8191)))
                .isInstanceOfSatisfying(
                        LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
    }

    private static <T> T onThread(Callable<T> task) throws Exception {
        FutureTask<T> future = new FutureTask<>(task);
        Thread.ofPlatform().start(future).join();
        return future.get();
    }

    private static BitSet set(int... cpus) {
        BitSet set = new BitSet();
        for (int cpu : cpus) {
            set.set(cpu);
        }
        return set;
    }
}
