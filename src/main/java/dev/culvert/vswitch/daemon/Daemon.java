package dev.culvert.vswitch.daemon;

import dev.culvert.stream.Directories;
import dev.culvert.stream.StreamException;
import dev.culvert.unixctl.UnixctlCommands;
import dev.culvert.unixctl.UnixctlException;
import dev.culvert.unixctl.UnixctlServer;
import dev.culvert.unixctl.VlogCommands;
import dev.culvert.unixctl.program.GetOpt.UsageException;
import dev.culvert.unixctl.program.PidFile;
import dev.culvert.unixctl.program.PidFile.PidFileException;
import dev.culvert.unixctl.program.Versions;
import dev.culvert.vlog.Vlog;
import dev.culvert.vlog.VlogDestination;
import dev.culvert.vlog.VlogException;
import dev.culvert.vlog.VlogLevel;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The life of the daemon: command line, pidfile, control socket, switch; then it waits for the {@code exit} command or a
 * signal, and takes everything down in the opposite order.
 */
public final class Daemon {
    /** The name that pidfile, log and control socket have, and under which the stock tools look for them. */
    public static final String PROGRAM = "ovs-vswitchd";

    private static final Logger LOG = System.getLogger("vswitchd");

    /** How long {@code exit} waits for the switch to stop before it answers all the same. */
    private static final long STOP_SECONDS = 30;

    private final SwitchProgram program;
    private final PrintStream err;
    private final DaemonReady ready;
    private final CompletableFuture<Exit> exit = new CompletableFuture<>();
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** Why the daemon ends: the exit status, and whether to clean up. */
    private record Exit(int status, boolean cleanup) {}

    private Daemon(SwitchProgram program, PrintStream err, DaemonReady ready) {
        this.program = program;
        this.err = err;
        this.ready = ready;
    }

    /**
     * Runs the daemon until it is told to end.
     *
     * @param arguments the command line without the program's name
     * @param environment where {@code OVS_RUNDIR} and its like are looked up
     * @return the exit status: 0 after {@code exit}, 1 if it could not start, 128 and the signal's number after a signal
     */
    public static int run(
            String[] arguments,
            Map<String, String> environment,
            SwitchProgram program,
            PrintStream out,
            PrintStream err) {
        Vlog.process().setProgram(PROGRAM);
        Daemon daemon = new Daemon(program, err, DaemonReady.from(environment));
        try {
            return switch (DaemonCommandLine.parse(List.of(arguments), Directories.from(environment))) {
                case DaemonCommandLine.Request.Print print -> {
                    out.print(print.text());
                    out.flush();
                    yield 0;
                }
                case DaemonCommandLine.Request.Run run -> daemon.run(run.options());
            };
        } catch (UsageException e) {
            return daemon.refuse(String.valueOf(e.getMessage()));
        }
    }

    private int run(DaemonOptions options) {
        UnixctlCommands commands = commands();
        Signals.handle("TERM", () -> endBySignal(15, "Terminated"));
        Signals.handle("INT", () -> endBySignal(2, "Interrupt"));
        Signals.handle("HUP", Daemon::reopenLog);
        try (Closeable _ = makePidFile(options);
                Closeable _ = startServer(options, commands)) {
            LOG.log(Level.INFO, "{0} (Culvert {1})", Versions.line(PROGRAM), Versions.CULVERT);
            if (options.detach() && !ready.isAwaited()) {
                LOG.log(Level.WARNING, "--detach works with the culvert launcher only, staying in the foreground");
            }
            return live(new Context(options, commands));
        } catch (DaemonException e) {
            return refuse(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "exiting: {0}", e.getMessage());
            return 1;
        }
    }

    private int live(Context context) throws DaemonException {
        boolean cleanup = false;
        try {
            program.start(context);
            Exit end = exit.join();
            cleanup = end.cleanup();
            return end.status();
        } finally {
            try {
                program.stop(cleanup);
            } finally {
                stopped.countDown();
            }
        }
    }

    /** Ends the daemon before it has begun to work. */
    private int refuse(String reason) {
        String line = PROGRAM + ": " + reason;
        if (!ready.failed(line)) {
            err.println(line);
        }
        return 1;
    }

    private UnixctlCommands commands() {
        UnixctlCommands commands = new UnixctlCommands(Versions.line(PROGRAM));
        VlogCommands.register(commands, Vlog.process());
        commands.register("exit", "[--cleanup]", 0, 1, arguments -> {
            exit.complete(new Exit(0, arguments.equals(List.of("--cleanup"))));
            try {
                if (!stopped.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                    throw new UnixctlException("the switch is taking long to stop, see its log");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return "";
        });
        return commands;
    }

    private static Closeable makePidFile(DaemonOptions options) throws DaemonException {
        Path path = options.pidFile();
        if (path == null) {
            return () -> {};
        }
        try {
            return PidFile.create(path, options.overwritePidFile());
        } catch (PidFileException e) {
            throw new DaemonException(String.valueOf(e.getMessage()));
        }
    }

    private static Closeable startServer(DaemonOptions options, UnixctlCommands commands) throws DaemonException {
        Path path = options.controlSocket();
        if (path == null) {
            return () -> {};
        }
        try {
            return UnixctlServer.start(path, commands);
        } catch (StreamException e) {
            throw new DaemonException(path + ": could not initialize control socket (" + e.reason() + ")");
        }
    }

    private void endBySignal(int number, String name) {
        System.getLogger("fatal_signal").log(Level.WARNING, "terminating with signal {0} ({1})", number, name);
        exit.complete(new Exit(128 + number, false));
    }

    private static void reopenLog() {
        try {
            Vlog.process().reopenFile();
        } catch (VlogException e) {
            LOG.log(Level.DEBUG, "SIGHUP: {0}", e.getMessage());
        }
    }

    private final class Context implements DaemonContext {
        private final DaemonOptions options;
        private final UnixctlCommands commands;

        Context(DaemonOptions options, UnixctlCommands commands) {
            this.options = options;
            this.commands = commands;
        }

        @Override
        public DaemonOptions options() {
            return options;
        }

        @Override
        public UnixctlCommands commands() {
            return commands;
        }

        @Override
        public void ready() {
            boolean detached = ready.isAwaited();
            if (ready.ready() && detached) {
                // The terminal belongs to somebody else from now on.
                Vlog.process().setLevels(VlogDestination.CONSOLE, VlogLevel.OFF);
            }
        }

        @Override
        public void requestExit(boolean cleanup) {
            exit.complete(new Exit(0, cleanup));
        }

        @Override
        public void fail(String reason) {
            LOG.log(Level.ERROR, "{0}", reason);
            if (!exit.isDone()) {
                refuse(reason);
            }
            exit.complete(new Exit(1, false));
        }
    }
}
