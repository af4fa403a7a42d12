package dev.culvert.bench.trial;

import dev.culvert.bench.arm.Conditions;
import dev.culvert.lab.LabException;
import java.util.Map;

/** What one contestant is measured with. */
public interface Gauge {
    /**
     * Waits for a quiet moment, though not long.
     *
     * @return what else goes on now
     * @throws LabException if that cannot be told
     * @throws InterruptedException if this thread is interrupted
     */
    Conditions settle() throws LabException, InterruptedException;

    /**
     * Takes the figures of one probe once.
     *
     * @param probe which
     * @param seconds for how long
     * @return its figures
     * @throws LabException if they cannot be taken
     * @throws InterruptedException if this thread is interrupted
     */
    Map<Metric, Double> take(Probe probe, int seconds) throws LabException, InterruptedException;

    /**
     * Leaves no traces of a probe, neither addresses nor work.
     *
     * @param probe which
     * @throws LabException if a switch does not answer
     * @throws InterruptedException if this thread is interrupted
     */
    void tidy(Probe probe) throws LabException, InterruptedException;
}
