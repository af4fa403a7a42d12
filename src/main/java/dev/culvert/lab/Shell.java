package dev.culvert.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs other programs, always with a time limit, and can be closed from another thread: that ends what is running
 * and refuses what would come after, so that a teardown has the field for itself (with a shell of its own).
 */
public final class Shell implements AutoCloseable {
    /** Enough for any configuration command on a loaded machine. */
    public static final Duration LIMIT = Duration.ofSeconds(30);

    private static final Executor READERS = task -> Thread.ofVirtual().start(task);

    private final Map<String, String> common;
    private final Set<Process> live = new HashSet<>();
    private boolean closed;

    /** Makes a shell whose programs have this process's own environment. */
    public Shell() {
        this(Map.of());
    }

    /** @param common variables that every program gets in addition */
    public Shell(Map<String, String> common) {
        this.common = Map.copyOf(common);
    }

    /**
     * What a program said.
     *
     * @param command its command line, for messages
     * @param status its exit status; 124 when it was ended because of the time limit
     * @param out what it wrote to standard output
     * @param err what it wrote to standard error
     */
    public record Output(String command, int status, String out, String err) {
        /** Whether it ended with status 0. */
        public boolean succeeded() {
            return status == 0;
        }

        /**
         * This output, if the program succeeded.
         *
         * @return this
         * @throws LabException with the command and what it complained about, if it failed
         */
        public Output orThrow() throws LabException {
            if (succeeded()) {
                return this;
            }
            String reason = err.isBlank() ? out.strip() : err.strip();
            throw new LabException(command + ": " + (reason.isEmpty() ? "exit status " + status : reason));
        }
    }

    /**
     * Runs a program to its end.
     *
     * @param limit how long it may take
     * @param environment variables added to this process's own
     * @param command program and arguments
     * @return its output, whether it succeeded or not
     * @throws LabException if it cannot be started or this shell is closed
     * @throws InterruptedException if this thread is interrupted while waiting; the program is ended
     */
    public Output run(Duration limit, Map<String, String> environment, List<String> command)
            throws LabException, InterruptedException {
        Process process = start(environment, command);
        try {
            CompletableFuture<String> out = read(process.getInputStream());
            CompletableFuture<String> err = read(process.getErrorStream());
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                end(process);
            }
            int status = ended ? process.exitValue() : 124;
            refuseWhenClosed(); // what was ended from outside has nothing to tell
            String complaint = ended ? text(err) : text(err) + "\nno end after " + limit.toSeconds() + " s";
            return new Output(String.join(" ", command), status, text(out), complaint);
        } finally {
            end(process);
            forget(process);
        }
    }

    /**
     * Runs a program to its end within {@link #LIMIT} and insists on its success.
     *
     * @param command program and arguments
     * @return its output
     * @throws LabException if it fails
     * @throws InterruptedException if this thread is interrupted while waiting
     */
    public Output run(String... command) throws LabException, InterruptedException {
        return run(LIMIT, Map.of(), List.of(command)).orThrow();
    }

    /**
     * Starts a program that goes on beside this one; {@link #close} ends it if nobody else has.
     *
     * @param environment variables added to this process's own
     * @param command program and arguments
     * @return the process, whose output the caller must read
     * @throws LabException if it cannot be started or this shell is closed
     */
    public Process start(Map<String, String> environment, List<String> command) throws LabException {
        Process process = converse(environment, command);
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // it has ended already, and whoever reads its output will learn why
        }
        return process;
    }

    /**
     * Starts a program that is told more while it runs, through its standard input; {@link #close} ends it if nobody else
     * has.
     *
     * @param environment variables added to this process's own
     * @param command program and arguments
     * @return the process, whose output the caller must read
     * @throws LabException if it cannot be started or this shell is closed
     */
    public Process converse(Map<String, String> environment, List<String> command) throws LabException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(common);
        builder.environment().putAll(environment);
        builder.environment().put("LC_ALL", "C"); // the texts that are parsed are the untranslated ones
        synchronized (live) {
            refuseWhenClosed();
            try {
                Process process = builder.start();
                live.add(process);
                return process;
            } catch (IOException e) {
                throw new LabException(command.getFirst() + " cannot be started: " + e.getMessage(), e);
            }
        }
    }

    /**
     * Ends a program that {@link #start} started: politely, then by force.
     *
     * @param process the program
     */
    public void stop(Process process) {
        end(process);
        forget(process);
    }

    /**
     * A command line that runs inside a network namespace.
     *
     * @param namespace its name
     * @param command program and arguments
     * @return the whole command line
     */
    public static List<String> inside(String namespace, String... command) {
        return inside(namespace, Arrays.asList(command));
    }

    /**
     * A command line that runs inside a network namespace.
     *
     * @param namespace its name
     * @param command program and arguments
     * @return the whole command line
     */
    public static List<String> inside(String namespace, List<String> command) {
        List<String> line = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        line.addAll(command);
        return line;
    }

    @Override
    public void close() {
        List<Process> running;
        synchronized (live) {
            closed = true;
            running = List.copyOf(live);
        }
        running.forEach(Shell::end);
    }

    private void refuseWhenClosed() throws LabException {
        synchronized (live) {
            if (closed) {
                throw new LabException("interrupted");
            }
        }
    }

    private void forget(Process process) {
        synchronized (live) {
            live.remove(process);
        }
    }

    private static void end(Process process) {
        if (!process.isAlive()) {
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(2, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static CompletableFuture<String> read(InputStream stream) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (stream) {
                        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
                    } catch (IOException e) {
                        return ""; // the program was ended, and its pipe with it
                    }
                },
                READERS);
    }

    /** A daemon may have inherited the pipe of the program that started it, so its end is not waited for for ever. */
    private static String text(CompletableFuture<String> stream) throws InterruptedException {
        try {
            return stream.get(2, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return "";
        }
    }
}
