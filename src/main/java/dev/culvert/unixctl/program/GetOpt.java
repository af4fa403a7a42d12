package dev.culvert.unixctl.program;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a command line as getopt_long(3) of the GNU C library does, in its words where something is wrong: long options
 * may be shortened while they stay unique, short ones may be joined, {@code --} ends them. Options are handed out one
 * by one, since {@code --help} takes effect before an error that comes after it.
 */
public final class GetOpt {
    /** Whether an option has an argument. */
    public enum Argument {
        /** It has none. */
        NONE,
        /** It has one: what follows, joined or as the next word. */
        REQUIRED,
        /** It may have one, joined only: {@code --name=ARG} or {@code -nARG}. */
        OPTIONAL
    }

    /**
     * An option that a program knows.
     *
     * @param name without the dashes; empty for an option that has a letter only
     * @param letter the short form, 0 if there is none. Long options with one letter are the same option
     */
    public record Option(String name, char letter, Argument argument) {
        /** A long option without a short form. */
        public static Option of(String name, Argument argument) {
            return new Option(name, (char) 0, argument);
        }

        private boolean means(Option other) {
            return argument == other.argument && letter != 0 && letter == other.letter;
        }
    }

    /**
     * An option on the command line.
     *
     * @param argument null if there is none
     */
    public record Given(Option option, @Nullable String argument) {
        /** The argument of an option that requires one. */
        public String value() {
            if (argument == null) {
                throw new IllegalStateException("--" + option.name() + " has no argument");
            }
            return argument;
        }
    }

    /** A command line that cannot be understood; the message lacks the program's name. */
    public static final class UsageException extends Exception {
        /** A refusal in the C library's or Open vSwitch's words. */
        public UsageException(String message) {
            super(message);
        }
    }

    private final List<Option> known;
    private final List<String> words;
    private final boolean permute;
    private final List<String> operands = new ArrayList<>();
    private int next;
    private String cluster = "";

    /**
     * Begins to read.
     *
     * @param known the options that the program knows
     * @param words the command line without the program's name
     * @param permute whether options may follow operands; otherwise the first operand ends the options
     */
    public GetOpt(List<Option> known, List<String> words, boolean permute) {
        this.known = List.copyOf(known);
        this.words = List.copyOf(words);
        this.permute = permute;
    }

    /**
     * The next option, or null if there is none left.
     *
     * @throws UsageException if it is unknown, ambiguous, or has an argument too many or too few
     */
    public @Nullable Given next() throws UsageException {
        if (!cluster.isEmpty()) {
            return shortOption();
        }
        while (next < words.size()) {
            String word = words.get(next++);
            if (word.equals("--")) {
                break;
            } else if (word.startsWith("--")) {
                return longOption(word.substring(2));
            } else if (word.startsWith("-") && word.length() > 1) {
                cluster = word.substring(1);
                return shortOption();
            }
            operands.add(word);
            if (!permute) {
                break;
            }
        }
        operands.addAll(words.subList(next, words.size()));
        next = words.size();
        return null;
    }

    /** What is no option; complete once {@link #next} has returned null. */
    public List<String> operands() {
        return List.copyOf(operands);
    }

    private Given longOption(String text) throws UsageException {
        int equals = text.indexOf('=');
        String name = equals < 0 ? text : text.substring(0, equals);
        String argument = equals < 0 ? null : text.substring(equals + 1);
        Option option = find(name, text);
        if (argument != null && option.argument() == Argument.NONE) {
            throw new UsageException("option '--" + option.name() + "' doesn't allow an argument");
        }
        if (argument == null && option.argument() == Argument.REQUIRED) {
            if (next == words.size()) {
                throw new UsageException("option '--" + option.name() + "' requires an argument");
            }
            argument = words.get(next++);
        }
        return new Given(option, argument);
    }

    private Option find(String name, String text) throws UsageException {
        List<Option> candidates = new ArrayList<>();
        for (Option option : known) {
            if (option.name().equals(name) && !name.isEmpty()) {
                return option;
            } else if (option.name().startsWith(name) && !option.name().isEmpty()) {
                candidates.add(option);
            }
        }
        if (candidates.isEmpty()) {
            throw new UsageException("unrecognized option '--" + text + "'");
        }
        Option first = candidates.getFirst();
        // Others that mean the same as the first are neither in its way nor worth a mention.
        candidates.removeIf(other -> !other.equals(first) && first.means(other));
        if (candidates.size() > 1) {
            StringBuilder message = new StringBuilder("option '--" + text + "' is ambiguous; possibilities:");
            candidates.forEach(
                    option -> message.append(" '--").append(option.name()).append('\''));
            throw new UsageException(message.toString());
        }
        return first;
    }

    private Given shortOption() throws UsageException {
        char letter = cluster.charAt(0);
        String rest = cluster.substring(1);
        cluster = "";
        for (Option option : known) {
            if (option.letter() == letter && letter != 0) {
                return switch (option.argument()) {
                    case NONE -> {
                        cluster = rest;
                        yield new Given(option, null);
                    }
                    case OPTIONAL -> new Given(option, rest.isEmpty() ? null : rest);
                    case REQUIRED -> {
                        if (rest.isEmpty() && next == words.size()) {
                            throw new UsageException("option requires an argument -- '" + letter + "'");
                        }
                        yield new Given(option, rest.isEmpty() ? words.get(next++) : rest);
                    }
                };
            }
        }
        throw new UsageException("invalid option -- '" + letter + "'");
    }

    /** The list that {@code --option} prints, a line an option (ovs-appctl(8)). */
    public static String list(List<Option> options) {
        StringBuilder text = new StringBuilder();
        for (Option option : options) {
            String argument = switch (option.argument()) {
                case NONE -> "";
                case REQUIRED -> "ARG";
                case OPTIONAL -> "[ARG]";
            };
            if (!option.name().isEmpty()) {
                text.append("--").append(option.name());
                text.append(argument.isEmpty() ? "" : "=" + argument).append('\n');
            }
            if (option.letter() != 0) {
                text.append('-')
                        .append(option.letter())
                        .append(' ')
                        .append(argument)
                        .append('\n');
            }
        }
        return text.toString();
    }
}
