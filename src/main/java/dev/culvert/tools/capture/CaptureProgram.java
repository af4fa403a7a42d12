package dev.culvert.tools.capture;

import dev.culvert.tools.CommandLines;
import dev.culvert.tools.Program;
import java.io.PrintStream;

/** {@code culvert capture}. */
public final class CaptureProgram implements Program {
    @Override
    public String name() {
        return "capture";
    }

    @Override
    public String summary() {
        return "what crosses a running switch, to Wireshark, a file or the eye";
    }

    @Override
    public int run(String[] arguments, PrintStream out, PrintStream err) {
        return CommandLines.of(new CaptureCommand(out, err), out, err).execute(arguments);
    }
}
