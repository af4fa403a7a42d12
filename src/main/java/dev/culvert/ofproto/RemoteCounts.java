package dev.culvert.ofproto;

import dev.culvert.packet.IpAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What has come in by a tunnel port from each of its remote ends. Credited from the flow cache, whose flows of such a port each
 * have one remote end: so nothing is counted for each packet, and counts run at most a second behind. The conductor's.
 */
public final class RemoteCounts {
    /** Remote ends of a port that are told apart; all later ones are counted together. Anybody can make up addresses. */
    public static final int LIMIT = 1000;

    /**
     * What has come from a remote end.
     *
     * @param remote its outer address; null for all those beyond {@link #LIMIT}
     * @param packets a super-frame that was joined of several is one
     * @param bytes from the inner Ethernet header on
     */
    public record Count(@Nullable IpAddress remote, long packets, long bytes) {}

    /** Packets and bytes. */
    private final Map<IpAddress, long[]> known = new LinkedHashMap<>();

    private final long[] others = new long[2];

    RemoteCounts() {}

    /** Adds what a flow has carried since it was last asked. */
    void credit(IpAddress remote, long packets, long bytes) {
        long[] counts = known.get(remote);
        if (counts == null) {
            counts = known.size() < LIMIT ? new long[2] : others;
            if (counts != others) {
                known.put(remote, counts);
            }
        }
        counts[0] += packets;
        counts[1] += bytes;
    }

    /** The counts so far, those without an address last. */
    public List<Count> counts() {
        List<Count> counts = new ArrayList<>(known.size() + 1);
        known.forEach((remote, count) -> counts.add(new Count(remote, count[0], count[1])));
        if (others[0] > 0) {
            counts.add(new Count(null, others[0], others[1]));
        }
        return counts;
    }
}
