package dev.culvert.ovsdb.server;

import dev.culvert.stream.StreamAddress;
import java.time.Duration;

/**
 * How patient a server is with a remote: the columns {@code inactivity_probe} and {@code max_backoff} of the Manager table.
 *
 * @param inactivityProbe silence after which the other end is asked whether it lives, and as much again after which it is
 *     given up; zero for never
 * @param maxBackoff the longest pause between attempts to connect; means nothing where the others connect
 */
public record RemoteOptions(Duration inactivityProbe, Duration maxBackoff) {
    /** Shorter ones would be a load of their own (ovs-vswitchd.conf.db(5)). */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    /** Raises what is too short. */
    public RemoteOptions {
        if (inactivityProbe.isPositive() && inactivityProbe.compareTo(SHORTEST) < 0) {
            inactivityProbe = SHORTEST;
        }
        if (maxBackoff.compareTo(SHORTEST) < 0) {
            maxBackoff = SHORTEST;
        }
    }

    /**
     * What holds where nothing else is said.
     *
     * @param address the remote; a local one's death is told by the kernel, so that it needs no probes
     */
    public static RemoteOptions defaults(StreamAddress address) {
        boolean local = address instanceof StreamAddress.Unix || address instanceof StreamAddress.PassiveUnix;
        return new RemoteOptions(local ? Duration.ZERO : Duration.ofSeconds(5), Duration.ofSeconds(8));
    }
}
