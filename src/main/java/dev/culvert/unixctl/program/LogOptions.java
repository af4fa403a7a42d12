package dev.culvert.unixctl.program;

import dev.culvert.stream.Directories;
import dev.culvert.unixctl.program.GetOpt.Argument;
import dev.culvert.unixctl.program.GetOpt.Given;
import dev.culvert.unixctl.program.GetOpt.Option;
import dev.culvert.unixctl.program.GetOpt.UsageException;
import dev.culvert.vlog.Vlog;
import dev.culvert.vlog.VlogException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The logging options of every Open vSwitch program. */
public final class LogOptions {
    /** {@code -v}, {@code --log-file} and those for syslog, which are accepted and do nothing. */
    public static final List<Option> ALL = List.of(
            new Option("verbose", 'v', Argument.OPTIONAL),
            Option.of("log-file", Argument.OPTIONAL),
            Option.of("syslog-method", Argument.REQUIRED),
            Option.of("syslog-target", Argument.REQUIRED));

    private LogOptions() {}

    /**
     * Does what a logging option asks for, at once, as Open vSwitch does.
     *
     * @param program names the log file where the option does not
     * @return false if it is some other option
     * @throws UsageException if the levels make no sense or the file cannot be opened
     */
    public static boolean apply(Given given, String program, Directories directories) throws UsageException {
        switch (given.option().name()) {
            case "verbose" -> setLevels(given.argument() == null ? "" : given.argument());
            case "log-file" -> {
                // As a shell user means it: from where the program was started, not from the log directory.
                String file = given.argument();
                openFile(file == null ? directories.log().resolve(program + ".log") : Path.of(file));
            }
            case "syslog-method", "syslog-target" -> {}
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void setLevels(String spec) throws UsageException {
        try {
            Vlog.process().set(spec);
        } catch (VlogException e) {
            throw new UsageException("processing \"" + spec + "\": " + e.getMessage());
        }
    }

    private static void openFile(Path path) throws UsageException {
        try {
            Vlog.process().openFile(path.toAbsolutePath());
        } catch (IOException e) {
            // The log has said why, on the console.
            throw new UsageException("cannot open log file " + path);
        }
    }
}
