package dev.culvert.bench;

import dev.culvert.lab.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * CPU time that the whole machine has used (proc(5), /proc/stat). Most of a switched packet's cost is in interrupts
 * and system calls that no single process answers for, so only the whole tells.
 *
 * @param busyTicks of all cores together, since boot, in ticks of 10 ms
 * @param totalTicks the same with the time when they were idle
 */
record MachineLoad(long busyTicks, long totalTicks) {
    /** USER_HZ, which is 100 on every architecture that this runs on. */
    private static final double TICKS = 100;

    /** user, nice, system, idle, iowait, irq, softirq; what follows is in these already or is not this machine's. */
    private static final int COLUMNS = 7;

    private static final int IDLE = 3;
    private static final int WAITING = 4;

    /**
     * The time used until now.
     *
     * @return the reading
     * @throws LabException if there is no such file
     */
    static MachineLoad now() throws LabException {
        try {
            List<String> lines = Files.readAllLines(Path.of("/proc/stat"));
            return parse(lines.getFirst());
        } catch (IOException e) {
            throw new LabException("/proc/stat cannot be read", e);
        }
    }

    /**
     * Reads the first line of /proc/stat.
     *
     * @param line it
     * @return the reading
     * @throws LabException if it is another line
     */
    static MachineLoad parse(String line) throws LabException {
        String[] fields = line.trim().split("\\s+", -1);
        if (fields.length <= COLUMNS || !fields[0].equals("cpu")) {
            throw new LabException("/proc/stat does not begin with the sum of all cores");
        }
        long busy = 0;
        long total = 0;
        for (int i = 0; i < COLUMNS; i++) {
            long ticks = Long.parseLong(fields[i + 1]);
            total += ticks;
            busy += i == IDLE || i == WAITING ? 0 : ticks;
        }
        return new MachineLoad(busy, total);
    }

    /**
     * CPU seconds used between an earlier reading and this one.
     *
     * @param earlier the earlier reading
     * @return seconds of all cores together
     */
    double busySince(MachineLoad earlier) {
        return (busyTicks - earlier.busyTicks) / TICKS;
    }

    /**
     * Watches the machine for a moment.
     *
     * @return the share of it that is busy, between 0 and 1
     * @throws LabException if it cannot be told
     * @throws InterruptedException if this thread is interrupted
     */
    static double share() throws LabException, InterruptedException {
        MachineLoad before = now();
        TimeUnit.MILLISECONDS.sleep(300);
        MachineLoad after = now();
        double total = (after.totalTicks - before.totalTicks) / TICKS;
        return total <= 0 ? 0 : after.busySince(before) / total;
    }
}
