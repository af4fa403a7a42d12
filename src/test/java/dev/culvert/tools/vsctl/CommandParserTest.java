package dev.culvert.tools.vsctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.culvert.ovsdb.data.Schemas;
import dev.culvert.stream.Directories;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class CommandParserTest {
    private final Log log = new Log(new PrintStream(new ByteArrayOutputStream()), Directories.fromEnvironment());
    private final BucketMap<String, CommandSyntax> syntaxes = Catalogue.of(Schemas.openVSwitch(), log);
    private final CommandParser parser = new CommandParser(syntaxes);

    private List<Command> parse(String line) {
        Settings settings = Settings.parse(Corpus.words(line), parser, log);
        return parser.parse(settings.words(), settings.commandOptions());
    }

    private void assertRefused(String line, String message) {
        assertThatExceptionOfType(Fatal.class)
                .isThrownBy(() -> parse(line))
                .extracting(Fatal::line)
                .isEqualTo(message);
    }

    @Test
    void takesAChainApart() {
        List<Command> commands = parse("--no-wait -- --may-exist add-br a -- -- set Bridge a x=y -- show");
        assertThat(commands)
                .extracting(Command::words)
                .containsExactly(List.of("add-br", "a"), List.of("set", "Bridge", "a", "x=y"), List.of("show"));
        assertThat(commands.getFirst().has("--may-exist")).isTrue();
        assertThat(commands.getLast().has("--may-exist")).isFalse();
    }

    @Test
    void givesOptionsAmongTheGlobalOnesToTheFirstCommand() {
        List<Command> commands = parse("--if-ex --dry-run --columns name list Bridge a -- list-br");
        assertThat(commands.getFirst().argument("--columns")).isEqualTo("name");
        assertThat(commands.getFirst().has("--if-exists")).isTrue();
        assertThat(commands.getLast().has("--if-exists")).isFalse();
    }

    @Test
    void refusesWhatIsNoCommandLine() {
        assertRefused("", "missing command name (use --help for help)");
        assertRefused("-- --", "missing command name (use --help for help)");
        assertRefused("list-br -- --real", "missing command name (use --help for help)");
        assertRefused("nonsense", "unknown command 'nonsense'; use --help for help");
        assertRefused("add-br", "'add-br' command requires at least 1 arguments");
        assertRefused("list-br x", "'list-br' command takes at most 0 arguments");
        assertRefused(
                "list-br --real",
                "'list-br' command takes at most 0 arguments (note that options must precede command names and follow a"
                        + " \"--\" argument)");
        assertRefused("--may-exist del-br x", "'del-br' command has no '--may-exist' option");
        assertRefused("-- --id create QoS type=x", "missing argument to '--id' option on 'create' command");
        assertRefused("-- --real=1 list-br", "'--real' option on 'list-br' does not accept an argument");
        assertRefused("-- --real --real list-br", "'--real' option specified multiple times");
        assertRefused("--re show", "option '--re' is ambiguous; possibilities: '--retry' '--real'");
        assertRefused("-t 0 show", "value 0 on -t or --timeout is invalid");
        assertRefused("-f nonsense show", "unknown output format \"nonsense\"");
    }

    @Test
    void quotesAsAShellWould() {
        assertThat(parse("--may-exist add-bond br0 'bond 0' 'a\\b' c")
                        .getFirst()
                        .quoted())
                .isEqualTo("--may-exist add-bond br0 \"bond 0\" \"a\\\\b\" c");
    }

    @Test
    void walksCommandsInTheOrderOfTheGenuineTool() {
        List<String> names = StreamSupport.stream(syntaxes.spliterator(), false)
                .map(BucketMap.Entry::key)
                .toList();
        assertThat(names).hasSize(50).startsWith("wait-until", "add-zone-tp", "comment", "clear", "init", "create");
        assertThat(names).endsWith("br-to-vlan", "add-bond", "show");
    }

    @Test
    void listsArgumentsForCompletion() {
        String listing = StreamSupport.stream(syntaxes.spliterator(), false)
                .map(entry -> entry.value().listing())
                .collect(Collectors.joining());
        assertThat(listing)
                .contains("[--may-exist] ,add-br,!NEW-BRIDGE ?PARENT ?NEW-VLAN\n")
                .contains("[--if-exists] ,add,!TABLE !RECORD !COLUMN +?KEY=VALUE\n")
                .contains("[--if-exists] [--id=] ,get,!TABLE !RECORD *COLUMN?:KEY\n")
                .contains(",show,\n");
    }
}
