package dev.culvert.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A process that cannot be mistaken for another one that got its number later.
 *
 * @param pid its process id
 * @param started when it started, in clock ticks since boot (proc(5), /proc/pid/stat field 22)
 */
public record ProcessIdentity(long pid, long started) {
    /** Field 22, counted from the one after the command's closing parenthesis, which is field 3. */
    private static final int START_TIME = 22 - 3;

    /**
     * The process that has this number now.
     *
     * @param pid a process id
     * @return its identity, or nothing if there is none
     */
    public static Optional<ProcessIdentity> of(long pid) {
        return stat(pid).map(fields -> new ProcessIdentity(pid, Long.parseLong(fields[START_TIME])));
    }

    /**
     * The process whose pid a daemon wrote down.
     *
     * @param pidfile the file
     * @return its identity
     * @throws LabException if there is no such file or no such process
     */
    public static ProcessIdentity fromPidfile(Path pidfile) throws LabException {
        try {
            long pid = Long.parseLong(Files.readString(pidfile).strip());
            return of(pid).orElseThrow(() -> new LabException("no process " + pid + " (" + pidfile + ")"));
        } catch (IOException | NumberFormatException e) {
            throw new LabException("no pid in " + pidfile, e);
        }
    }

    /**
     * The processes that were started with a variable in their environment, but for this one.
     *
     * @param variable name, equals sign and value
     * @return those whose environment this process may read
     */
    public static List<ProcessIdentity> withEnvironment(String variable) {
        List<ProcessIdentity> found = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path folder : folders) {
                long pid = Long.parseLong(folder.getFileName().toString());
                if (pid != ProcessHandle.current().pid() && environment(folder).contains(variable)) {
                    of(pid).ifPresent(found::add);
                }
            }
        } catch (IOException e) {
            return found; // no /proc, no processes
        }
        return found;
    }

    private static List<String> environment(Path folder) {
        try {
            String variables = Files.readString(folder.resolve("environ"), StandardCharsets.ISO_8859_1);
            return List.of(variables.split("\0", -1));
        } catch (IOException e) {
            return List.of(); // it has ended, or is somebody else's
        }
    }

    /** Whether it still runs. */
    public boolean alive() {
        return stat(pid)
                .filter(fields -> Long.parseLong(fields[START_TIME]) == started && !fields[0].equals("Z"))
                .isPresent();
    }

    /**
     * Ends it: SIGTERM, and SIGKILL if that has not helped in time. Does nothing when it has ended already.
     *
     * @param patience how long to wait for each
     */
    public void end(Duration patience) {
        Optional<ProcessHandle> handle = ProcessHandle.of(pid);
        if (handle.isEmpty() || !alive()) {
            return;
        }
        handle.get().destroy();
        if (!ended(patience)) {
            handle.get().destroyForcibly();
            ended(patience);
        }
    }

    /** CPU time that it has used, user and system, in clock ticks of 10 ms; 0 when it has ended. */
    public long cpuTicks() {
        return stat(pid)
                .map(fields -> Long.parseLong(fields[14 - 3]) + Long.parseLong(fields[15 - 3]))
                .orElse(0L);
    }

    /** Resident memory in bytes (VmRSS of proc(5)); 0 when it has ended. */
    public long residentBytes() {
        try (var lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    private boolean ended(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            while (alive() && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !alive();
    }

    private static Optional<String[]> stat(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            // the command's name is in parentheses and may contain anything, even ") "
            return Optional.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
