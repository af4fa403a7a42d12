package dev.culvert.bench.arm;

import dev.culvert.bench.figures.Figures;
import dev.culvert.lab.BoxSwitch;
import dev.culvert.lab.LabException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a switch costs when it has nothing to do, in one box; NaN where there is no process to measure.
 *
 * @param arm the switch
 * @param readySeconds from its start until its tool had an answer
 * @param showSeconds how long its tool takes to show the configuration, the median of several
 * @param residentMegabytes resident memory of all its processes, in 10⁶ bytes, before any load
 * @param residentAfterMegabytes the same after all load
 * @param idlePercent CPU time of all its processes while nothing happens, in percent of one core
 */
public record Upkeep(
        ArmKind arm,
        double readySeconds,
        double showSeconds,
        double residentMegabytes,
        double residentAfterMegabytes,
        double idlePercent) {
    private static final int SHOWS = 5;
    private static final Duration SETTLE = Duration.ofSeconds(3);
    private static final Duration IDLE = Duration.ofSeconds(5);

    /**
     * Measures what an arm costs when it has nothing to do.
     *
     * @param arm it, started a moment ago
     * @return the figures
     * @throws LabException if its tool does not answer
     * @throws InterruptedException if this thread is interrupted
     */
    public static Upkeep of(Arm arm) throws LabException, InterruptedException {
        if (arm.switches().isEmpty()) {
            return new Upkeep(arm.kind(), Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
        }
        BoxSwitch box = arm.switches().getFirst();
        List<Double> shows = new ArrayList<>();
        for (int i = 0; i < SHOWS; i++) {
            long before = System.nanoTime();
            box.show();
            shows.add((System.nanoTime() - before) / 1e9);
        }
        double idle = Double.NaN;
        if (!box.processes().isEmpty()) {
            TimeUnit.NANOSECONDS.sleep(SETTLE.toNanos()); // a process that has just started is not idle yet
            idle = arm.idleShare(IDLE) * 100;
        }
        return new Upkeep(
                arm.kind(), arm.readySeconds(), Figures.median(shows), arm.residentMegabytes(), Double.NaN, idle);
    }

    /**
     * The same with the memory that is resident now.
     *
     * @param megabytes in 10⁶ bytes
     * @return the completed figures
     */
    public Upkeep after(double megabytes) {
        return new Upkeep(arm, readySeconds, showSeconds, residentMegabytes, megabytes, idlePercent);
    }
}
