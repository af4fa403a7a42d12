package dev.culvert.tools.vsctl;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One command of the command line.
 *
 * @param syntax which one it is
 * @param options the options given to it, by name with both dashes; the value is its argument, if it has one
 * @param words its name and its arguments
 */
record Command(CommandSyntax syntax, BucketMap<String, Optional<String>> options, List<String> words) {
    /** The word at the index; 0 is the command's name. */
    String word(int index) {
        return words.get(index);
    }

    /** The word at the index, or null when there are not as many. */
    @Nullable
    String optionalWord(int index) {
        return index < words.size() ? words.get(index) : null;
    }

    /** The last word. */
    String lastWord() {
        return words.getLast();
    }

    /** The words from the index on. */
    List<String> wordsFrom(int index) {
        return words.subList(Math.min(index, words.size()), words.size());
    }

    /** The number of words, the name among them. */
    int size() {
        return words.size();
    }

    /** Whether the option was given. */
    boolean has(String option) {
        return options.contains(option);
    }

    /** The option's argument, or null when it was not given. */
    @Nullable
    String argument(String option) {
        Optional<String> argument = options.get(option);
        return argument == null ? null : argument.orElse(null);
    }

    /** The command as it might be typed again: options without their arguments, then the words. */
    String quoted() {
        StringBuilder line = new StringBuilder();
        for (BucketMap.Entry<String, Optional<String>> option : options) {
            line.append(quote(option.key())).append(' ');
        }
        for (int i = 0; i < words.size(); i++) {
            line.append(i > 0 ? " " : "").append(quote(words.get(i)));
        }
        return line.toString();
    }

    /** The word in double quotes when a shell would take it apart, else as it is. */
    static String quote(String word) {
        boolean plain = true;
        for (int i = 0; i < word.length() && plain; i++) {
            plain = " \t\r\n\u000b\\'\"".indexOf(word.charAt(i)) < 0;
        }
        return plain ? word : '"' + word.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
