package dev.culvert.bench;

import dev.culvert.lab.Choices;
import dev.culvert.tools.Program;
import java.io.PrintStream;

/** {@code culvert bench}. */
public final class BenchProgram implements Program {
    @Override
    public String name() {
        return "bench";
    }

    @Override
    public String summary() {
        return "the same lab with other switches in the boxes, and how they compare";
    }

    @Override
    public int run(String[] arguments, PrintStream out, PrintStream err) {
        return Choices.execute(new BenchCommand(out), "culvert bench", arguments, out, err);
    }
}
