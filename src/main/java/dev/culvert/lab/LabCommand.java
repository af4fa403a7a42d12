package dev.culvert.lab;

import dev.culvert.stream.ListenAddress;
import dev.culvert.stream.StreamException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code culvert lab}: the command line of the lab. */
@Command(
        name = "lab",
        description = {
            "Joins two network namespaces (left, right) over a tunnel between two others (box1, box2),",
            "each box with a switch of its own; measures every encapsulation and prints a table."
        },
        subcommands = LabCommand.Down.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:every ping arrived", "1:something did not work", "2:wrong usage"})
final class LabCommand implements Callable<Integer> {
    @Option(
            names = "--encap",
            paramLabel = "KIND",
            defaultValue = "all",
            description = "gre, vxlan, geneve, gre-ipsec or all, or several with commas (default: all)")
    private String encapsulations = "all";

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "3",
            description = "how long to measure each throughput (default: ${DEFAULT-VALUE})")
    private int seconds = 3;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "lab-out",
            description = "where captures and figures go (default: ${DEFAULT-VALUE})")
    private Path folder = Path.of("lab-out");

    @Option(names = "--keep", description = "leave the lab up, and say what to try with it")
    private boolean keep;

    @Option(
            names = "--switch",
            paramLabel = "KIND",
            defaultValue = "culvert",
            description = {
                "the switch in the boxes: culvert, ovs or kernel; two with a comma let",
                "different switches meet (default: ${DEFAULT-VALUE})"
            })
    private String switches = "culvert";

    @Option(
            names = "--prefix",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "put before the namespaces' names, for several labs at once")
    private String prefix = "";

    @Option(
            names = "--web",
            paramLabel = "[ADDRESS:]PORT",
            arity = "0..1",
            fallbackValue = "9474",
            description = {
                "show the boxes with Culvert live on a page, until the lab is interrupted",
                "(default: port ${FALLBACK-VALUE} of loopback)"
            })
    private @Nullable String web;

    @Option(names = "--plain", description = "plain lines, without colours or moving text")
    private boolean plain;

    private final PrintStream out;

    /** @param out where progress and results go */
    LabCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() throws LabException, InterruptedException {
        LabOptions options = options();
        try (Console console = Console.of(out, plain)) {
            List<String> programs = new ArrayList<>(Prerequisites.LAB);
            programs.addAll(options.left().programs());
            programs.addAll(options.right().programs());
            if (options.encapsulations().stream().anyMatch(Encapsulation::isProtected)) {
                programs.add("tshark");
            }
            Prerequisites.require(programs, console);
            return new LabRun(options, console).run() ? 0 : 1;
        }
    }

    private LabOptions options() {
        Choices.requireRange("--seconds", seconds, 3600);
        if (!prefix.matches("[A-Za-z0-9_-]{0,16}")) {
            throw new Choices.WrongChoice("--prefix may have up to 16 letters, digits, '-' and '_'");
        }
        List<SwitchKind> kinds = Choices.switches("--switch", switches);
        if (kinds.size() > 2) {
            throw new Choices.WrongChoice("--switch takes one kind, or two for the two boxes");
        }
        List<Encapsulation> wanted =
                new ArrayList<>(Choices.encapsulations("--encap", encapsulations, Encapsulation.LAB));
        wanted.removeIf(encapsulation -> !kinds.stream().allMatch(kind -> kind.supports(encapsulation)));
        if (wanted.isEmpty()) {
            throw new Choices.WrongChoice("not both switches have " + encapsulations);
        }
        return new LabOptions(wanted, seconds, folder, keep, prefix, web(kinds), kinds.getFirst(), kinds.getLast());
    }

    private @Nullable ListenAddress web(List<SwitchKind> kinds) {
        if (web == null) {
            return null;
        }
        if (!kinds.contains(SwitchKind.CULVERT)) {
            throw new Choices.WrongChoice("--web shows boxes with Culvert, and there is none");
        }
        try {
            return ListenAddress.parse(web);
        } catch (StreamException e) {
            throw new Choices.WrongChoice("--web: " + e.getMessage());
        }
    }

    /** {@code culvert lab down}: takes a kept lab away. */
    @Command(name = "down", description = "Takes away a lab that was kept, or that was killed.")
    static final class Down implements Callable<Integer> {
        @Option(names = "--prefix", paramLabel = "TEXT", defaultValue = "", description = "the lab's prefix")
        private String prefix = "";

        @ParentCommand
        private LabCommand lab = new LabCommand(System.out);

        @Override
        public Integer call() throws LabException, InterruptedException {
            try (Console console = Console.of(lab.out, true)) {
                if (!LabSession.down(prefix, console)) {
                    console.line("There is no lab up.");
                }
                return 0;
            }
        }
    }
}
