package dev.culvert.bench.trial;

import java.util.List;

/** One kind of trial: what is sent through a switch, and which figures that gives. */
public enum Probe {
    /** One TCP connection. */
    TCP(true),
    /** Round trips, nothing else being sent. */
    RTT(true),
    /** A flood of small datagrams. */
    UDP(true),
    /** Eight TCP connections. */
    TCP8(false),
    /** A flood of large datagrams. */
    UDP1400(false),
    /** Round trips beside a TCP connection. */
    LOADED(false),
    /** TCP connections, opened and closed. */
    CONNECTIONS(false),
    /** Requests and answers of stations that are new: the switches' slow path. */
    STATIONS(false),
    /** A flood of small frames from all known stations in turn. */
    FRAMES(false),
    /** What is known once an arm is up, before anything is sent through it. */
    SETUP(false);

    /** Those that can be asked for; the others belong to studies that have them anyway. */
    public static final List<Probe> CHOICE = List.of(TCP, RTT, UDP, TCP8, UDP1400, LOADED, CONNECTIONS, STATIONS);

    private final boolean headline;

    Probe(boolean headline) {
        this.headline = headline;
    }

    /** Whether it is one of those that aims are set for, and so is repeated more often. */
    public boolean headline() {
        return headline;
    }

    /** Whether it leaves the switches with work to do, or with addresses that nobody uses. */
    boolean leavesTraces() {
        return this == STATIONS;
    }

    /** The figures that it gives. */
    public List<Metric> metrics() {
        return switch (this) {
            case TCP -> List.of(Metric.TCP, Metric.CPU);
            case RTT -> List.of(Metric.RTT_P50, Metric.RTT_P99, Metric.RTT_P999);
            case UDP -> List.of(Metric.UDP_64, Metric.LOSS_64);
            case TCP8 -> List.of(Metric.TCP_8);
            case UDP1400 -> List.of(Metric.UDP_1400, Metric.LOSS_1400);
            case LOADED -> List.of(Metric.LOADED_P50, Metric.LOADED_P99, Metric.LOADED_P999);
            case CONNECTIONS -> List.of(Metric.CONNECTIONS);
            case STATIONS -> List.of(Metric.NEW_STATIONS, Metric.UNANSWERED);
            case FRAMES -> List.of(Metric.FRAMES);
            case SETUP -> List.of(Metric.CONFIGURED, Metric.LEARNED, Metric.MEMORY);
        };
    }
}
