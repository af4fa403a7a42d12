package dev.culvert.vswitch.daemon;

import dev.culvert.stream.Directories;
import dev.culvert.stream.ListenAddress;
import dev.culvert.stream.StreamAddress;
import dev.culvert.stream.StreamException;
import dev.culvert.stream.TlsFiles;
import dev.culvert.unixctl.UnixctlServer;
import dev.culvert.unixctl.program.GetOpt;
import dev.culvert.unixctl.program.GetOpt.Argument;
import dev.culvert.unixctl.program.GetOpt.Given;
import dev.culvert.unixctl.program.GetOpt.Option;
import dev.culvert.unixctl.program.GetOpt.UsageException;
import dev.culvert.unixctl.program.LogOptions;
import dev.culvert.unixctl.program.TlsOptions;
import dev.culvert.unixctl.program.Versions;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Understands ovs-vswitchd's command line (ovs-vswitchd(8)), and {@code --remote} as ovsdb-server(1) has it. */
final class DaemonCommandLine {
    private static final Logger LOG = System.getLogger("vswitchd");

    /** The remotes of the Manager table, as the scripts that start ovsdb-server name them. */
    private static final String MANAGERS = "db:Open_vSwitch,Open_vSwitch,manager_options";

    /** In the order of the original, which its message about an ambiguous option shows. */
    private static final List<Option> OPTIONS = options();

    private final Directories directories;
    private final List<StreamAddress> remotes = new ArrayList<>();
    private @Nullable Path pidFile;
    private boolean overwritePidFile;
    private @Nullable Path controlSocket;
    private TlsFiles tls = TlsFiles.NONE;
    private boolean detach;
    private boolean disableSystem;
    private boolean allowKeyExport;
    private @Nullable ListenAddress metrics;
    private @Nullable ListenAddress web;
    private boolean webCapture;

    /** What a command line asks for. */
    sealed interface Request {
        /** Run. */
        record Run(DaemonOptions options) implements Request {}

        /** Print something and end well. */
        record Print(String text) implements Request {}
    }

    private DaemonCommandLine(Directories directories) {
        this.directories = directories;
        this.controlSocket = UnixctlServer.defaultPath(directories.run(), Daemon.PROGRAM);
    }

    private static List<Option> options() {
        List<Option> options = new ArrayList<>(List.of(
                new Option("help", 'h', Argument.NONE),
                new Option("version", 'V', Argument.NONE),
                Option.of("mlockall", Argument.NONE),
                Option.of("unixctl", Argument.REQUIRED),
                Option.of("detach", Argument.NONE),
                Option.of("no-chdir", Argument.NONE),
                Option.of("pidfile", Argument.OPTIONAL),
                Option.of("overwrite-pidfile", Argument.NONE),
                Option.of("monitor", Argument.NONE),
                Option.of("user", Argument.REQUIRED)));
        options.addAll(LogOptions.ALL);
        options.addAll(TlsOptions.ALL);
        options.addAll(List.of(
                Option.of("enable-dummy", Argument.OPTIONAL),
                Option.of("disable-system", Argument.NONE),
                Option.of("disable-system-route", Argument.NONE),
                Option.of("dpdk", Argument.OPTIONAL),
                Option.of("remote", Argument.REQUIRED),
                Option.of("allow-key-export", Argument.NONE),
                Option.of("metrics", Argument.REQUIRED),
                Option.of("web", Argument.REQUIRED),
                Option.of("web-capture", Argument.NONE)));
        return List.copyOf(options);
    }

    /**
     * Understands a command line. Logging options take effect at once.
     *
     * @throws UsageException if that is not possible, with what is wrong
     */
    static Request parse(List<String> arguments, Directories directories) throws UsageException {
        return new DaemonCommandLine(directories).parse(new GetOpt(OPTIONS, arguments, true));
    }

    private Request parse(GetOpt getOpt) throws UsageException {
        for (Given given = getOpt.next(); given != null; given = getOpt.next()) {
            switch (given.option().name()) {
                case "help" -> {
                    return new Request.Print(DaemonHelp.text(directories));
                }
                case "version" -> {
                    return new Request.Print(Versions.text(Daemon.PROGRAM));
                }
                default -> apply(given);
            }
        }
        List<String> operands = getOpt.operands();
        if (operands.size() > 1) {
            throw new UsageException("at most one non-option argument accepted; use --help for usage");
        }
        return new Request.Run(new DaemonOptions(
                operands.isEmpty() ? null : operands.getFirst(),
                List.copyOf(remotes),
                pidFile,
                overwritePidFile,
                controlSocket,
                tls,
                detach,
                disableSystem,
                allowKeyExport,
                metrics,
                web,
                webCapture,
                directories));
    }

    private void apply(Given given) throws UsageException {
        String name = given.option().name();
        switch (name) {
            case "unixctl" -> controlSocket = given.value().equals("none") ? null : inRunDirectory(given.value());
            case "detach" -> detach = true;
            case "pidfile" ->
                pidFile = inRunDirectory(given.argument() == null ? Daemon.PROGRAM + ".pid" : given.argument());
            case "overwrite-pidfile" -> overwritePidFile = true;
            case "disable-system" -> disableSystem = true;
            case "allow-key-export" -> allowKeyExport = true;
            case "remote" -> remote(given.value());
            case "metrics" -> metrics = listenAddress(given);
            case "web" -> web = listenAddress(given);
            case "web-capture" -> webCapture = true;
            // The launcher changes the directory; routes are the kernel's own here, and there is no other source.
            case "no-chdir", "disable-system-route" -> {}
            case "user" -> throw new UsageException("--user is not supported; start the daemon as that user");
            case "dpdk" -> throw new UsageException("Using --dpdk to configure DPDK is not supported.");
            case "enable-dummy" -> dummy(given.argument());
            default -> {
                TlsFiles named = TlsOptions.apply(name, Objects.requireNonNullElse(given.argument(), ""), tls);
                if (named != null) {
                    tls = named;
                } else if (!LogOptions.apply(given, Daemon.PROGRAM, directories)) {
                    LOG.log(Level.WARNING, "--{0} is not supported yet and has no effect", name);
                }
            }
        }
    }

    private Path inRunDirectory(String path) {
        return directories.run().resolve(path).toAbsolutePath();
    }

    private void remote(String text) throws UsageException {
        if (text.equals(MANAGERS)) {
            return; // they are served anyway
        }
        try {
            remotes.add(StreamAddress.of(text, StreamAddress.OVSDB_PORT, directories));
        } catch (StreamException e) {
            throw new UsageException("--remote: " + e.getMessage());
        }
    }

    private static ListenAddress listenAddress(Given given) throws UsageException {
        try {
            return ListenAddress.parse(given.value());
        } catch (StreamException e) {
            throw new UsageException("--" + given.option().name() + ": " + e.getMessage());
        }
    }

    private static void dummy(@Nullable String level) throws UsageException {
        if (level != null && !level.equals("override") && !level.equals("system")) {
            throw new UsageException(level + ": unknown dummy level");
        }
        LOG.log(Level.WARNING, "--enable-dummy is not supported and has no effect");
    }
}
