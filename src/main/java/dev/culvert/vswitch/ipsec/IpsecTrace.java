package dev.culvert.vswitch.ipsec;

import dev.culvert.ipsec.ike.PeerStatus;
import dev.culvert.ipsec.ike.PeerStatus.ChildStatus;
import dev.culvert.vswitch.ipsec.IpsecTunnels.Member;
import org.jspecify.annotations.Nullable;

/** By which security association a tunnel's packets leave, or why none does. No secret is in any of it. */
public final class IpsecTrace {
    private final IpsecTunnels tunnels;

    /**
     * What becomes of a packet that a tunnel is to send.
     *
     * @param leaves false where it waits, or is dropped
     * @param text how it leaves, or why it does not
     */
    public record Outgoing(boolean leaves, String text) {}

    /** Looks at the peers as they are now. */
    public IpsecTrace(IpsecTunnels tunnels) {
        this.tunnels = tunnels;
        tunnels.look();
    }

    /**
     * Tells what becomes of a packet.
     *
     * @param port the tunnel's
     * @return null for a tunnel that IPsec does not protect
     */
    public @Nullable Outgoing of(String port) {
        Member member = tunnels.member(port);
        if (member == null) {
            return null;
        }
        PeerStatus peer = tunnels.peer(member);
        if (peer == null) {
            String error = tunnels.error(port);
            return none("invalid" + (error == null ? "" : " (" + error + ")"));
        }
        for (ChildStatus child : IpsecStatus.children(member, peer)) {
            if (child.active() && Group.sends(child.policy())) {
                return new Outgoing(
                        true,
                        "IPsec: SA out %08x of %s policy %s, %s, ESP %s"
                                .formatted(
                                        child.spiOut(),
                                        peer.name(),
                                        child.policy(),
                                        child.transforms(),
                                        peer.encapsulated() ? "in UDP" : "raw"));
            }
        }
        String state = IpsecStatus.state(peer);
        return none(peer.lastError().isEmpty() ? state : state + " (" + peer.lastError() + ")");
    }

    /** Nothing leaves in clear: the first packets wait, and what comes behind them is dropped. */
    private static Outgoing none(String state) {
        return new Outgoing(
                false, "IPsec: no SA yet, " + state + ": a few packets wait, others are dropped as ipsec_waiting_full");
    }
}
