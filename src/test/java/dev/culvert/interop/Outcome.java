package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How a program ended.
 *
 * @param command what was run
 * @param status its exit status
 * @param out what it printed on standard output
 * @param err what it printed on standard error
 */
record Outcome(List<String> command, int status, String out, String err) {
    private static final int LIMIT_SECONDS = 60;

    /** Runs a program to its end, which must come within a minute. */
    static Outcome of(Map<String, String> environment, List<String> command) throws IOException, InterruptedException {
        Path err = Files.createTempFile("outcome", ".err");
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            // the output is read by a thread of its own: a program that hangs must not hang the test
            StringBuilder out = new StringBuilder();
            Thread reader = Thread.ofVirtual().start(() -> {
                try (var in = process.getInputStream()) {
                    out.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
                } catch (IOException e) {
                    out.append(e);
                }
            });
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError(command + " did not end; it printed: " + Files.readString(err));
            }
            reader.join();
            return new Outcome(command, process.exitValue(), out.toString(), Files.readString(err));
        } finally {
            Files.delete(err);
        }
    }

    /** The standard output of a program that must have ended well. */
    String text() {
        assertThat(status).as("%s: %s%s", String.join(" ", command), out, err).isZero();
        return out;
    }
}
