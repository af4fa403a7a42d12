package dev.culvert.vswitch;

import java.util.List;

/**
 * What a bridge has learned, and what the datapath remembers of it, at one moment. Of long tables there is only a part.
 *
 * @param stations of the MAC table, those that were heard last first
 * @param stationCount how many there are in all
 * @param flows of the flow cache that come in by the bridge, those with the most packets first
 * @param flowCount how many there are in all
 */
public record BridgeTables(List<Station> stations, int stationCount, List<Flow> flows, int flowCount) {
    /** Keeps its own copies. */
    public BridgeTables {
        stations = List.copyOf(stations);
        flows = List.copyOf(flows);
    }

    /**
     * Where a station is.
     *
     * @param ageNanos how long it has not been heard
     * @param isStatic whether it was told rather than learned
     */
    public record Station(String port, int vlan, String mac, long ageNanos, boolean isStatic) {}

    /**
     * A cached flow.
     *
     * @param match as {@code dpif/dump-flows} shows it
     * @param actions likewise
     * @param idleNanos how long it has carried nothing; -1 where it never has
     * @param inKernel whether the kernel forwards it
     * @param why the kernel does not; empty where it does, or where nobody has tried yet
     */
    public record Flow(
            String match, String actions, long packets, long bytes, long idleNanos, boolean inKernel, String why) {}
}
