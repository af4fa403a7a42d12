package dev.culvert.lab;

import dev.culvert.tools.Program;
import java.io.PrintStream;

/** {@code culvert lab}. */
public final class LabProgram implements Program {
    @Override
    public String name() {
        return "lab";
    }

    @Override
    public String summary() {
        return "two boxes and a network across them, built, measured and taken away";
    }

    @Override
    public int run(String[] arguments, PrintStream out, PrintStream err) {
        return Choices.execute(new LabCommand(out), "culvert lab", arguments, out, err);
    }
}
