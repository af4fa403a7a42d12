package dev.culvert.tools.ofctl;

import java.io.IOException;
import java.util.List;

/**
 * A command of the program.
 *
 * @param name the word that calls it
 * @param usage its arguments, for lists
 * @param summary what it does, for the help
 * @param minimum the fewest arguments
 * @param maximum the most arguments
 * @param work does it
 */
record Command(String name, String usage, String summary, int minimum, int maximum, Work work) {
    /** What a command does with its arguments. */
    interface Work {
        void run(List<String> arguments) throws OfctlException, IOException;
    }

    /** Does it, if the number of arguments is right. */
    void run(List<String> arguments) throws OfctlException, IOException {
        if (arguments.size() < minimum) {
            throw new OfctlException("'" + name + "' command requires at least " + minimum + " arguments");
        } else if (arguments.size() > maximum) {
            throw new OfctlException("'" + name + "' command takes at most " + maximum + " arguments");
        }
        work.run(arguments);
    }
}
