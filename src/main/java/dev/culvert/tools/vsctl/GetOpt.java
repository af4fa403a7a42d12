package dev.culvert.tools.vsctl;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads options as glibc's {@code getopt_long} does with {@code "+"}: up to the first word that is no option, long names
 * also by any beginning that is unambiguous, short ones also several in a word.
 */
final class GetOpt {
    /** Whether an option takes an argument. */
    enum Argument {
        NONE,
        REQUIRED,
        /** Only in the same word, as in {@code --verbose=dbg} or {@code -vdbg}. */
        OPTIONAL
    }

    /**
     * An option that is understood.
     *
     * @param name the long name, without dashes
     * @param letter the short name, or 0
     * @param argument whether it takes an argument
     * @param meaning what the option stands for; a beginning that fits options of one meaning is not ambiguous
     */
    record Option<M>(String name, char letter, Argument argument, M meaning) {}

    /**
     * An option that was given.
     *
     * @param option which one
     * @param argument its argument, or null
     */
    record Given<M>(Option<M> option, @Nullable String argument) {}

    /** What is done with each option given, in order. */
    interface Sink<M> {
        void accept(Given<M> given);
    }

    private GetOpt() {}

    /**
     * Reads the options at the beginning of a command line.
     *
     * @param args the words
     * @param options the options that are understood
     * @param sink called for each option as soon as it is read
     * @return the index of the first word that belongs to no option; {@code --} is skipped
     * @throws Fatal with glibc's words, for an option that is unknown, ambiguous or has no fitting argument
     */
    static <M> int parse(List<String> args, List<Option<M>> options, Sink<M> sink) {
        int i = 0;
        while (i < args.size()) {
            String word = args.get(i);
            if (word.length() < 2 || word.charAt(0) != '-') {
                return i;
            }
            i++;
            if (word.equals("--")) {
                return i;
            }
            String next = i < args.size() ? args.get(i) : null;
            boolean tookNext = word.startsWith("--")
                    ? longOption(word, next, options, sink)
                    : shortOptions(word, next, options, sink);
            if (tookNext) {
                i++;
            }
        }
        return i;
    }

    private static <M> boolean longOption(String word, @Nullable String next, List<Option<M>> options, Sink<M> sink) {
        int equals = word.indexOf('=');
        String name = word.substring(2, equals < 0 ? word.length() : equals);
        Option<M> option = find(word, name, options);
        if (equals >= 0) {
            if (option.argument == Argument.NONE) {
                throw new Fatal("option '--" + option.name + "' doesn't allow an argument");
            }
            sink.accept(new Given<>(option, word.substring(equals + 1)));
            return false;
        }
        if (option.argument != Argument.REQUIRED) {
            sink.accept(new Given<>(option, null));
            return false;
        }
        if (next == null) {
            throw new Fatal("option '--" + option.name + "' requires an argument");
        }
        sink.accept(new Given<>(option, next));
        return true;
    }

    private static <M> Option<M> find(String word, String name, List<Option<M>> options) {
        Option<M> found = null;
        List<Option<M>> rivals = new ArrayList<>();
        for (Option<M> option : options) {
            if (option.name.equals(name)) {
                return option;
            }
            if (option.name.startsWith(name)) {
                if (found == null) {
                    found = option;
                } else if (found.argument != option.argument || !found.meaning.equals(option.meaning)) {
                    rivals.add(option);
                }
            }
        }
        if (found == null) {
            throw new Fatal("unrecognized option '" + word + "'");
        }
        if (!rivals.isEmpty()) {
            StringBuilder line =
                    new StringBuilder("option '" + word + "' is ambiguous; possibilities: '--" + found.name + "'");
            rivals.forEach(rival -> line.append(" '--").append(rival.name).append('\''));
            throw new Fatal(line.toString());
        }
        return found;
    }

    private static <M> boolean shortOptions(String word, @Nullable String next, List<Option<M>> options, Sink<M> sink) {
        for (int i = 1; i < word.length(); i++) {
            Option<M> option = letter(word.charAt(i), options);
            String rest = word.substring(i + 1);
            if (option.argument == Argument.NONE) {
                sink.accept(new Given<>(option, null));
            } else if (!rest.isEmpty() || option.argument == Argument.OPTIONAL) {
                sink.accept(new Given<>(option, rest.isEmpty() ? null : rest));
                return false;
            } else if (next == null) {
                throw new Fatal("option requires an argument -- '" + option.letter + "'");
            } else {
                sink.accept(new Given<>(option, next));
                return true;
            }
        }
        return false;
    }

    private static <M> Option<M> letter(char letter, List<Option<M>> options) {
        for (Option<M> option : options) {
            if (option.letter == letter) {
                return option;
            }
        }
        throw new Fatal("invalid option -- '" + letter + "'");
    }
}
