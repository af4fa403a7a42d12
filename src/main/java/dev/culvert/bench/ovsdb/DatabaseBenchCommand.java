package dev.culvert.bench.ovsdb;

import dev.culvert.lab.Choices;
import dev.culvert.lab.Console;
import dev.culvert.lab.LabException;
import dev.culvert.lab.Prerequisites;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code culvert bench ovsdb}: the command line of the database's bench. */
@Command(
        name = "ovsdb",
        description = {
            "Measures our database server and Debian's ovsdb-server under the same clients, in turn, and prints",
            "how they compare."
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:all was measured", "1:something did not work", "2:wrong usage"})
public final class DatabaseBenchCommand implements Callable<Integer> {
    private static final String SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema";
    private static final long LARGE = 100_000_000;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "3",
            description = "how long to measure each rate (default: ${DEFAULT-VALUE})")
    private int seconds = 3;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "how often to measure each server (default: ${DEFAULT-VALUE})")
    private int rounds = 3;

    @Option(names = "--plain", description = "plain lines, without colours or moving text")
    private boolean plain;

    private final PrintStream out;

    /** @param out where progress and results go */
    public DatabaseBenchCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() throws LabException, InterruptedException, IOException {
        Choices.requireRange("--seconds", seconds, 3600);
        Choices.requireRange("--rounds", rounds, 1000);
        try (Console console = Console.of(out, plain)) {
            Prerequisites.require(List.of("ovsdb-server", "ovsdb-tool"), console);
            Path folder = Files.createTempDirectory("culvert-bench-ovsdb-");
            try {
                run(folder, console);
            } finally {
                remove(folder);
            }
            return 0;
        }
    }

    private void run(Path folder, Console console) throws LabException, InterruptedException, IOException {
        Path empty = folder.resolve("empty.db");
        Path large = folder.resolve("large.db");
        Process tool = new ProcessBuilder("ovsdb-tool", "create", empty.toString(), SCHEMA)
                .inheritIO()
                .start();
        if (tool.waitFor() != 0) {
            throw new LabException("ovsdb-tool cannot create a database");
        }
        Files.copy(empty, large);
        LogMaker.lengthen(large, LARGE);
        Map<DatabaseArm.Kind, List<DatabaseFigures>> figures = new EnumMap<>(DatabaseArm.Kind.class);
        for (int round = 1; round <= rounds; round++) {
            for (DatabaseArm.Kind kind : DatabaseArm.Kind.values()) {
                String what = kind.title() + ", round " + round;
                console.begin(what);
                Path own = Files.createDirectory(folder.resolve(kind.name() + round));
                DatabaseFigures measured = new DatabaseTrial(kind, own, empty, large, seconds).run();
                figures.computeIfAbsent(kind, _ -> new ArrayList<>()).add(measured);
                console.done(what, "%,.0f transactions/s".formatted(measured.singleRate()));
            }
        }
        new DatabaseReport(figures).lines(console.unicode()).forEach(console::line);
    }

    private static void remove(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
