package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.message.TrafficSelector;
import dev.culvert.packet.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Traffic selectors of tunnels between two hosts (RFC 7296 section 2.9). */
final class Traffic {
    private Traffic() {}

    static TrafficSelector of(Selector selector, IpAddress address) {
        return new TrafficSelector(selector.protocol(), selector.firstPort(), selector.lastPort(), address, address);
    }

    /**
     * Returns the widest part of what a peer offers that lies in ours, or null.
     *
     * @param asOffered whether addresses are no matter and stay as they are offered: behind NATs, in transport mode, they are
     *     those that the other end sees (section 2.23.1)
     */
    static @Nullable TrafficSelector narrow(
            List<TrafficSelector> offered, Selector ours, IpAddress address, boolean asOffered) {
        TrafficSelector best = null;
        for (TrafficSelector one : offered) {
            int first = Math.max(one.firstPort(), ours.firstPort());
            int last = Math.min(one.lastPort(), ours.lastPort());
            boolean fits = (one.protocol() == 0 || one.protocol() == ours.protocol())
                    && first <= last
                    && (asOffered || one.covers(address));
            if (fits && (best == null || last - first > best.lastPort() - best.firstPort())) {
                best = new TrafficSelector(
                        ours.protocol(),
                        first,
                        last,
                        asOffered ? one.first() : address,
                        asOffered ? one.last() : address);
            }
        }
        return best;
    }

    /** Whether a selector is all that ours says. */
    static boolean isWhole(TrafficSelector selector, Selector ours) {
        return selector.firstPort() == ours.firstPort() && selector.lastPort() == ours.lastPort();
    }
}
