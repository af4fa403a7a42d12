package dev.culvert.bench.arm;

/** Which question a trial belongs to. Trials of different studies are no neighbours, whoever was measured. */
public enum Study {
    /** How switches compare. */
    SWITCHES,
    /** How a switch does with the number of tunnels that one box has; one of them carries packets. */
    TUNNELS,
    /** How a switch does with the number of MAC addresses that it has learned from one guest. */
    STATIONS
}
