package dev.culvert.openflow.message;

import java.util.Set;

/**
 * A port as the switch describes it.
 *
 * @param number its OpenFlow number, in the 32-bit form
 * @param mac its Ethernet address in the low 48 bits
 * @param name its name; what does not fit into 15 bytes is cut on the wire
 * @param config what was ordered
 * @param state how it is
 * @param current the modes in use
 * @param advertised the modes that it offers
 * @param supported the modes that it could do
 * @param peer the modes that the other end offers
 * @param currentSpeed kb/s; 0 if unknown
 * @param maxSpeed kb/s; 0 if unknown
 */
public record PortDescription(
        int number,
        long mac,
        String name,
        Set<PortConfig> config,
        Set<PortState> state,
        Set<PortFeature> current,
        Set<PortFeature> advertised,
        Set<PortFeature> supported,
        Set<PortFeature> peer,
        int currentSpeed,
        int maxSpeed) {
    /** A port without link modes, such as a virtual one. */
    public PortDescription(int number, long mac, String name, Set<PortConfig> config, Set<PortState> state) {
        this(number, mac, name, config, state, Set.of(), Set.of(), Set.of(), Set.of(), 0, 0);
    }
}
