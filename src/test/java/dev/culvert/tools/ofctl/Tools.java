package dev.culvert.tools.ofctl;

import dev.culvert.stream.Directories;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Runs the stock ovs-ofctl and ours on the same sockets. */
final class Tools {
    private static final List<String> VARIABLES = List.of("OVS_RUNDIR", "OVS_DBDIR", "OVS_LOGDIR", "OVS_SYSCONFDIR");

    private final Path directory;

    Tools(Path directory) {
        this.directory = directory;
    }

    /**
     * What a run showed, without what differs from run to run: log lines, which carry the time, ages and round trips.
     *
     * @param status the exit status
     * @param out standard output
     * @param err standard error
     */
    record Result(int status, String out, String err) {
        static Result of(int status, String out, String err) {
            return new Result(status, stable(out), stable(err));
        }

        private static String stable(String text) {
            return text.lines()
                    .filter(line -> !line.matches("\\d{4}-\\d\\d-\\d\\dT.*Z\\|\\d+\\|.*"))
                    .map(line -> line.replaceAll("duration=[0-9.]+s", "duration=?")
                            .replaceAll("(idle|hard)_age=[0-9]+", "$1_age=?")
                            .replaceAll("time=[0-9.]+ ms", "time=?"))
                    .collect(Collectors.joining("\n"));
        }
    }

    ProcessBuilder builder(String... command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        VARIABLES.forEach(variable -> builder.environment().put(variable, directory.toString()));
        return builder;
    }

    /** The stock tool. */
    Result stock(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("timeout", "15", "ovs-ofctl"));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(directory, "stock", ".out");
        Path err = Files.createTempFile(directory, "stock", ".err");
        Process process = builder(command.toArray(new String[0]))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        process.getOutputStream().close();
        return Result.of(process.waitFor(), Files.readString(out), Files.readString(err));
    }

    /** Ours, in this JVM. */
    Result ours(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Directories directories = Directories.from(
                VARIABLES.stream().collect(Collectors.toMap(variable -> variable, variable -> directory.toString())));
        int status = Ofctl.run(
                arguments,
                directories,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return Result.of(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Runs any of the stock tools to its end, which must be a good one. */
    void run(String... command) throws Exception {
        Process process = builder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("tool.out").toFile())
                .start();
        if (!process.waitFor(20, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(List.of(command) + ": " + Files.readString(directory.resolve("tool.out")));
        }
    }
}
