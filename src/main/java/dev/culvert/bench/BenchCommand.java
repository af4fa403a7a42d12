package dev.culvert.bench;

import dev.culvert.bench.arm.ArmKind;
import dev.culvert.bench.arm.Underlay;
import dev.culvert.bench.report.BenchReport;
import dev.culvert.bench.report.Scene;
import dev.culvert.bench.trial.Ledger;
import dev.culvert.bench.trial.Probe;
import dev.culvert.lab.Choices;
import dev.culvert.lab.Console;
import dev.culvert.lab.Encapsulation;
import dev.culvert.lab.LabException;
import dev.culvert.lab.Prerequisites;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code culvert bench}: the command line of the bench. */
@Command(
        name = "bench",
        description = {
            "Measures Culvert with and without the kernel's copy of its flow cache, the kernel's vxlan device with a",
            "bridge, Open vSwitch's userspace datapath, wireguard-go and a bare cable in the same lab, in turn, and",
            "tells how they compare. With the word ovsdb first, it compares the database server with ovsdb-server",
            "instead: culvert bench ovsdb --help."
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:all was measured", "1:something did not work", "2:wrong usage"})
final class BenchCommand implements Callable<Integer> {
    private static final int MOST = 100_000;
    private static final Pattern PREFIX = Pattern.compile("[a-z0-9-]{1,20}");

    @Option(names = "--quick", description = "a first look: three rounds of two seconds")
    private boolean quick;

    @Option(
            names = "--all",
            description = "every figure, a wire-like underlay as well, and how figures grow: some hours")
    private boolean all;

    @Option(
            names = "--encap",
            paramLabel = "KIND",
            defaultValue = "all",
            description = "gre, vxlan, geneve, gre-ipsec, gre-ipsec-udp or all, or several with commas (default: all)")
    private String encapsulations = "all";

    @Option(
            names = "--arms",
            paramLabel = "ARM",
            defaultValue = "all",
            description = {
                "culvert, userspace (Culvert without the copy in the kernel), kernel, ovs, wireguard, bare or all, or",
                "several with commas (default: all)"
            })
    private String arms = "all";

    @Option(
            names = "--figures",
            paramLabel = "FIGURE",
            description = {
                "tcp, rtt, udp, tcp8, udp1400, loaded (RTT beside TCP), connections (of TCP), stations (new MAC",
                "addresses) or all, or several with commas (default: the first three)"
            })
    private @Nullable String figures;

    @Option(
            names = "--underlay",
            paramLabel = "CABLE",
            description = "veth, wire (without offloads) or both with a comma (default: veth)")
    private @Nullable String underlays;

    @Option(
            names = "--tunnels",
            paramLabel = "N",
            description = "how figures grow with so many tunnels of one box, for instance 1,100,10000; or none")
    private @Nullable String tunnels;

    @Option(
            names = "--stations",
            paramLabel = "N",
            description = "how figures grow with so many MAC addresses, for instance 1,1000,100000; or none")
    private @Nullable String stations;

    @Option(names = "--seconds", paramLabel = "N", description = "for how long each trial is (default: 4)")
    private @Nullable Integer seconds;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "how often tcp, rtt and udp are repeated with each arm (default: 12)")
    private @Nullable Integer rounds;

    @Option(
            names = "--more-rounds",
            paramLabel = "N",
            description = "how often everything else is repeated (default: 4)")
    private @Nullable Integer moreRounds;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "lab-out",
            description = "where the figures go, as bench.json and bench.html (default: ${DEFAULT-VALUE})")
    private Path folder = Path.of("lab-out");

    @Option(
            names = "--prefix",
            paramLabel = "TEXT",
            defaultValue = "bench-",
            description = "put before the names of all namespaces (default: ${DEFAULT-VALUE})")
    private String prefix = "bench-";

    @Option(names = "--plain", description = "plain lines, without colours or moving text")
    private boolean plain;

    private final PrintStream out;

    /** @param out where progress and results go */
    BenchCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() throws LabException, InterruptedException {
        BenchOptions options = options();
        try (Console console = Console.of(out, plain)) {
            List<String> programs = new ArrayList<>(Prerequisites.LAB);
            programs.addAll(List.of("ethtool", "sysctl"));
            options.arms().forEach(arm -> programs.addAll(arm.programs()));
            Prerequisites.require(programs, console);
            Duration estimate = new Estimate(options).whole();
            console.heading("Culvert bench: the same lab, one switch after another; about " + Estimate.text(estimate));
            BenchRun run = new BenchRun(options, console);
            Ledger ledger = run.run();
            Scene scene = Scene.now(options.seconds(), options.rounds(), options.moreRounds());
            BenchReport report = new BenchReport(scene, ledger, run.upkeep());
            report.lines(console.unicode()).forEach(console::line);
            console.line("");
            console.line("Every figure is in " + report.write(options.out()) + ", with plots in bench.html beside it.");
            return ledger.failures().isEmpty() ? 0 : 1;
        }
    }

    /** What was asked for, with the rest as in the preset. */
    BenchOptions options() {
        if (quick && all) {
            throw new Choices.WrongChoice("--quick and --all exclude each other");
        }
        Preset preset = quick ? Preset.QUICK : all ? Preset.ALL : Preset.USUAL;
        if (!PREFIX.matcher(prefix).matches()) {
            throw new Choices.WrongChoice("--prefix: lower-case letters, digits and hyphens, at most 20");
        }
        return new BenchOptions(
                Choices.encapsulations("--encap", encapsulations, List.of(Encapsulation.values())),
                arms.equals("all") ? List.of(ArmKind.values()) : Choices.several(ArmKind.class, "--arms", arms),
                probes(preset),
                underlays == null ? preset.underlays() : Choices.several(Underlay.class, "--underlay", underlays),
                sizes("--tunnels", tunnels, preset.tunnels()),
                sizes("--stations", stations, preset.stations()),
                number("--seconds", seconds, preset.seconds(), 3600),
                number("--rounds", rounds, preset.rounds(), 1000),
                number("--more-rounds", moreRounds, preset.moreRounds(), 1000),
                folder,
                prefix);
    }

    private List<Probe> probes(Preset preset) {
        if (figures == null) {
            return preset.probes();
        }
        if (figures.equals("all")) {
            return Probe.CHOICE;
        }
        List<Probe> chosen = Choices.several(Probe.class, "--figures", figures);
        if (!Probe.CHOICE.containsAll(chosen)) {
            throw new Choices.WrongChoice("--figures: frames and setup come with --stations and --tunnels");
        }
        return chosen;
    }

    private static List<Integer> sizes(String option, @Nullable String text, List<Integer> otherwise) {
        if (text == null) {
            return otherwise;
        }
        if (text.equals("none")) {
            return List.of();
        }
        try {
            List<Integer> sizes = Arrays.stream(text.split(",", -1))
                    .map(Integer::valueOf)
                    .distinct()
                    .toList();
            sizes.forEach(size -> Choices.requireRange(option, size, MOST));
            return sizes;
        } catch (NumberFormatException e) {
            throw new Choices.WrongChoice(option + ": numbers with commas between them, or none");
        }
    }

    private static int number(String option, @Nullable Integer value, int otherwise, int most) {
        int chosen = value == null ? otherwise : value;
        Choices.requireRange(option, chosen, most);
        return chosen;
    }
}
