package dev.culvert.ofproto;

import dev.culvert.datapath.Action;
import dev.culvert.packet.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What translating a packet came to.
 *
 * @param actions what the datapath does; none for a packet that is dropped
 * @param mask the bits of the flow key that the answer depends on
 * @param stations what was looked up: a change of any of them makes the answer stale
 * @param sightings what was learned on the way, to be refreshed for as long as such packets come
 * @param crossings the patch cables that the packet went through, to be credited
 * @param rules the OpenFlow flows that the packet matched, to be credited
 * @param origin where the packet came from, if its port tells remote ends apart; to be credited
 */
@SuppressWarnings("ArrayRecordComponent") // a mask is an array everywhere; translations are never compared
public record Translation(
        List<Action> actions,
        long[] mask,
        List<Station> stations,
        List<Sighting> sightings,
        List<Crossing> crossings,
        List<FlowRule> rules,
        @Nullable Origin origin) {
    /**
     * The same as it is kept for as long as the flow is cached.
     *
     * @param parts what it has in common with others
     */
    Translation kept(SharedParts parts) {
        return new Translation(
                parts.actions(actions),
                parts.mask(mask),
                List.copyOf(stations),
                List.copyOf(sightings),
                List.copyOf(crossings),
                List.copyOf(rules),
                origin);
    }

    /**
     * A lookup in a MAC table.
     *
     * @param bridge whose table
     * @param station VLAN and address, as {@link MacTable#station} joins them
     */
    public record Station(Ofproto bridge, long station) {}

    /**
     * A source address that was seen.
     *
     * @param bridge in which bridge
     * @param vlan in which VLAN
     * @param mac the address
     * @param port on which port
     */
    public record Sighting(Ofproto bridge, int vlan, long mac, OfPort port) {}

    /**
     * A remote end of a tunnel port that takes packets of any.
     *
     * @param counts the port's
     * @param remote the outer source address
     */
    public record Origin(RemoteCounts counts, IpAddress remote) {}

    /**
     * A way through a patch cable.
     *
     * @param out the end that the packet went in at
     * @param in the end that it came out of
     */
    public record Crossing(OfPort out, OfPort in) {}
}
