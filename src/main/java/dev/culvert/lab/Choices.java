package dev.culvert.lab;

import dev.culvert.tools.CommandLines;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;

/** What the command lines of the lab and the bench have in common. */
public final class Choices {
    private Choices() {}

    /** An option's value that cannot be; the message says why. */
    public static final class WrongChoice extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** @param message why it cannot be */
        public WrongChoice(String message) {
            super(message);
        }
    }

    /**
     * Parses a command line and runs its command. What goes wrong is told in one line.
     *
     * @param command a picocli command
     * @param name the command's whole name, for messages
     * @param arguments what was typed behind it
     * @param out where help goes
     * @param err where complaints go
     * @return the exit status: 1 if something did not work, 2 if the command line is wrong
     */
    public static int execute(Object command, String name, String[] arguments, PrintStream out, PrintStream err) {
        CommandLine line = CommandLines.of(command, out, err);
        line.setCommandName(name);
        line.setExecutionExceptionHandler((failure, where, parsed) -> {
            if (failure instanceof LabException || failure instanceof WrongChoice) {
                err.println(name + ": " + failure.getMessage());
                return failure instanceof WrongChoice ? 2 : 1;
            }
            throw failure;
        });
        return line.execute(arguments);
    }

    /**
     * Reads a choice of encapsulations.
     *
     * @param option the option's name
     * @param text {@code all}, or names with commas between them
     * @param all what {@code all} is
     * @return the encapsulations, each once
     */
    public static List<Encapsulation> encapsulations(String option, String text, List<Encapsulation> all) {
        return text.equals("all") ? all : several(Encapsulation.class, option, text);
    }

    /**
     * Reads a choice of switches.
     *
     * @param option the option's name
     * @param text names with commas between them
     * @return the switches, each once
     */
    public static List<SwitchKind> switches(String option, String text) {
        return several(SwitchKind.class, option, text);
    }

    /**
     * Refuses a number that is out of range.
     *
     * @param option the option's name
     * @param value its value
     * @param maximum the largest that may be; the smallest is 1
     */
    public static void requireRange(String option, int value, int maximum) {
        if (value < 1 || value > maximum) {
            throw new WrongChoice(option + " must be between 1 and " + maximum);
        }
    }

    /**
     * Reads a choice of an enumeration's constants, which are named in lower case and with hyphens.
     *
     * @param <E> the enumeration
     * @param type the enumeration
     * @param option the option's name
     * @param text names with commas between them
     * @return the constants, each once, in the order in which they were named
     */
    public static <E extends Enum<E>> List<E> several(Class<E> type, String option, String text) {
        List<E> values = new ArrayList<>();
        for (String name : new LinkedHashSet<>(Arrays.asList(text.split(",", -1)))) {
            values.add(Arrays.stream(type.getEnumConstants())
                    .filter(value -> value.name()
                            .toLowerCase(Locale.ROOT)
                            .replace('_', '-')
                            .equals(name))
                    .findFirst()
                    .orElseThrow(() -> new WrongChoice(option + ": there is no '" + name + "'")));
        }
        return values;
    }
}
