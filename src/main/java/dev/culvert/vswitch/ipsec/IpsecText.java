package dev.culvert.vswitch.ipsec;

import dev.culvert.ipsec.esp.InboundSa;
import dev.culvert.ipsec.esp.OutboundSa;
import dev.culvert.ipsec.ike.PeerStatus;
import dev.culvert.ipsec.ike.PeerStatus.ChildStatus;
import dev.culvert.packet.IpAddress;
import dev.culvert.vswitch.ipsec.IpsecTunnels.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the commands {@code ipsec/show}, {@code ipsec/sa} and {@code tunnels/show} print. No secret is in any of it. */
public final class IpsecText {
    private static final String NOTHING = "No tunnels configured with IPsec";

    private final IpsecTunnels tunnels;

    /** Makes the texts of some tunnels. */
    public IpsecText(IpsecTunnels tunnels) {
        this.tunnels = tunnels;
    }

    /** Peers and how it stands with them. */
    public String peers() {
        tunnels.look();
        StringBuilder text = new StringBuilder();
        for (String name : tunnels.peers()) {
            PeerStatus peer = tunnels.peer(name);
            if (peer != null) {
                peer(text, peer);
            }
        }
        for (Member member : tunnels.members()) {
            if (tunnels.peer(member) == null) {
                text.append("%s: invalid%n".formatted(member.port()));
                line(text, "error", Objects.requireNonNullElse(tunnels.error(member.port()), "none"));
            }
        }
        return text.isEmpty() ? NOTHING : text.toString();
    }

    private void peer(StringBuilder text, PeerStatus peer) {
        text.append("%s: %s%n".formatted(peer.name(), IpsecStatus.state(peer)));
        StringJoiner ports = new StringJoiner(", ");
        for (Member member : tunnels.members()) {
            if (member.group().ends.name().equals(peer.name())) {
                ports.add(member.port());
                String error = tunnels.error(member.port());
                if (error != null) {
                    line(text, "warning", member.port() + ": " + error);
                }
            }
        }
        line(text, "tunnels", ports.toString());
        line(
                text,
                "local",
                peer.local().equals(IpAddress.NONE) ? "any" : peer.local().toString());
        line(text, "remote", peer.remote().toString());
        if (!peer.remoteIdentity().isEmpty()) {
            line(text, "identity", peer.remoteIdentity());
        }
        if (!peer.ikeSuite().isEmpty()) {
            line(
                    text,
                    "ike",
                    "%s, %s, %s, age %d s, rekey in %d s"
                            .formatted(
                                    peer.ikeSuite(),
                                    peer.ikeSpis(),
                                    peer.initiator() ? "initiator" : "responder",
                                    peer.age(),
                                    peer.rekeyIn()));
            line(text, "esp", peer.encapsulated() ? "in UDP" : "raw");
        }
        line(text, "retransmissions", Long.toString(peer.retransmissions()));
        if (peer.authenticationFailures() > 0) {
            line(text, "authentication failures", Long.toString(peer.authenticationFailures()));
        }
        if (!peer.lastError().isEmpty()) {
            line(text, "error", peer.lastError());
        }
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append("    %s: %s%n".formatted(name, value));
    }

    /** Security associations, one a line. */
    public String associations() {
        tunnels.look();
        StringBuilder text = new StringBuilder();
        for (String name : tunnels.peers()) {
            PeerStatus peer = tunnels.peer(name);
            if (peer != null) {
                peer.children().forEach(child -> text.append(association(peer, child)));
            }
        }
        return text.isEmpty() ? "No security associations" : text.toString();
    }

    private String association(PeerStatus peer, ChildStatus child) {
        InboundSa in = tunnels.datapath().inbound(child.spiIn());
        OutboundSa out = tunnels.datapath().outbound(child.spiIn());
        String text = "%s %s: %s, %s, in %08x out %08x, age %d s, rekey in %d s%n"
                .formatted(
                        peer.name(),
                        child.policy(),
                        child.active() ? "active" : "receiving",
                        child.transforms(),
                        child.spiIn(),
                        child.spiOut(),
                        child.age(),
                        child.rekeyIn());
        if (in != null && out != null) {
            text += "    rx: %d packets, %d bytes, %d replayed, %d forged, %d malformed; tx: %d packets, %d bytes%n"
                    .formatted(
                            in.packets(),
                            in.bytes(),
                            in.replayed(),
                            in.forged(),
                            in.malformed(),
                            out.packets(),
                            out.bytes());
        }
        return text;
    }

    /**
     * Tunnels, in the form of ovs-monitor-ipsec's command of that name; but it would show the key.
     *
     * @param numbers gives a port's OpenFlow number, -1 if it has none
     */
    public String tunnels(ToIntFunction<String> numbers) {
        tunnels.look();
        List<String> texts = new ArrayList<>();
        for (Member member : tunnels.members()) {
            texts.add(tunnel(member, numbers.applyAsInt(member.port())));
        }
        return texts.isEmpty() ? NOTHING : String.join("", texts);
    }

    private String tunnel(Member member, int number) {
        TunnelSecurity security = member.security();
        String error = tunnels.error(member.port());
        Pki pki = tunnels.pki();
        IpAddress local = member.config().local().address();
        IpAddress remote = member.config().remote().address();
        String custom = security.custom().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(option -> "'" + option.getKey() + "': '" + option.getValue() + "'")
                .collect(Collectors.joining(", ", "{", "}"));
        StringBuilder text = new StringBuilder("Interface name: %s v1 (%s)%n"
                .formatted(member.port(), error == null ? "CONFIGURED" : "INVALID: " + error));
        row(text, "Tunnel Type:", member.config().type().label());
        row(text, "Local IP:", local.equals(IpAddress.NONE) ? "%defaultroute" : local.toString());
        row(text, "Remote IP:", remote.toString());
        row(text, "Address Family:", remote.isIpv4() ? "IPv4" : "IPv6");
        row(text, "SKB mark:", "None");
        row(text, "Local cert:", none(pki.certificate()));
        row(text, "Local name:", none(pki.localName()));
        row(text, "Local key:", none(pki.privateKey()));
        row(text, "Remote cert:", none(security.remoteCert()));
        row(text, "Remote name:", none(security.remoteName()));
        row(text, "CA cert:", none(pki.caCert()));
        row(text, "PSK:", security.psk() == null ? "None" : "(set)");
        row(text, "Custom Options:", custom);
        row(text, "Ofport:", number < 0 ? "Not assigned" : Integer.toString(number));
        row(text, "CFM state:", "Disabled");
        text.append("Kernel policies installed:%n".formatted());
        text.append("Kernel security associations installed:%n".formatted());
        text.append("IPsec connections that are active:%n".formatted());
        PeerStatus peer = tunnels.peer(member);
        if (peer != null) {
            for (ChildStatus child : IpsecStatus.children(member, peer)) {
                text.append("  %s %s: %s, in %08x out %08x%n"
                        .formatted(peer.name(), child.policy(), child.transforms(), child.spiIn(), child.spiOut()));
            }
        }
        return text.append(System.lineSeparator()).toString();
    }

    private static void row(StringBuilder text, String name, String value) {
        text.append("  %-15s %s%n".formatted(name, value));
    }

    private static String none(@Nullable String value) {
        return value == null ? "None" : value;
    }
}
