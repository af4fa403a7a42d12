package dev.culvert.tools.appctl;

import dev.culvert.stream.Directories;
import dev.culvert.stream.StreamException;
import dev.culvert.unixctl.UnixctlClient;
import dev.culvert.unixctl.UnixctlException;
import dev.culvert.unixctl.program.ControlSocket;
import dev.culvert.unixctl.program.GetOpt;
import dev.culvert.unixctl.program.GetOpt.Argument;
import dev.culvert.unixctl.program.GetOpt.Given;
import dev.culvert.unixctl.program.GetOpt.Option;
import dev.culvert.unixctl.program.GetOpt.UsageException;
import dev.culvert.unixctl.program.LogOptions;
import dev.culvert.unixctl.program.PidFile.PidFileException;
import dev.culvert.unixctl.program.Versions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The {@code ovs-appctl} program (ovs-appctl(8)). Its output and its exit status are those of the original: 0 if the
 * daemon did what it was told, 1 if it was not reached, 2 if it refused, 142 (as after SIGALRM) if time ran out.
 */
public final class Appctl {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int REFUSED = 2;
    private static final int TIMED_OUT = 128 + 14;

    private static final List<Option> OPTIONS = options();

    private final Directories directories;
    private final PrintStream out;
    private final PrintStream err;
    private final AtomicBoolean timedOut = new AtomicBoolean();

    /** The options, in the order in which the original lists them. */
    private static List<Option> options() {
        List<Option> options = new ArrayList<>(List.of(
                new Option("target", 't', Argument.REQUIRED),
                new Option("execute", 'e', Argument.NONE),
                new Option("help", 'h', Argument.NONE),
                new Option("option", 'o', Argument.NONE),
                new Option("version", 'V', Argument.NONE),
                new Option("timeout", 'T', Argument.REQUIRED)));
        options.addAll(LogOptions.ALL);
        return List.copyOf(options);
    }

    private Appctl(Directories directories, PrintStream out, PrintStream err) {
        this.directories = directories;
        this.out = out;
        this.err = err;
    }

    /**
     * Runs the program.
     *
     * @param arguments without the program's name
     * @return the exit status
     */
    public static int run(String[] arguments, PrintStream out, PrintStream err) {
        return run(arguments, Directories.fromEnvironment(), out, err);
    }

    /** Runs the program with directories of the caller's choice. */
    public static int run(String[] arguments, Directories directories, PrintStream out, PrintStream err) {
        Appctl appctl = new Appctl(directories, out, err);
        try {
            return appctl.parseAndCall(List.of(arguments));
        } catch (UsageException e) {
            return appctl.fail(String.valueOf(e.getMessage()));
        } finally {
            out.flush();
        }
    }

    private int parseAndCall(List<String> arguments) throws UsageException {
        GetOpt getOpt = new GetOpt(OPTIONS, arguments, false);
        String target = "ovs-vswitchd";
        int seconds = 0;
        for (Given given = getOpt.next(); given != null; given = getOpt.next()) {
            switch (given.option().name()) {
                case "target" -> target = given.value();
                case "timeout" -> seconds = timeout(given.value());
                case "help" -> {
                    out.print(AppctlHelp.TEXT);
                    return OK;
                }
                case "option" -> {
                    out.print(GetOpt.list(OPTIONS));
                    return OK;
                }
                case "version" -> {
                    out.print(Versions.text("ovs-appctl"));
                    return OK;
                }
                default -> LogOptions.apply(given, "ovs-appctl", directories);
            }
        }
        List<String> command = getOpt.operands();
        if (command.isEmpty()) {
            return fail("at least one non-option argument is required (use --help for help)");
        }
        return call(target, command, seconds);
    }

    private static int timeout(String text) throws UsageException {
        try {
            int seconds = Integer.parseInt(text);
            if (seconds > 0) {
                return seconds;
            }
        } catch (NumberFormatException e) {
            // The same as a number that makes no sense.
        }
        throw new UsageException("value " + text + " on -T or --timeout is invalid");
    }

    private int call(String target, List<String> command, int seconds) {
        Path socket;
        try {
            socket = ControlSocket.of(target, directories);
        } catch (PidFileException e) {
            return fail(String.valueOf(e.getMessage()));
        }
        try (UnixctlClient client = UnixctlClient.connect(socket)) {
            Thread timer = seconds > 0 ? startTimer(client, seconds) : null;
            try {
                out.print(client.call(command.getFirst(), command.subList(1, command.size())));
                return OK;
            } finally {
                stop(timer);
            }
        } catch (UnixctlException e) {
            err.print(e.getMessage());
            err.println("ovs-appctl: " + target + ": server returned an error");
            return REFUSED;
        } catch (StreamException e) {
            System.getLogger("unixctl").log(System.Logger.Level.WARNING, "failed to connect to {0}", socket);
            return fail("cannot connect to \"" + socket + "\" (" + e.reason() + ")");
        } catch (IOException e) {
            if (timedOut.get()) {
                System.getLogger("fatal_signal")
                        .log(System.Logger.Level.WARNING, "terminating with signal 14 (Alarm clock)");
                return TIMED_OUT;
            }
            return fail(target + ": transaction error (" + StreamException.reasonOf(e) + ")");
        }
    }

    private Thread startTimer(UnixctlClient client, int seconds) {
        return Thread.ofPlatform().daemon().start(() -> {
            try {
                Thread.sleep(seconds * 1000L);
                timedOut.set(true);
                client.close();
            } catch (InterruptedException e) {
                // The answer came in time.
            } catch (IOException e) {
                System.getLogger("unixctl").log(System.Logger.Level.DEBUG, "close: {0}", e.getMessage());
            }
        });
    }

    private static void stop(@Nullable Thread timer) {
        if (timer != null) {
            timer.interrupt();
        }
    }

    private int fail(String message) {
        err.println("ovs-appctl: " + message);
        return FAILED;
    }
}
