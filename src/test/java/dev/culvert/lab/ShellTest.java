package dev.culvert.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ShellTest {
    @Test
    void givesBackBothStreamsAndTheStatus() throws LabException, InterruptedException {
        try (Shell shell = new Shell()) {
            Shell.Output output = shell.run(
                    Shell.LIMIT, Map.of("WORD", "here"), List.of("bash", "-c", "echo out $WORD; echo err >&2; exit 3"));
            assertThat(output.status()).isEqualTo(3);
            assertThat(output.out()).isEqualTo("out here\n");
            assertThat(output.err()).isEqualTo("err\n");
            assertThatThrownBy(output::orThrow).isInstanceOf(LabException.class).hasMessageEndingWith(": err");
        }
    }

    @Test
    void endsWhatTakesTooLong() throws LabException, InterruptedException {
        try (Shell shell = new Shell()) {
            Shell.Output output = shell.run(Duration.ofMillis(200), Map.of(), List.of("sleep", "60"));
            assertThat(output.status()).isEqualTo(124);
        }
    }

    @Test
    void saysWhatCannotBeStarted() {
        try (Shell shell = new Shell()) {
            assertThatThrownBy(() -> shell.run("/no/such/program"))
                    .isInstanceOf(LabException.class)
                    .hasMessageStartingWith("/no/such/program cannot be started");
        }
    }

    @Test
    void closingEndsWhatRunsAndRefusesTheRest() throws InterruptedException {
        Shell shell = new Shell();
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Thread runner = Thread.ofPlatform().start(() -> {
            try {
                shell.run("sleep", "60");
                outcome.complete(new AssertionError("it ran to its end"));
            } catch (LabException | InterruptedException e) {
                outcome.complete(e);
            }
        });
        Thread.sleep(200);
        shell.close();
        runner.join();
        assertThat(outcome.join()).isInstanceOf(LabException.class).hasMessage("interrupted");
        assertThatThrownBy(() -> shell.run("true")).isInstanceOf(LabException.class);
    }
}
