package dev.culvert.lab;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was measured over one encapsulation.
 *
 * @param encapsulation the encapsulation
 * @param first the first packet between guests that do not know each other's MAC address, over a tunnel just made
 * @param small ordinary pings
 * @param large pings that leave in fragments
 * @param mtu the largest IP packet that gets through whole, in bytes; -1 if none was found
 * @param tcp TCP from left to right; absent if it failed
 * @param udp UDP from left to right; absent if it failed
 * @param overhead bytes that the encapsulation adds to a frame; -1 if none was captured
 * @param failures what failed beside lost pings, in words
 */
public record LabResult(
        Encapsulation encapsulation,
        PingReport first,
        PingReport small,
        PingReport large,
        int mtu,
        Iperf.@Nullable Tcp tcp,
        Iperf.@Nullable Udp udp,
        int overhead,
        List<String> failures) {
    /** Copies the list. */
    public LabResult {
        failures = List.copyOf(failures);
    }

    /** All pings together. */
    public PingReport pings() {
        return first.plus(small).plus(large);
    }

    /** Whether every ping arrived and nothing else failed. */
    public boolean good() {
        return failures.isEmpty() && first.complete() && small.complete() && large.complete();
    }
}
