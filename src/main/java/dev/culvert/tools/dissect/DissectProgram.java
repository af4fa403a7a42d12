package dev.culvert.tools.dissect;

import dev.culvert.tools.Program;
import java.io.PrintStream;
import java.io.PrintWriter;
import picocli.CommandLine;

/** {@code culvert dissect}. */
public final class DissectProgram implements Program {
    private static final int HELP_COLUMNS = 110;

    @Override
    public String name() {
        return "dissect";
    }

    @Override
    public String summary() {
        return "the layers of captured packets: text, JSON or a page";
    }

    @Override
    public int run(String[] arguments, PrintStream out, PrintStream err) {
        CommandLine line = new CommandLine(new DissectCommand(System.in, out, err));
        line.getCommandSpec()
                .addOption(CommandLine.Model.OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("this help")
                        .build());
        line.setUsageHelpWidth(HELP_COLUMNS);
        line.setOut(new PrintWriter(out, true, out.charset()));
        line.setErr(new PrintWriter(err, true, err.charset()));
        return line.execute(arguments);
    }
}
