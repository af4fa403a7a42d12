package dev.culvert.bench.arm;

import dev.culvert.lab.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * CPU time that the whole machine has used (proc(5), /proc/stat). Most of a switched packet's cost is in interrupts
 * and system calls that no single process answers for, so only the whole tells.
 *
 * @param busyTicks of all cores together, since boot, in ticks of 10 ms
 * @param totalTicks the same with the time when they were idle
 * @param stolenTicks time in which they would have worked and the hypervisor let others
 */
public record MachineLoad(long busyTicks, long totalTicks, long stolenTicks) {
    /** USER_HZ, which is 100 on every architecture that this runs on. */
    private static final double TICKS = 100;

    /** user, nice, system, idle, iowait, irq, softirq; what follows is in these already or is not this machine's. */
    private static final int COLUMNS = 7;

    private static final int IDLE = 3;
    private static final int WAITING = 4;
    private static final int STOLEN = 7;

    /**
     * The time used until now.
     *
     * @return the reading
     * @throws LabException if there is no such file
     */
    public static MachineLoad now() throws LabException {
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
        long stolen = fields.length > STOLEN + 1 ? Long.parseLong(fields[STOLEN + 1]) : 0;
        return new MachineLoad(busy, total, stolen);
    }

    /**
     * CPU seconds used between an earlier reading and this one.
     *
     * @param earlier the earlier reading
     * @return seconds of all cores together
     */
    public double busySince(MachineLoad earlier) {
        return (busyTicks - earlier.busyTicks) / TICKS;
    }

    /**
     * CPU seconds that the hypervisor took between an earlier reading and this one.
     *
     * @param earlier the earlier reading
     * @return seconds of all cores together
     */
    double stolenSince(MachineLoad earlier) {
        return (stolenTicks - earlier.stolenTicks) / TICKS;
    }

    /**
     * CPU seconds that there were between an earlier reading and this one, used or not.
     *
     * @param earlier the earlier reading
     * @return seconds of all cores together
     */
    double totalSince(MachineLoad earlier) {
        return (totalTicks - earlier.totalTicks) / TICKS;
    }
}
