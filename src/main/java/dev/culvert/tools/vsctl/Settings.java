package dev.culvert.tools.vsctl;

import dev.culvert.stream.TlsFiles;
import dev.culvert.unixctl.program.GetOpt;
import dev.culvert.unixctl.program.TlsOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The global options of a run; ovs-vsctl(8), "OPTIONS". */
final class Settings {
    private static final long MAX_TIMEOUT = 0xffff_ffffL;

    private final BucketMap<String, Optional<String>> commandOptions = BucketMap.byString();
    private final Log log;
    private @Nullable String database;
    private @Nullable GlobalOption information;
    private boolean wait = true;
    private boolean dryRun;
    private boolean oneline;
    private boolean retry;
    private boolean shuffle = true;
    private TlsFiles tls = TlsFiles.NONE;
    private long timeoutSeconds;
    private TableStyle style = TableStyle.DEFAULT;
    private List<String> words = List.of();

    private Settings(Log log) {
        this.log = log;
    }

    /**
     * Reads the options at the beginning of the command line.
     *
     * @param args the command line without the program's name
     * @param parser knows the options of the commands, which may stand among the global ones
     * @param log takes the options that are about logging
     * @throws Fatal for an option that does not exist or makes no sense
     */
    static Settings parse(List<String> args, CommandParser parser, Log log) {
        List<GetOpt.Option> options = new ArrayList<>();
        for (GlobalOption option : GlobalOption.values()) {
            options.add(option.toOption());
        }
        options.addAll(parser.options());
        Settings settings = new Settings(log);
        GetOpt getOpt = new GetOpt(options, args, false);
        try {
            // An option that asks for information ends the program, so what comes after it is not looked at.
            for (GetOpt.Given given = getOpt.next();
                    given != null && settings.information == null;
                    given = settings.information == null ? getOpt.next() : null) {
                settings.take(given);
            }
        } catch (GetOpt.UsageException e) {
            throw new Fatal(String.valueOf(e.getMessage()));
        }
        settings.words = getOpt.operands();
        return settings;
    }

    private void take(GetOpt.Given given) {
        String argument = given.argument();
        GlobalOption option = GlobalOption.named(given.option().name());
        if (option != null) {
            take(option, argument == null ? "" : argument);
        } else {
            commandOptions.put("--" + given.option().name(), Optional.ofNullable(argument));
        }
    }

    private void take(GlobalOption option, String argument) {
        switch (option) {
            case DB -> database = Utf8.readable(argument);
            case NO_SYSLOG, SYSLOG_TARGET, LEADER_ONLY, NO_LEADER_ONLY -> {
                // Nothing is sent to syslog, and a server that is no cluster is always its own leader.
            }
            case NO_WAIT -> wait = false;
            case DRY_RUN -> dryRun = true;
            case ONELINE -> oneline = true;
            case TIMEOUT -> timeoutSeconds = timeout(argument);
            case RETRY -> retry = true;
            case HELP, COMMANDS, OPTIONS, VERSION -> information = option;
            case SHUFFLE_REMOTES -> shuffle = true;
            case NO_SHUFFLE_REMOTES -> shuffle = false;
            case VERBOSE -> log.setLevels(argument);
            case LOG_FILE -> log.openFile(Utf8.readable(argument));
            case SYSLOG_METHOD -> checkSyslogMethod(argument);
            case FORMAT -> style = style.withFormat(argument);
            case DATA -> style = style.withCells(argument);
            case NO_HEADINGS -> style = style.withoutHeadings();
            case PRETTY -> style = style.prettily();
            case BARE -> style = style.barely();
            case MAX_COLUMN_WIDTH -> style = style.withMaxColumnWidth(CNumbers.atoi(argument));
            case PRIVATE_KEY, CERTIFICATE, CA_CERT, BOOTSTRAP_CA_CERT, SSL_PROTOCOLS, SSL_CIPHERS, PEER_CA_CERT ->
                tls = Objects.requireNonNull(TlsOptions.apply(option.toOption().name(), Utf8.readable(argument), tls));
        }
    }

    private static long timeout(String argument) {
        Long seconds = CNumbers.wholeInteger(argument);
        if (seconds == null || seconds <= 0 || seconds > MAX_TIMEOUT) {
            throw new Fatal("value " + argument + " on -t or --timeout is invalid");
        }
        return seconds;
    }

    private static void checkSyslogMethod(String method) {
        if (!method.equals("libc")
                && !method.equals("null")
                && !method.startsWith("unix:")
                && !method.startsWith("udp:")) {
            throw new Fatal("unsupported syslog method '" + method + "'");
        }
    }

    /** What to print instead of running commands, or null. */
    @Nullable
    GlobalOption information() {
        return information;
    }

    /** The words after the options: the commands. */
    List<String> words() {
        return words;
    }

    /** The options of the first command that stood among the global ones, by name with both dashes. */
    BucketMap<String, Optional<String>> commandOptions() {
        return commandOptions;
    }

    /** The database servers, joined by commas; null for the default. */
    @Nullable
    String database() {
        return database;
    }

    /** Whether to wait until the switch has taken the configuration over. */
    boolean waitForSwitch() {
        return wait;
    }

    boolean dryRun() {
        return dryRun;
    }

    /** Whether each command's output goes on one line. */
    boolean oneline() {
        return oneline;
    }

    /** Whether to try for ever to connect. */
    boolean retry() {
        return retry;
    }

    /** Whether to try several servers in random order. */
    boolean shuffle() {
        return shuffle;
    }

    /** The files for connections over TLS. */
    TlsFiles tls() {
        return tls;
    }

    /** After how many seconds to give up; 0 for never. */
    long timeoutSeconds() {
        return timeoutSeconds;
    }

    TableStyle style() {
        return style;
    }
}
