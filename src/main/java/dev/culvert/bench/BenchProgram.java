package dev.culvert.bench;

import dev.culvert.bench.ovsdb.DatabaseBenchCommand;
import dev.culvert.lab.Choices;
import dev.culvert.tools.Program;
import java.io.PrintStream;
import java.util.Arrays;

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
        if (arguments.length > 0 && arguments[0].equals("ovsdb")) {
            String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
            return Choices.execute(new DatabaseBenchCommand(out), "culvert bench ovsdb", rest, out, err);
        }
        return Choices.execute(new BenchCommand(out), "culvert bench", arguments, out, err);
    }
}
