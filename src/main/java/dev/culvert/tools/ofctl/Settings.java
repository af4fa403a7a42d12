package dev.culvert.tools.ofctl;

import dev.culvert.openflow.Version;
import dev.culvert.stream.Directories;
import dev.culvert.stream.TlsFiles;
import dev.culvert.unixctl.program.GetOpt;
import dev.culvert.unixctl.program.GetOpt.Argument;
import dev.culvert.unixctl.program.GetOpt.Given;
import dev.culvert.unixctl.program.GetOpt.Option;
import dev.culvert.unixctl.program.GetOpt.UsageException;
import dev.culvert.unixctl.program.LogOptions;
import dev.culvert.unixctl.program.TlsOptions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What the command line asks for.
 *
 * @param versions the OpenFlow versions to offer
 * @param nxm whether OpenFlow 1.0 flows are asked for in Nicira's form
 * @param verbosity how often {@code --more} was given
 * @param seconds when to give up; 0 for never
 * @param names whether to print ports by their names
 * @param statistics whether to print what changes by itself
 * @param timestamps whether to print the time of each message that was listened in on
 * @param tls the files for connections over TLS
 * @param order by what to sort flows; empty for the switch's order
 * @param words the command and its arguments
 */
record Settings(
        Set<Version> versions,
        boolean nxm,
        int verbosity,
        int seconds,
        boolean names,
        boolean statistics,
        boolean timestamps,
        TlsFiles tls,
        List<SortKey> order,
        List<String> words) {
    /** The options, in the order in which the original lists them. */
    static final List<Option> OPTIONS = options();

    /** What takes effect at once: nothing else is done then. */
    enum Action {
        /** Print the help. */
        HELP,
        /** Print the versions. */
        VERSION
    }

    /** An option that ends the reading of others. */
    static final class Immediately extends Exception {
        private static final long serialVersionUID = 1L;

        private final Action action;

        Immediately(Action action) {
            super(action.name(), null, false, false);
            this.action = action;
        }

        Action action() {
            return action;
        }
    }

    private static List<Option> options() {
        List<Option> options = new ArrayList<>(List.of(
                new Option("timeout", 't', Argument.REQUIRED),
                Option.of("strict", Argument.NONE),
                Option.of("read-only", Argument.NONE),
                new Option("flow-format", 'F', Argument.REQUIRED),
                new Option("more", 'm', Argument.NONE),
                Option.of("timestamp", Argument.NONE),
                Option.of("sort", Argument.OPTIONAL),
                Option.of("rsort", Argument.OPTIONAL),
                Option.of("names", Argument.NONE),
                Option.of("no-names", Argument.NONE),
                Option.of("stats", Argument.NONE),
                Option.of("no-stats", Argument.NONE),
                new Option("help", 'h', Argument.NONE),
                new Option("version", 'V', Argument.NONE),
                new Option("protocols", 'O', Argument.REQUIRED)));
        options.addAll(LogOptions.ALL);
        options.addAll(TlsOptions.ALL);
        return List.copyOf(options);
    }

    /** Reads a command line without the program's name. */
    static Settings parse(List<String> arguments, Directories directories)
            throws UsageException, OfctlException, Immediately {
        Set<Version> versions = EnumSet.of(Version.OPENFLOW_10);
        boolean nxm = true;
        int verbosity = 0;
        int seconds = 0;
        boolean names = false;
        boolean statistics = true;
        boolean timestamps = false;
        TlsFiles tls = TlsFiles.NONE;
        List<SortKey> order = new ArrayList<>();
        GetOpt reader = new GetOpt(OPTIONS, arguments, true);
        for (Given given = reader.next(); given != null; given = reader.next()) {
            switch (given.option().name()) {
                case "timeout" -> seconds = timeout(given.value());
                case "flow-format" -> nxm = isNxm(given.value());
                case "more" -> verbosity++;
                case "timestamp" -> timestamps = true;
                case "sort" -> order.add(SortKey.parse(given.argument(), true));
                case "rsort" -> order.add(SortKey.parse(given.argument(), false));
                case "names", "no-names" -> names = given.option().name().equals("names");
                case "stats", "no-stats" -> statistics = given.option().name().equals("stats");
                case "help" -> throw new Immediately(Action.HELP);
                case "version" -> throw new Immediately(Action.VERSION);
                case "protocols" -> versions = versions(given.value());
                case "strict", "read-only" -> {
                    // both matter to commands that change flows, of which there are none yet
                }
                default -> {
                    if (!LogOptions.apply(given, Ofctl.NAME, directories)) {
                        tls = Objects.requireNonNull(
                                TlsOptions.apply(given.option().name(), given.value(), tls));
                    }
                }
            }
        }
        return new Settings(
                versions, nxm, verbosity, seconds, names, statistics, timestamps, tls, order, reader.operands());
    }

    private static int timeout(String text) throws OfctlException {
        boolean number = text.matches("[0-9]{1,9}");
        int seconds = number ? Integer.parseInt(text) : 0;
        if (seconds == 0) {
            throw new OfctlException("value " + text + " on -t or --timeout is invalid");
        }
        return seconds;
    }

    private static boolean isNxm(String format) throws OfctlException {
        return switch (format) {
            case "any", "NXM", "NXM+table_id" -> true;
            case "OpenFlow10", "OpenFlow10+table_id" -> false;
            // OpenFlow 1.1 and later have one form each, which the version chooses
            case "OpenFlow11", "OXM", "OXM-OpenFlow12", "OXM-OpenFlow13", "OXM-OpenFlow14", "OXM-OpenFlow15" -> true;
            default -> throw new OfctlException(format + ": unknown flow protocol");
        };
    }

    private static Set<Version> versions(String text) throws OfctlException {
        Set<Version> versions = EnumSet.noneOf(Version.class);
        for (String name : text.split("[, ]+", -1)) {
            if (!name.isEmpty()) {
                versions.add(Version.ofConfigName(name)
                        .orElseThrow(() -> new OfctlException("Unknown OpenFlow version: \"" + name + "\"")));
            }
        }
        return versions.isEmpty() ? EnumSet.allOf(Version.class) : versions;
    }
}
