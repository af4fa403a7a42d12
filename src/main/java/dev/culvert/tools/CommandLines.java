package dev.culvert.tools;

import java.io.PrintStream;
import java.io.PrintWriter;
import picocli.CommandLine;

/** What picocli's command lines have in common. */
public final class CommandLines {
    private static final int HELP_COLUMNS = 110;

    private CommandLines() {}

    /**
     * Makes a command line with {@code --help}, for its subcommands too.
     *
     * @param command a picocli command
     * @param out where help goes
     * @param err where complaints go
     */
    public static CommandLine of(Object command, PrintStream out, PrintStream err) {
        CommandLine line = new CommandLine(command);
        addHelp(line);
        line.getSubcommands().values().forEach(CommandLines::addHelp);
        line.setUsageHelpWidth(HELP_COLUMNS);
        line.setOut(new PrintWriter(out, true, out.charset()));
        line.setErr(new PrintWriter(err, true, err.charset()));
        return line;
    }

    private static void addHelp(CommandLine line) {
        line.getCommandSpec()
                .addOption(CommandLine.Model.OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("this help")
                        .build());
    }
}
