package dev.culvert.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Where and how it was measured.
 *
 * @param when the bench ended, in UTC
 * @param kernel its release
 * @param processor the model's name
 * @param processors how many there are
 * @param java the JVM's name and version
 * @param seconds for how long each trial was
 * @param rounds how often the headline's figures were taken
 * @param moreRounds how often the others were
 */
public record Scene(
        String when,
        String kernel,
        String processor,
        int processors,
        String java,
        int seconds,
        int rounds,
        int moreRounds) {
    /**
     * This machine, now.
     *
     * @param seconds for how long each trial was
     * @param rounds how often the headline's figures were taken
     * @param moreRounds how often the others were
     * @return the scene
     */
    public static Scene now(int seconds, int rounds, int moreRounds) {
        return new Scene(
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                processorName(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.vendor.version", System.getProperty("java.version")),
                seconds,
                rounds,
                moreRounds);
    }

    private static String processorName() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
