package dev.culvert.tools;

import java.io.PrintStream;

/**
 * A program that {@code culvert} can start although its room lies above this one, such as the lab: it is named in
 * {@code META-INF/services/dev.culvert.tools.Program}.
 */
public interface Program {
    /** The word after {@code culvert} that starts it. */
    String name();

    /** What it does, in a few words for {@code culvert --help}. */
    String summary();

    /**
     * Runs it.
     *
     * @param arguments those after its name
     * @return the exit status
     */
    int run(String[] arguments, PrintStream out, PrintStream err);
}
