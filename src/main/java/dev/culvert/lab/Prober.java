package dev.culvert.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Pings from one guest to the other: round trips, fragments, and the largest packet that gets through whole. */
public final class Prober {
    /** An IPv4 header without options and an ICMP echo header, which {@code ping -s} does not count. */
    private static final int HEADERS = 20 + 8;

    /** Every host takes a packet of this size (RFC 791); below it there is nothing to look for. */
    private static final int SMALLEST_MTU = 576;

    private final Shell shell;
    private final Side from;
    private final String target;

    /**
     * @param shell what runs {@code ping}
     * @param from the side whose guest pings
     * @param target the other guest's address
     */
    public Prober(Shell shell, Side from, String target) {
        this.shell = shell;
        this.from = from;
        this.target = target;
    }

    /**
     * Pings.
     *
     * @param count requests
     * @param interval between two requests, at least 2 ms
     * @param payload bytes of echo payload; what exceeds the guest's MTU leaves in fragments
     * @return the report
     * @throws LabException if {@code ping} cannot be run
     * @throws InterruptedException if this thread is interrupted
     */
    public PingReport ping(int count, Duration interval, int payload) throws LabException, InterruptedException {
        Duration deadline = interval.multipliedBy(count).plusSeconds(3);
        List<String> options = List.of("-c", "" + count, "-w", "" + deadline.toSeconds(), "-i", seconds(interval));
        return PingReport.ofFirst(ping(deadline.plusSeconds(8), options, "-s", "" + payload), count);
    }

    /**
     * The largest IP packet that reaches the other guest without being fragmented, found by halving, as path MTU
     * discovery would in the end.
     *
     * @param deviceMtu the guest interface's own MTU, where the search begins
     * @return bytes of IP packet, -1 if not even the smallest gets through
     * @throws LabException if {@code ping} cannot be run
     * @throws InterruptedException if this thread is interrupted
     */
    public int pathMtu(int deviceMtu) throws LabException, InterruptedException {
        if (fits(deviceMtu)) {
            return deviceMtu;
        }
        int good = SMALLEST_MTU;
        int bad = deviceMtu;
        if (!fits(good)) {
            return -1;
        }
        while (bad - good > 1) {
            int middle = (good + bad) / 2;
            if (fits(middle)) {
                good = middle;
            } else {
                bad = middle;
            }
        }
        return good;
    }

    private boolean fits(int mtu) throws LabException, InterruptedException {
        List<String> options = List.of("-c", "1", "-W", "0.5", "-M", "do");
        return PingReport.parse(ping(Duration.ofSeconds(5), options, "-s", Integer.toString(mtu - HEADERS)))
                .complete();
    }

    private String ping(Duration limit, List<String> options, String... more)
            throws LabException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("ping", "-n"));
        line.addAll(options);
        line.addAll(List.of(more));
        line.add(target);
        return shell.run(limit, Map.of(), Shell.inside(from.guest(), line)).out();
    }

    private static String seconds(Duration interval) {
        return Double.toString(interval.toMillis() / 1000.0);
    }
}
