package dev.culvert.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class ThreadsTest {
    @Test
    void theKernelKnowsTheThreadsName() throws Exception {
        assertThat(onItsOwnThread(() -> {
                    Threads.setName("pmd-with-a-long-name");
                    return Files.readString(Path.of("/proc/thread-self/comm"));
                }))
                .isEqualTo("pmd-with-a-long\n");
    }

    @Test
    void aPinnedThreadStaysOnItsProcessors() throws Exception {
        String before = onItsOwnThread(ThreadsTest::processors);
        int first = Integer.parseInt(before.split("[,-]", -1)[0]);
        assertThat(onItsOwnThread(() -> {
                    Threads.pinCurrentThread(first);
                    return processors();
                }))
                .isEqualTo(Integer.toString(first));
    }

    @Test
    void noThreadRunsNowhere() {
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(Threads::pinCurrentThread)
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> Threads.pinCurrentThread(-1))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
    }

    private static String processors() throws IOException {
        String title = "Cpus_allowed_list:";
        return Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
                .filter(line -> line.startsWith(title))
                .map(line -> line.substring(title.length()).trim())
                .findFirst()
                .orElseThrow();
    }

    private static String onItsOwnThread(Callable<String> task) throws Exception {
        FutureTask<String> future = new FutureTask<>(task);
        Thread.ofPlatform().start(future);
        return future.get();
    }
}
