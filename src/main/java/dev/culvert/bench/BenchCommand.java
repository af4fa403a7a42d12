package dev.culvert.bench;

import dev.culvert.lab.Choices;
import dev.culvert.lab.Console;
import dev.culvert.lab.Encapsulation;
import dev.culvert.lab.LabException;
import dev.culvert.lab.Prerequisites;
import dev.culvert.lab.SwitchKind;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code culvert bench}: the command line of the bench. */
@Command(
        name = "bench",
        description = {
            "Measures Culvert, Open vSwitch's userspace datapath, the kernel's vxlan device with a bridge and",
            "wireguard-go in the same lab, in turn, and prints how they compare. With the word ovsdb first, it",
            "compares the database server with ovsdb-server instead: culvert bench ovsdb --help."
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:all was measured", "1:something did not work", "2:wrong usage"})
final class BenchCommand implements Callable<Integer> {
    @Option(
            names = "--encap",
            paramLabel = "KIND",
            defaultValue = "all",
            description = "gre, vxlan, geneve, gre-ipsec or all, or several with commas (default: all)")
    private String encapsulations = "all";

    @Option(
            names = "--against",
            paramLabel = "KIND",
            defaultValue = "ovs,kernel,wireguard",
            description = "ovs, kernel, wireguard or several with commas (default: ${DEFAULT-VALUE})")
    private String against = "ovs,kernel,wireguard";

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "3",
            description = "how long to measure each throughput (default: ${DEFAULT-VALUE})")
    private int seconds = 3;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "4",
            description = "how often to measure each switch (default: ${DEFAULT-VALUE})")
    private int rounds = 4;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "lab-out",
            description = "where the figures go, as bench.json (default: ${DEFAULT-VALUE})")
    private Path folder = Path.of("lab-out");

    @Option(names = "--plain", description = "plain lines, without colours or moving text")
    private boolean plain;

    private final PrintStream out;

    /** @param out where progress and results go */
    BenchCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() throws LabException, InterruptedException {
        Choices.requireRange("--seconds", seconds, 3600);
        Choices.requireRange("--rounds", rounds, 1000);
        List<SwitchKind> others = Choices.switches("--against", against);
        if (others.contains(SwitchKind.CULVERT)) {
            throw new Choices.WrongChoice("--against: Culvert is measured in any case");
        }
        List<Encapsulation> kinds = Choices.encapsulations("--encap", encapsulations, Encapsulation.LAB);
        others = others.stream()
                .filter(kind -> kinds.stream().anyMatch(kind::supports))
                .toList();
        BenchOptions options = new BenchOptions(kinds, others, seconds, rounds, folder);
        try (Console console = Console.of(out, plain)) {
            List<String> programs = new ArrayList<>(Prerequisites.LAB);
            others.forEach(kind -> programs.addAll(kind.programs()));
            Prerequisites.require(programs, console);
            BenchReport report = new BenchRun(options, console).run();
            report.lines(console.unicode()).forEach(console::line);
            console.line("");
            console.line("Every figure is in " + report.write() + ".");
            return 0;
        }
    }
}
