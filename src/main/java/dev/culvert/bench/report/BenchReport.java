package dev.culvert.bench.report;

import dev.culvert.bench.arm.Upkeep;
import dev.culvert.bench.trial.Ledger;
import dev.culvert.lab.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the bench found, in all its forms. */
public final class BenchReport {
    private final Scene scene;
    private final Ledger ledger;
    private final List<Upkeep> upkeep;

    /**
     * @param scene where and how it was measured
     * @param ledger what was measured
     * @param upkeep what the switches cost when they have nothing to do
     */
    public BenchReport(Scene scene, Ledger ledger, List<Upkeep> upkeep) {
        this.scene = scene;
        this.ledger = ledger;
        this.upkeep = List.copyOf(upkeep);
    }

    /**
     * The tables for people.
     *
     * @param unicode whether characters beyond ASCII may be in them
     * @return lines
     */
    public List<String> lines(boolean unicode) {
        return new TextReport(scene, ledger, upkeep, unicode).lines();
    }

    /**
     * Writes {@code bench.json}, with every trial, and {@code bench.html}.
     *
     * @param folder where; it is made if need be
     * @return the JSON file
     * @throws LabException if they cannot be written
     */
    public Path write(Path folder) throws LabException {
        Path json = folder.resolve("bench.json");
        try {
            Files.createDirectories(folder);
            Files.writeString(json, new JsonReport(scene, ledger, upkeep).text());
            Files.writeString(folder.resolve("bench.html"), new HtmlReport(scene, ledger, upkeep).text());
            return json;
        } catch (IOException e) {
            throw new LabException("the figures cannot be written: " + e.getMessage(), e);
        }
    }
}
