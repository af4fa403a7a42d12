package dev.culvert.tools.vsctl;

import java.util.List;

/**
 * What a command looks like and what it does.
 *
 * @param name its name
 * @param minArgs the least number of arguments after the name
 * @param maxArgs the greatest
 * @param arguments their names as {@code --commands} shows them: {@code [X]} is optional, {@code X...} repeats
 * @param options the options it has: {@code --flag} and {@code --name=} joined by commas, or nothing
 * @param mode whether it may change the database
 * @param prepare names what must be known of the database before it runs
 * @param run the command itself
 * @param finish runs when the transaction has been committed
 */
record CommandSyntax(
        String name,
        int minArgs,
        int maxArgs,
        String arguments,
        String options,
        Mode mode,
        Prepare prepare,
        Run run,
        Run finish) {
    /** For {@link #maxArgs}: as many as one likes. */
    static final int UNLIMITED = Integer.MAX_VALUE;

    /** Whether a command may change the database. */
    enum Mode {
        READ,
        WRITE
    }

    /** Declares the tables and columns that a command looks at, before there is a connection. */
    interface Prepare {
        Prepare NOTHING = (command, wanted) -> {};

        /**
         * Declares what the command needs.
         *
         * @throws Fatal when the command's words name a table or a column that does not exist
         */
        void declare(Command command, WantedColumns wanted);
    }

    /** Carries a command out, or completes it. */
    interface Run {
        Run NOTHING = context -> {};

        /**
         * Does it.
         *
         * @throws Fatal with the message when it cannot be done
         */
        void run(Context context);
    }

    /** A command with nothing to do after the commit. */
    CommandSyntax(
            String name,
            int minArgs,
            int maxArgs,
            String arguments,
            String options,
            Mode mode,
            Prepare prepare,
            Run run) {
        this(name, minArgs, maxArgs, arguments, options, mode, prepare, run, Run.NOTHING);
    }

    /** The options one by one, each as in {@code --columns=}. */
    List<String> optionList() {
        return options.isEmpty() ? List.of() : List.of(options.split(",", -1));
    }

    /**
     * The line of {@code --commands}, which a shell's completion reads: every argument's name is preceded by {@code !}
     * (required), {@code ?} (optional), {@code *} (any number) or {@code +} (one or more).
     */
    String listing() {
        StringBuilder line = new StringBuilder();
        optionList().forEach(option -> line.append('[').append(option).append("] "));
        line.append(',').append(name).append(',');
        String[] words = arguments.isEmpty() ? new String[0] : arguments.split(" ", -1);
        for (int i = 0; i < words.length; i++) {
            line.append(i > 0 ? " " : "").append(marked(words[i]));
        }
        return line.append('\n').toString();
    }

    private static String marked(String word) {
        boolean repeats = word.endsWith("...");
        String one = repeats ? word.substring(0, word.length() - 3) : word;
        boolean optional = one.startsWith("[") && one.endsWith("]");
        if (optional) {
            one = one.substring(1, one.length() - 1);
        } else if (one.startsWith("[")) {
            // [KEY=]VALUE... : a required word whose beginning is optional
            return (repeats ? "+" : "!") + "?" + one.substring(1).replace("]", "");
        }
        String mark = optional ? (repeats ? "*" : "?") : repeats ? "+" : "!";
        return mark + one.replace("[", "?").replace("]", "");
    }
}
