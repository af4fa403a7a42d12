package dev.culvert.tools.vsctl;

import dev.culvert.jsonrpc.StrayBytes;
import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.Schemas;
import dev.culvert.stream.Directories;
import dev.culvert.tools.vsctl.CommandSyntax.Mode;
import dev.culvert.unixctl.program.Versions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The program ovs-vsctl; ovs-vsctl(8). It prints and exits as the one of Open vSwitch 3.1 does, save for its help, which is in
 * words of its own, and for what later versions have mended: a port that could not be set up makes it exit with 65.
 */
public final class Vsctl {
    /** The name that its messages begin with. */
    static final String NAME = "ovs-vsctl";

    private static final int SUCCESS = 0;
    /** sysexits.h's EX_DATAERR. */
    private static final int DATA_ERROR = 65;

    /** A pre-shared key in a word of the command line, such as {@code options:psk=…} or {@code options={psk=…,…}}. */
    private static final Pattern SECRET = Pattern.compile("\\b(psk\"?\\s*=).*", Pattern.DOTALL);

    private final PrintStream out;
    private final PrintStream err;
    private final Directories directories = Directories.fromEnvironment();
    private final Log log;

    private Vsctl(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
        this.log = new Log(err, directories);
    }

    /**
     * Runs the program in this process.
     *
     * @param args the command line without the program's name
     * @param out standard output; UTF-8 is written, whatever its charset
     * @param err standard error, likewise
     * @return the exit status: 0, 1 for errors, 2 for a bridge that does not exist, 65 for a port that could not be set up, 142
     *     when the time given by {@code --timeout} is over
     */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        Vsctl program = new Vsctl(out, err);
        int status;
        try {
            status = program.run(List.of(args));
        } catch (Fatal e) {
            if (e.status() == Fatal.TIMED_OUT) {
                program.log.warn(Log.SIGNAL, "terminating with signal 14 (Alarm clock)");
            }
            program.complain(e.line());
            status = e.status();
        }
        out.flush();
        err.flush();
        return status;
    }

    private void complain(String line) {
        if (!line.isEmpty()) {
            print(err, NAME + ": " + line + "\n");
        }
    }

    private static void print(PrintStream stream, String text) {
        byte[] bytes = StrayBytes.bytes(text);
        stream.write(bytes, 0, bytes.length);
    }

    private int run(List<String> args) {
        DatabaseSchema schema = Schemas.openVSwitch();
        BucketMap<String, CommandSyntax> syntaxes = Catalogue.of(schema, log);
        CommandParser parser = new CommandParser(syntaxes);
        Settings settings = Settings.parse(args, parser, log);
        GlobalOption information = settings.information();
        if (information != null) {
            print(out, inform(information, schema, syntaxes));
            return SUCCESS;
        }
        List<Command> commands = parser.parse(settings.words(), settings.commandOptions());
        String line = Stream.concat(Stream.of(NAME), args.stream())
                .map(Vsctl::withoutSecrets)
                .map(Command::quote)
                .collect(Collectors.joining(" "));
        if (commands.stream().anyMatch(command -> command.syntax().mode() == Mode.WRITE)) {
            log.info(Log.VSCTL, "Called as " + line);
        }
        WantedColumns wanted = new WantedColumns().table("Open_vSwitch");
        if (settings.waitForSwitch()) {
            wanted.columns("Open_vSwitch", "cur_cfg");
        }
        commands.forEach(command -> command.syntax().prepare().declare(command, wanted));
        String database = Objects.requireNonNullElse(settings.database(), defaultDatabase());
        try (Deadline deadline = new Deadline(Duration.ofSeconds(settings.timeoutSeconds()))) {
            Connector connector = new Connector(settings, database, directories, deadline, log);
            try (Session session = new Session(connector, new Replica(schema), wanted, deadline)) {
                return run(commands, NAME + " (invoked by " + parent() + "): " + line, settings, session);
            } catch (Disconnected e) {
                throw new Fatal(database + ": database connection failed (" + e.reason() + ")");
            }
        }
    }

    /** A word of the command line as it may be logged: a pre-shared key, and whatever is behind it, is not in it. */
    private static String withoutSecrets(String word) {
        return SECRET.matcher(word).replaceFirst("$1(not shown)");
    }

    private String defaultDatabase() {
        return "unix:" + directories.databaseSocket();
    }

    private String inform(GlobalOption option, DatabaseSchema schema, BucketMap<String, CommandSyntax> syntaxes) {
        StringBuilder text = new StringBuilder();
        switch (option) {
            case HELP -> Help.print(schema, defaultDatabase(), text);
            case COMMANDS -> syntaxes.forEach(entry -> text.append(entry.value().listing()));
            case OPTIONS ->
                Stream.of(GlobalOption.values()).map(GlobalOption::listing).forEach(text::append);
            default ->
                text.append(Versions.line(NAME))
                        .append("\nDB Schema ")
                        .append(schema.version())
                        .append('\n');
        }
        return text.toString();
    }

    /** Who started the program: the first word of the parent's command line, or its process where that has no words. */
    private static String parent() {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"), StandardCharsets.ISO_8859_1);
            // The second field is a name in parentheses, which may hold anything; the fourth is the parent.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 3);
            String line = Files.readString(Path.of("/proc", fields[1], "cmdline"), StandardCharsets.ISO_8859_1);
            int end = line.indexOf('\0');
            return end < 0 ? line + " (pid " + fields[1] + ")" : line.substring(0, end);
        } catch (IOException e) {
            return "init (pid 0)";
        }
    }

    private int run(List<Command> commands, String comment, Settings settings, Session session) throws Disconnected {
        Replica replica = session.replica();
        session.open(settings.retry());
        while (true) {
            int generation = replica.generation();
            try {
                Attempt attempt = new Attempt(replica, comment, settings, log);
                Attempt.Outcome outcome = attempt.run(commands, session);
                if (outcome != Attempt.Outcome.AGAIN) {
                    attempt.finish();
                    printOutput(attempt, settings);
                    boolean wait = settings.waitForSwitch() && outcome == Attempt.Outcome.COMMITTED;
                    return wait ? awaitSwitch(attempt, session) : SUCCESS;
                }
                while (generation == replica.generation()) {
                    session.await();
                }
            } catch (Disconnected e) {
                if (!settings.retry()) {
                    throw e;
                }
                session.open(true);
            }
        }
    }

    private void printOutput(Attempt attempt, Settings settings) {
        TablePrinter tables = new TablePrinter(settings.style());
        StringBuilder text = new StringBuilder();
        for (Context context : attempt.contexts()) {
            Table table = context.table();
            String output = context.output().toString();
            if (table != null) {
                tables.print(table, text);
            } else if (settings.oneline()) {
                String chomped = output.endsWith("\n") ? output.substring(0, output.length() - 1) : output;
                text.append(chomped.replace("\\", "\\\\").replace("\n", "\\n")).append('\n');
            } else {
                text.append(output);
            }
        }
        print(out, text.toString());
        out.flush();
    }

    /** Waits until the switch has taken the configuration over, through restarts of the database server. */
    private int awaitSwitch(Attempt attempt, Session session) {
        while (!attempt.isConfigured()) {
            try {
                session.await();
            } catch (Disconnected e) {
                reopen(session);
            }
        }
        List<String> errors = attempt.interfaceErrors();
        if (errors.isEmpty()) {
            return SUCCESS;
        }
        errors.forEach(this::complain);
        complain("The default log directory is \"" + directories.log() + "\".");
        return DATA_ERROR;
    }

    private static void reopen(Session session) {
        try {
            session.open(true);
        } catch (Disconnected e) {
            throw new IllegalStateException("a patient session gives up only when its time is over", e);
        }
    }
}
