package dev.culvert.ipsec.ike;

import java.util.List;

/**
 * Traffic that shall have a CHILD_SA, in transport mode.
 *
 * @param name unique among the peer's policies
 */
public record ChildPolicy(String name, Selector local, Selector remote) {
    /** Makes the policy of a GRE tunnel, as ovs-monitor-ipsec does. */
    public static List<ChildPolicy> gre(String name) {
        return List.of(new ChildPolicy(name, Selector.gre(), Selector.gre()));
    }

    /** Makes the two policies of a UDP tunnel, as ovs-monitor-ipsec does: to our port, and to the peer's. */
    public static List<ChildPolicy> udp(String name, int port) {
        return List.of(
                new ChildPolicy(name + "-in", Selector.udp(port), Selector.udp(0)),
                new ChildPolicy(name + "-out", Selector.udp(0), Selector.udp(port)));
    }
}
