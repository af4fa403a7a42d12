package dev.culvert.tools.dissect;

import dev.culvert.tools.CommandLines;
import dev.culvert.tools.Program;
import java.io.PrintStream;

/** {@code culvert dissect}. */
public final class DissectProgram implements Program {
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
        return CommandLines.of(new DissectCommand(System.in, out, err), out, err)
                .execute(arguments);
    }
}
