package dev.culvert.tools.ofctl;

import dev.culvert.openflow.Version;
import dev.culvert.openflow.connection.Reasons;
import dev.culvert.openflow.message.StatsRequest;
import dev.culvert.stream.Directories;
import dev.culvert.stream.Tls;
import dev.culvert.unixctl.program.GetOpt.UsageException;
import dev.culvert.unixctl.program.Versions;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The {@code ovs-ofctl} program (ovs-ofctl(8)), its commands that look at a switch. What it prints is what the original prints,
 * and its exit status too: 0, or 1 with a line that says why, or 142 if time ran out.
 */
public final class Ofctl {
    /** What the program calls itself: scripts look for the original's name in its errors. */
    static final String NAME = "ovs-ofctl";

    private static final int TIMED_OUT = 128 + 14;

    private final Settings settings;
    private final PrintStream out;
    private final List<Command> commands;

    private Ofctl(Settings settings, Directories directories, PrintStream out, PrintStream err) {
        this.settings = settings;
        this.out = out;
        Dialer dialer = new Dialer(directories, settings.versions(), new Tls(settings.tls()));
        DumpCommands dump = new DumpCommands(settings, dialer, out);
        LineCommands line = new LineCommands(settings, dialer, out, err);
        this.commands = List.of(
                new Command("show", "switch", "its identity, ports and settings", 1, 1, dump::show),
                new Command("snoop", "switch", "what it and its controller say", 1, 1, line::snoop),
                new Command(
                        "dump-desc",
                        "switch",
                        "who made it",
                        1,
                        1,
                        words -> dump.dump(words, new StatsRequest.Description())),
                new Command(
                        "dump-tables",
                        "switch",
                        "its tables' counters",
                        1,
                        1,
                        words -> dump.dump(words, new StatsRequest.Tables())),
                new Command("dump-flows", "switch [flow]", "its flows", 1, 2, dump::flows),
                new Command("dump-aggregate", "switch [flow]", "the sum over flows", 1, 2, dump::aggregate),
                new Command("queue-stats", "switch [port [queue]]", "its queues' counters", 1, 3, dump::queues),
                new Command("dump-ports", "switch [port]", "its ports' counters", 1, 2, dump::ports),
                new Command("dump-ports-desc", "switch [port]", "its ports", 1, 2, dump::portDescriptions),
                new Command("get-frags", "switch", "what it does with IP fragments", 1, 1, dump::fragments),
                new Command("probe", "target", "whether it answers", 1, 1, line::probe),
                new Command("ping", "target [n]", "how fast it echoes n bytes", 1, 2, line::ping),
                new Command("help", "", "this text", 0, Integer.MAX_VALUE, _ -> out.print(help())),
                new Command("list-commands", "", "the commands alone", 0, Integer.MAX_VALUE, _ -> listCommands()));
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
        try {
            new Ofctl(Settings.parse(List.of(arguments), directories), directories, out, err).runCommand();
            return 0;
        } catch (Settings.Immediately immediately) {
            out.print(immediately.action() == Settings.Action.VERSION ? version() : usage(directories, out, err));
            return 0;
        } catch (UsageException | OfctlException e) {
            return fail(String.valueOf(e.getMessage()), out, err);
        } catch (IOException e) {
            return fail("transaction failed (" + Reasons.of(e) + ")", out, err);
        } finally {
            out.flush();
        }
    }

    private static int fail(String message, PrintStream out, PrintStream err) {
        out.flush();
        err.println(NAME + ": " + message);
        return 1;
    }

    private void runCommand() throws OfctlException, IOException {
        if (settings.words().isEmpty()) {
            throw new OfctlException("missing command name; use --help for help");
        }
        if (settings.seconds() > 0) {
            startAlarm(Duration.ofSeconds(settings.seconds()));
        }
        String name = settings.words().getFirst();
        Command command = commands.stream()
                .filter(c -> c.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new OfctlException("unknown command '" + name + "'; use --help for help"));
        command.run(settings.words().subList(1, settings.words().size()));
    }

    /** Ends the process when time is out, as SIGALRM ends the original: from whatever it is waiting for. */
    private void startAlarm(Duration time) {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                Thread.sleep(time);
            } catch (InterruptedException e) {
                return;
            }
            System.getLogger("fatal_signal")
                    .log(System.Logger.Level.WARNING, "terminating with signal 14 (Alarm clock)");
            out.flush();
            Runtime.getRuntime().halt(TIMED_OUT);
        });
    }

    private static String version() {
        return Versions.line(NAME) + "\nOpenFlow versions 0x1:0x" + Version.values().length + "\nCulvert "
                + Versions.CULVERT + "\n";
    }

    private static String usage(Directories directories, PrintStream out, PrintStream err) {
        try {
            return new Ofctl(Settings.parse(List.of(), directories), directories, out, err).help();
        } catch (UsageException | OfctlException | Settings.Immediately e) {
            throw new IllegalStateException(e); // an empty command line cannot be wrong
        }
    }

    private String help() {
        StringBuilder text = new StringBuilder("usage: " + NAME + " [OPTION...] COMMAND [ARGUMENT...]\n\n");
        text.append("Commands, where a switch is a bridge's name, a socket, or unix:FILE or tcp:HOST[:PORT]:\n");
        for (Command command : commands) {
            String left = command.name() + " " + command.usage();
            text.append(String.format(Locale.ROOT, "  %-34s %s%n", left, command.summary()));
        }
        return text.append("""

                Options:
                  -O, --protocols=VERSION[,VERSION]  OpenFlow10 (the default) to OpenFlow15
                  -F, --flow-format=FORMAT           how OpenFlow 1.0 flows are asked for: NXM or OpenFlow10
                  -t, --timeout=SECONDS              give up after so long
                  -m, --more                         print payloads too
                  --names, --no-names                ports by name, or by number
                  --stats, --no-stats                flows with their counters, or without
                  --sort[=FIELD], --rsort[=FIELD]    flows in order, least or greatest first
                  --timestamp                        with snoop, the time of each message
                  -v, --verbose[=SPEC], --log-file[=FILE]
                  -h, --help
                  -V, --version
                """).toString();
    }

    private void listCommands() {
        out.println("The available commands are:");
        for (Command command : commands) {
            out.println(String.format(Locale.ROOT, "  %-23s %s", command.name(), command.usage()));
        }
    }
}
