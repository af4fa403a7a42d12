package dev.culvert.tools.vsctl;

import dev.culvert.unixctl.program.GetOpt;
import dev.culvert.unixctl.program.GetOpt.Argument;
import org.jspecify.annotations.Nullable;

/** The options that stand before the first command, in the order in which {@code --options} lists them; ovs-vsctl(8). */
enum GlobalOption {
    DB("db", Argument.REQUIRED),
    NO_SYSLOG("no-syslog", Argument.NONE),
    NO_WAIT("no-wait", Argument.NONE),
    DRY_RUN("dry-run", Argument.NONE),
    ONELINE("oneline", Argument.NONE),
    TIMEOUT("timeout", 't', Argument.REQUIRED),
    RETRY("retry", Argument.NONE),
    HELP("help", 'h', Argument.NONE),
    COMMANDS("commands", Argument.NONE),
    OPTIONS("options", Argument.NONE),
    LEADER_ONLY("leader-only", Argument.NONE),
    NO_LEADER_ONLY("no-leader-only", Argument.NONE),
    SHUFFLE_REMOTES("shuffle-remotes", Argument.NONE),
    NO_SHUFFLE_REMOTES("no-shuffle-remotes", Argument.NONE),
    VERSION("version", 'V', Argument.NONE),
    VERBOSE("verbose", 'v', Argument.OPTIONAL),
    LOG_FILE("log-file", Argument.OPTIONAL),
    SYSLOG_METHOD("syslog-method", Argument.REQUIRED),
    SYSLOG_TARGET("syslog-target", Argument.REQUIRED),
    FORMAT("format", 'f', Argument.REQUIRED),
    DATA("data", 'd', Argument.REQUIRED),
    NO_HEADINGS("no-headings", Argument.NONE),
    PRETTY("pretty", Argument.NONE),
    BARE("bare", Argument.NONE),
    MAX_COLUMN_WIDTH("max-column-width", Argument.REQUIRED),
    PRIVATE_KEY("private-key", 'p', Argument.REQUIRED),
    CERTIFICATE("certificate", 'c', Argument.REQUIRED),
    CA_CERT("ca-cert", 'C', Argument.REQUIRED),
    SSL_PROTOCOLS("ssl-protocols", Argument.REQUIRED),
    SSL_CIPHERS("ssl-ciphers", Argument.REQUIRED),
    BOOTSTRAP_CA_CERT("bootstrap-ca-cert", Argument.REQUIRED),
    PEER_CA_CERT("peer-ca-cert", Argument.REQUIRED);

    private final String longName;
    private final char letter;
    private final Argument argument;

    GlobalOption(String longName, Argument argument) {
        this(longName, '\0', argument);
    }

    GlobalOption(String longName, char letter, Argument argument) {
        this.longName = longName;
        this.letter = letter;
        this.argument = argument;
    }

    /** This option as {@link GetOpt} wants it. */
    GetOpt.Option toOption() {
        return new GetOpt.Option(longName, letter, argument);
    }

    /** The option of the long name, or null: then it is a command's. */
    static @Nullable GlobalOption named(String name) {
        for (GlobalOption option : values()) {
            if (option.longName.equals(name)) {
                return option;
            }
        }
        return null;
    }

    /** The lines that {@code --options} prints of it, each ended by a newline. */
    String listing() {
        boolean takesArgument = argument != Argument.NONE;
        String line = "--" + longName + (takesArgument ? "=ARG" : "") + "\n";
        return letter == '\0' ? line : line + "-" + letter + (takesArgument ? " ARG" : "") + "\n";
    }
}
