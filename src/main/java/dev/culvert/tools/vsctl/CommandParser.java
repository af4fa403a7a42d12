package dev.culvert.tools.vsctl;

import dev.culvert.unixctl.program.GetOpt;
import dev.culvert.unixctl.program.GetOpt.Argument;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes a command line apart into commands: {@code [option]... name [argument]...}, joined by {@code --}. The first
 * command's options may also stand among the global ones.
 */
final class CommandParser {
    private static final String NO_NAME = "missing command name (use --help for help)";

    /** All options of commands have this letter, which nobody types: options with one letter are never ambiguous. */
    private static final char SHARED_LETTER = '\u0001';

    private final BucketMap<String, CommandSyntax> syntaxes;

    /**
     * A parser.
     *
     * @param syntaxes the commands that there are, by name
     */
    CommandParser(BucketMap<String, CommandSyntax> syntaxes) {
        this.syntaxes = syntaxes;
    }

    /** The options of all commands, each once. */
    List<GetOpt.Option> options() {
        List<GetOpt.Option> options = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (BucketMap.Entry<String, CommandSyntax> entry : syntaxes) {
            for (String option : entry.value().optionList()) {
                boolean takesArgument = option.endsWith("=");
                String name = option.substring(2, option.length() - (takesArgument ? 1 : 0));
                if (!names.contains(name)) {
                    names.add(name);
                    Argument argument = takesArgument ? Argument.REQUIRED : Argument.NONE;
                    options.add(new GetOpt.Option(name, SHARED_LETTER, argument));
                }
            }
        }
        return options;
    }

    /**
     * Parses the words after the global options.
     *
     * @param words the words
     * @param first the command options that stood among the global ones; they belong to the first command
     * @return the commands, at least one
     * @throws Fatal for a word that is no command, an option that the command does not have, a wrong number of arguments
     */
    List<Command> parse(List<String> words, BucketMap<String, Optional<String>> first) {
        List<Command> commands = new ArrayList<>();
        BucketMap<String, Optional<String>> options = first;
        int start = 0;
        for (int i = 0; i <= words.size(); i++) {
            if (i < words.size() && !words.get(i).equals("--")) {
                continue;
            }
            if (i > start) {
                commands.add(parseOne(words.subList(start, i), options));
                options = BucketMap.byString();
            } else if (!options.isEmpty()) {
                throw new Fatal(NO_NAME);
            }
            start = i + 1;
        }
        if (commands.isEmpty()) {
            throw new Fatal(NO_NAME);
        }
        return commands;
    }

    private Command parseOne(List<String> words, BucketMap<String, Optional<String>> options) {
        int i = 0;
        for (; i < words.size() && words.get(i).startsWith("-"); i++) {
            String word = words.get(i);
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            if (options.contains(name)) {
                throw new Fatal("'" + word + "' option specified multiple times");
            }
            options.put(name, equals < 0 ? Optional.empty() : Optional.of(word.substring(equals + 1)));
        }
        if (i == words.size()) {
            throw new Fatal(NO_NAME);
        }
        String name = words.get(i);
        CommandSyntax syntax = syntaxes.get(name);
        if (syntax == null) {
            throw new Fatal("unknown command '" + name + "'; use --help for help");
        }
        options.forEach(option -> checkOption(syntax, option.key(), option.value()));
        checkCount(syntax, words.subList(i + 1, words.size()));
        return new Command(syntax, options, words.subList(i, words.size()));
    }

    private static void checkOption(CommandSyntax syntax, String option, Optional<String> argument) {
        // The option's text is looked for anywhere in the command's list, so "-exists" passes for "--if-exists".
        int at = syntax.options().indexOf(option);
        int end = at + option.length();
        char after = at < 0
                ? '-'
                : end < syntax.options().length() ? syntax.options().charAt(end) : ',';
        if (after != '=' && after != ',') {
            throw new Fatal("'" + syntax.name() + "' command has no '" + option + "' option");
        }
        if (after == '=' && argument.isEmpty()) {
            throw new Fatal("missing argument to '" + option + "' option on '" + syntax.name() + "' command");
        }
        if (after == ',' && argument.isPresent()) {
            throw new Fatal("'" + option + "' option on '" + syntax.name() + "' does not accept an argument");
        }
    }

    private static void checkCount(CommandSyntax syntax, List<String> arguments) {
        String quoted = "'" + syntax.name() + "' command ";
        if (arguments.size() < syntax.minArgs()) {
            throw new Fatal(quoted + "requires at least " + syntax.minArgs() + " arguments");
        }
        if (arguments.size() > syntax.maxArgs()) {
            boolean optionLate = arguments.stream().anyMatch(argument -> argument.startsWith("-"));
            throw new Fatal(quoted + "takes at most " + syntax.maxArgs() + " arguments"
                    + (optionLate
                            ? " (note that options must precede command names and follow a \"--\" argument)"
                            : ""));
        }
    }
}
