package dev.culvert.tools.doctor;

import dev.culvert.tools.CommandLines;
import dev.culvert.tools.Program;
import java.io.PrintStream;

/** {@code culvert doctor}. */
public final class DoctorProgram implements Program {
    @Override
    public String name() {
        return "doctor";
    }

    @Override
    public String summary() {
        return "what is wrong with a running switch, or between two";
    }

    @Override
    public int run(String[] arguments, PrintStream out, PrintStream err) {
        return CommandLines.of(new DoctorCommand(out, err), out, err).execute(arguments);
    }
}
