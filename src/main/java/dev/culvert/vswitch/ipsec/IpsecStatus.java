package dev.culvert.vswitch.ipsec;

import dev.culvert.datapath.Ipsec;
import dev.culvert.ipsec.esp.InboundSa;
import dev.culvert.ipsec.esp.OutboundSa;
import dev.culvert.ipsec.ike.PeerStatus;
import dev.culvert.ipsec.ike.PeerStatus.ChildStatus;
import dev.culvert.vswitch.ipsec.IpsecTunnels.Member;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How it stands with a tunnel's IPsec, in {@code Interface.status}. */
final class IpsecStatus {
    private IpsecStatus() {}

    static Map<String, String> columns(
            Member member, @Nullable PeerStatus peer, @Nullable String error, Ipsec datapath) {
        Map<String, String> status = new TreeMap<>();
        status.put("ipsec_state", state(peer));
        if (error != null) {
            status.put("ipsec_error", error);
        }
        if (peer == null) {
            return status;
        }
        if (!peer.lastError().isEmpty()) {
            status.put("ipsec_error", peer.lastError());
        }
        if (!peer.remoteIdentity().isEmpty()) {
            status.put("ipsec_peer", peer.remoteIdentity());
        }
        long in = 0;
        long out = 0;
        for (ChildStatus child : children(member, peer)) {
            if (child.active()) {
                status.put("ipsec_cipher", child.transforms());
                status.put("ipsec_rekey_in", Long.toString(child.rekeyIn()));
                status.put("ipsec_encapsulation", peer.encapsulated() ? "udp" : "esp");
            }
            InboundSa inbound = datapath.inbound(child.spiIn());
            OutboundSa outbound = datapath.outbound(child.spiIn());
            in += inbound == null ? 0 : inbound.bytes();
            out += outbound == null ? 0 : outbound.bytes();
        }
        status.put("ipsec_rx_bytes", Long.toString(in));
        status.put("ipsec_tx_bytes", Long.toString(out));
        return status;
    }

    /** The associations that a port's packets may come and go by. */
    static List<ChildStatus> children(Member member, PeerStatus peer) {
        return peer.children().stream()
                .filter(child -> Group.ofPolicy(child.policy()).equals(member.group().name))
                .toList();
    }

    static String state(@Nullable PeerStatus peer) {
        return peer == null
                ? "invalid"
                : peer.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
