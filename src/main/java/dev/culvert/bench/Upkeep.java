package dev.culvert.bench;

import dev.culvert.lab.SwitchKind;

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
        SwitchKind arm,
        double readySeconds,
        double showSeconds,
        double residentMegabytes,
        double residentAfterMegabytes,
        double idlePercent) {
    /**
     * The same with the memory that is resident now.
     *
     * @param megabytes in 10⁶ bytes
     * @return the completed figures
     */
    Upkeep after(double megabytes) {
        return new Upkeep(arm, readySeconds, showSeconds, residentMegabytes, megabytes, idlePercent);
    }
}
