package dev.culvert.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code culvert lab} in a process of its own, as it has to be to be interrupted and killed. */
final class LabProcess implements AutoCloseable {
    private final Process process;
    private final Path output;

    private LabProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** Starts it; what it prints, on both streams, goes into a file in {@code folder}. */
    static LabProcess start(Path folder, String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.culvert.tools.Culvert",
                "lab"));
        line.addAll(List.of(arguments));
        Path output = Files.createTempFile(folder, "lab", ".txt");
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new LabProcess(process, output);
    }

    /** Runs it to its end. */
    static LabProcess run(Path folder, String... arguments) throws IOException, InterruptedException {
        LabProcess lab = start(folder, arguments);
        lab.await(Duration.ofMinutes(3));
        return lab;
    }

    /** Its exit status, once it has ended. */
    int await(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the lab has not ended; it printed:\n" + text());
        }
        return process.exitValue();
    }

    int status() {
        return process.exitValue();
    }

    Process process() {
        return process;
    }

    /** What it has printed so far. */
    String text() {
        try {
            return Files.readString(output, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
