package dev.culvert.bench.arm;

import dev.culvert.lab.LabException;
import java.util.concurrent.TimeUnit;

/**
 * What else went on when a trial began.
 *
 * @param otherLoad the share of the machine that was busy although the bench did nothing, between 0 and 1
 * @param steal the share that the hypervisor gave to others, between 0 and 1
 */
public record Conditions(double otherLoad, double steal) {
    /** Beyond this share of the machine, what else runs on it has a say in the figures. */
    public static final double NOISY = 0.1;

    private static final int LOOKS = 5;
    private static final int LOOK_MILLIS = 250;

    /**
     * Waits for a quiet moment, though not long: what else runs may run for hours.
     *
     * @return the conditions at the end
     * @throws LabException if they cannot be told
     * @throws InterruptedException if this thread is interrupted
     */
    public static Conditions settle() throws LabException, InterruptedException {
        Conditions now = look();
        for (int i = 1; i < LOOKS && !now.quiet(); i++) {
            now = look();
        }
        return now;
    }

    /** Whether nothing else has a say. */
    public boolean quiet() {
        return otherLoad <= NOISY && steal <= NOISY;
    }

    private static Conditions look() throws LabException, InterruptedException {
        MachineLoad before = MachineLoad.now();
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        MachineLoad after = MachineLoad.now();
        double total = after.totalSince(before);
        if (total <= 0) {
            return new Conditions(0, 0);
        }
        return new Conditions(after.busySince(before) / total, after.stolenSince(before) / total);
    }
}
