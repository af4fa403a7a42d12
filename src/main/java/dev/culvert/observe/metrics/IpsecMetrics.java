package dev.culvert.observe.metrics;

import dev.culvert.ipsec.ike.PeerStatus;
import java.io.IOException;
import java.util.List;
import java.util.function.ToLongFunction;

/** How it stands with the peers that protect tunnels with us. */
final class IpsecMetrics {
    private static final double NANOS = 1e9;

    private final Exposition out;
    private final List<PeerStatus> peers;

    IpsecMetrics(Exposition out, List<PeerStatus> peers) {
        this.out = out;
        this.peers = peers;
    }

    void write() throws IOException {
        gauge(
                "up",
                "Whether there is an IKE SA with the peer, and a CHILD_SA for each policy.",
                peer -> peer.state() == PeerStatus.State.ESTABLISHED ? 1 : 0);
        gauge(
                "associations",
                "CHILD_SAs with the peer.",
                peer -> peer.children().size());
        counter("ike_rekeys", "How often the IKE SA was replaced.", PeerStatus::ikeRekeys);
        counter("child_rekeys", "How often a CHILD_SA was replaced.", PeerStatus::childRekeys);
        counter("retransmissions", "Requests of IKE that were sent again.", PeerStatus::retransmissions);
        counter(
                "authentication_failures",
                "How often one end did not prove who it is.",
                PeerStatus::authenticationFailures);
        out.family(
                MetricType.SUMMARY,
                "ipsec_peer_liveness_rtt_seconds",
                "Round trips of IKE's question whether the peer lives, which is asked when it has been silent.");
        for (PeerStatus peer : peers) {
            PeerStatus.Liveness liveness = peer.liveness();
            out.summary(labels(peer), liveness.answers(), liveness.totalNanos() / NANOS);
        }
        out.family(MetricType.GAUGE, "ipsec_peer_liveness_last_rtt_seconds", "The last of those round trips.");
        for (PeerStatus peer : peers) {
            if (peer.liveness().answers() > 0) {
                out.sample(labels(peer), peer.liveness().lastNanos() / NANOS);
            }
        }
    }

    private static Labels labels(PeerStatus peer) {
        return Labels.of("peer", peer.name(), "remote", peer.remote().toString());
    }

    private void gauge(String name, String help, ToLongFunction<PeerStatus> value) throws IOException {
        samples(MetricType.GAUGE, name, help, value);
    }

    private void counter(String name, String help, ToLongFunction<PeerStatus> value) throws IOException {
        samples(MetricType.COUNTER, name, help, value);
    }

    private void samples(MetricType type, String name, String help, ToLongFunction<PeerStatus> value)
            throws IOException {
        out.family(type, "ipsec_peer_" + name, help);
        for (PeerStatus peer : peers) {
            out.sample(labels(peer), value.applyAsLong(peer));
        }
    }
}
