package dev.culvert.bench.trial;

import java.util.Locale;

/** A figure that a trial can have. */
public enum Metric {
    /** TCP payload received over one connection. */
    TCP("TCP, 1 stream", "Gb/s", "%.2f", true),
    /** CPU time of the whole machine meanwhile, for each 10⁹ bytes of that payload. */
    CPU("CPU, 1 TCP stream", "s/GB", "%.2f", false),
    /** TCP payload received over eight connections together. */
    TCP_8("TCP, 8 streams", "Gb/s", "%.2f", true),
    /** Datagrams of 64 bytes received. */
    UDP_64("UDP, 64 B", "packets/s", "%,.0f", true),
    /** The share of them that was sent and not received. */
    LOSS_64("UDP, 64 B, lost", "%", "%.1f", false),
    /** Datagrams of 1400 bytes received. */
    UDP_1400("UDP, 1400 B", "packets/s", "%,.0f", true),
    /** The share of them that was sent and not received. */
    LOSS_1400("UDP, 1400 B, lost", "%", "%.1f", false),
    /** Median round trip of a ping, nothing else being sent. */
    RTT_P50("RTT p50, idle", "µs", "%,.1f", false),
    /** 99th percentile of the round trips, nothing else being sent. */
    RTT_P99("RTT p99, idle", "µs", "%,.0f", false),
    /** 99.9th percentile of the round trips, nothing else being sent. */
    RTT_P999("RTT p99.9, idle", "µs", "%,.0f", false),
    /** Median round trip of a ping beside a TCP connection. */
    LOADED_P50("RTT p50, under load", "µs", "%,.1f", false),
    /** 99th percentile of the round trips beside a TCP connection. */
    LOADED_P99("RTT p99, under load", "µs", "%,.0f", false),
    /** 99.9th percentile of the round trips beside a TCP connection. */
    LOADED_P999("RTT p99.9, under load", "µs", "%,.0f", false),
    /** TCP connections opened and closed. */
    CONNECTIONS("TCP, connections", "per s", "%,.0f", true),
    /** Requests from MAC addresses never seen before that were answered. */
    NEW_STATIONS("stations, new", "per s", "%,.0f", true),
    /** The share of such requests that had no answer in time. */
    UNANSWERED("stations, unanswered", "%", "%.1f", false),
    /** Frames received from all known stations in turn. */
    FRAMES("frames, all stations", "packets/s", "%,.0f", true),
    /** Time until the switch had been told of all its tunnels and was done with them. */
    CONFIGURED("tunnels, configured in", "s", "%.2f", false),
    /** Addresses that the switches had learned before anything was measured. */
    LEARNED("addresses, learned", "", "%,.0f", true),
    /** Resident memory of one box's processes. */
    MEMORY("memory, one box", "MB", "%,.0f", false);

    private final String title;
    private final String unit;
    private final String format;
    private final boolean moreIsBetter;

    Metric(String title, String unit, String format, boolean moreIsBetter) {
        this.title = title;
        this.unit = unit;
        this.format = format;
        this.moreIsBetter = moreIsBetter;
    }

    /** Its name in a report. */
    public String title() {
        return title;
    }

    /** Its unit. */
    public String unit() {
        return unit;
    }

    /** Whether a greater one is the better one. */
    public boolean moreIsBetter() {
        return moreIsBetter;
    }

    /**
     * A value for people, without the unit.
     *
     * @param value it
     * @return a hyphen for NaN
     */
    public String text(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
    }
}
