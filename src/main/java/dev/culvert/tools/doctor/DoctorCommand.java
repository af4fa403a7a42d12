package dev.culvert.tools.doctor;

import dev.culvert.observe.doctor.Facts;
import dev.culvert.observe.doctor.Finding;
import dev.culvert.stream.Directories;
import dev.culvert.stream.StreamException;
import dev.culvert.unixctl.UnixctlClient;
import dev.culvert.unixctl.UnixctlException;
import dev.culvert.unixctl.program.ControlSocket;
import dev.culvert.unixctl.program.PidFile.PidFileException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of {@code culvert doctor}. */
@Command(
        name = "culvert doctor",
        description = {
            "Looks at a running switch, pings the other ends of its tunnels, listens to them for some seconds, and says in a line"
                    + " each what is wrong and what to do. Have something talk meanwhile: a ping that gets no answer, for"
                    + " instance.",
            "With --peer it also compares the two switches with each other."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:nothing wrong was found", "1:something was", "2:wrong usage, or a switch could not be asked"
        })
final class DoctorCommand implements Callable<Integer> {
    private final PrintStream out;
    private final PrintStream err;

    @Option(
            names = {"-t", "--target"},
            paramLabel = "TARGET",
            defaultValue = "ovs-vswitchd",
            description = "the switch: a daemon's name, its control socket, or its run directory")
    private String target = "ovs-vswitchd";

    @Option(
            names = "--peer",
            paramLabel = "TARGET",
            description = "the switch at the other end, if it is on this machine")
    private @Nullable String peer;

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "3", description = "how long to listen (default: 3)")
    private int seconds;

    DoctorCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() {
        try (UnixctlClient client = connect(target)) {
            List<String> lines = new ArrayList<>();
            if (peer != null) {
                Facts mine = Facts.parse(client.call("doctor/facts", List.of()));
                try (UnixctlClient other = connect(peer)) {
                    Facts theirs = Facts.parse(other.call("doctor/facts", List.of()));
                    mine.compare(theirs).stream().map(Finding::toString).forEach(lines::add);
                }
            }
            client.call("doctor/check", List.of("" + seconds))
                    .lines()
                    .filter(line -> !line.isBlank())
                    .forEach(lines::add);
            lines.forEach(out::println);
            if (lines.isEmpty()) {
                out.println("nothing wrong was found");
            }
            return lines.isEmpty() ? 0 : 1;
        } catch (PidFileException e) {
            return fail(String.valueOf(e.getMessage()));
        } catch (UnixctlException e) {
            return fail(String.valueOf(e.getMessage()).strip());
        } catch (IOException e) {
            return fail(StreamException.reasonOf(e));
        }
    }

    private static UnixctlClient connect(String target) throws PidFileException, StreamException {
        boolean runDirectory = target.startsWith("/") && Files.isDirectory(Path.of(target));
        return UnixctlClient.connect(
                runDirectory
                        ? ControlSocket.of("ovs-vswitchd", Directories.from(Map.of("OVS_RUNDIR", target)))
                        : ControlSocket.of(target, Directories.fromEnvironment()));
    }

    private int fail(String message) {
        err.println("culvert doctor: " + message);
        return 2;
    }
}
