package dev.culvert.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessIdentityTest {
    @TempDir
    private Path folder;

    @Test
    void endsTheProcessThatItMeans() throws IOException, InterruptedException {
        Process sleep = new ProcessBuilder("sleep", "60").start();
        ProcessIdentity identity = ProcessIdentity.of(sleep.pid()).orElseThrow();
        assertThat(identity.alive()).isTrue();
        assertThat(identity.residentBytes()).isPositive();
        identity.end(Duration.ofSeconds(5));
        assertThat(sleep.waitFor(5, TimeUnit.SECONDS)).isTrue();
        assertThat(identity.alive()).isFalse();
        assertThat(identity.cpuTicks()).isZero();
    }

    @Test
    void leavesALaterProcessOfTheSameNumberAlone() throws IOException, InterruptedException {
        Process sleep = new ProcessBuilder("sleep", "60").start();
        try {
            ProcessIdentity now = ProcessIdentity.of(sleep.pid()).orElseThrow();
            ProcessIdentity earlier = new ProcessIdentity(now.pid(), now.started() - 1);
            assertThat(earlier.alive()).isFalse();
            earlier.end(Duration.ofMillis(100));
            assertThat(sleep.isAlive()).isTrue();
        } finally {
            sleep.destroyForcibly().waitFor();
        }
    }

    @Test
    void usesForceOnWhatDoesNotListen() throws IOException, InterruptedException {
        Process stubborn =
                new ProcessBuilder("bash", "-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done").start();
        assertThat(stubborn.getInputStream().read()).isEqualTo('r');
        ProcessIdentity.of(stubborn.pid()).orElseThrow().end(Duration.ofMillis(300));
        assertThat(stubborn.waitFor(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void findsADaemonByItsPidfile() throws IOException, LabException {
        Path file = folder.resolve("self.pid");
        Files.writeString(file, ProcessHandle.current().pid() + "\n");
        assertThat(ProcessIdentity.fromPidfile(file).alive()).isTrue();
        Files.writeString(file, "none");
        assertThatThrownBy(() -> ProcessIdentity.fromPidfile(file)).isInstanceOf(LabException.class);
        assertThatThrownBy(() -> ProcessIdentity.fromPidfile(folder.resolve("absent")))
                .isInstanceOf(LabException.class);
    }
}
