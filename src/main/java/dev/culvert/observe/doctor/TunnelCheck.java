package dev.culvert.observe.doctor;

import dev.culvert.observe.doctor.Hearing.Kind;
import dev.culvert.packet.IpAddress;
import dev.culvert.tunnel.TunnelConfig;
import dev.culvert.vswitch.SwitchState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Whether the other end of a tunnel does what this one expects, by what was heard of it. */
final class TunnelCheck {
    private final Map<Kind, Integer> heard;

    /** What the switch has received by each port meanwhile. */
    private final Map<String, Long> received;

    TunnelCheck(Map<Kind, Integer> heard, Map<String, Long> received) {
        this.heard = heard;
        this.received = received;
    }

    void check(SwitchState.Port port, TunnelConfig config, List<SwitchState.Port> all, List<Finding> findings) {
        String name = port.name();
        IpAddress remote = config.remote().address();
        boolean secret = !port.ipsec().isEmpty();
        String type = Hearing.wire(config.type());
        Map<Kind, Integer> theirs = new HashMap<>(heard);
        theirs.keySet().removeIf(kind -> kind.sent() || !kind.host().equals(remote));
        int sent = count(true, remote, secret ? "esp" : type);
        if (secret) {
            security(name, port, remote, theirs, findings);
            return;
        }
        if (theirs.keySet().stream().anyMatch(kind -> kind.what().equals("esp"))
                && !isExpected(all, remote, "esp", 0)) {
            findings.add(new Finding(
                    name,
                    remote + " sends ESP, and " + name + " is a tunnel without IPsec",
                    "give both ends the same options:psk, or neither"));
            return;
        }
        if (theirs.containsKey(new Kind(remote, false, "unreachable", config.port(), 0))) {
            String what = config.type().isUdp() ? "UDP port " + config.port() : "GRE";
            findings.add(new Finding(
                    name,
                    "%s says that nobody takes %s there%s".formatted(remote, what, insteadSent(theirs)),
                    "the other end's tunnel is of another type or dst_port, or missing: make both type=" + type));
            return;
        }
        if (strangers(name, config, all, theirs, findings)) {
            return;
        }
        int came = theirs.entrySet().stream()
                .filter(entry -> entry.getKey().what().equals(type))
                .mapToInt(Map.Entry::getValue)
                .sum();
        if (came > 0 && received.getOrDefault(name, 0L) == 0) {
            findings.add(new Finding(
                    name,
                    "%d packets of %s have arrived at this host and not at the switch".formatted(came, remote),
                    "a firewall of this host drops them: allow " + allow(config) + " (nft list ruleset)"));
        } else if (sent > 0 && came == 0) {
            findings.add(new Finding(
                    name,
                    "%d packets have left for %s and none has come back".formatted(sent, remote),
                    "has the other end a tunnel to this host with the same type and key, and does no firewall drop "
                            + allow(config) + "?"));
        }
    }

    private static String allow(TunnelConfig config) {
        return config.type().isUdp() ? "UDP port " + config.port() : "IP protocol 47 (GRE)";
    }

    private static String insteadSent(Map<Kind, Integer> theirs) {
        TreeSet<String> types = new TreeSet<>();
        theirs.keySet().stream()
                .filter(kind -> !kind.what().equals("unreachable"))
                .forEach(kind -> types.add(kind.what()));
        return types.isEmpty() ? "" : ", and sends " + String.join(" and ", types);
    }

    /** Packets of the other end that no tunnel of ours takes. */
    private boolean strangers(
            String name,
            TunnelConfig config,
            List<SwitchState.Port> all,
            Map<Kind, Integer> theirs,
            List<Finding> findings) {
        IpAddress remote = config.remote().address();
        String type = Hearing.wire(config.type());
        for (Kind kind : theirs.keySet()) {
            if (kind.what().equals("esp")
                    || kind.what().equals("unreachable")
                    || isExpected(all, remote, kind.what(), kind.key())) {
                continue;
            }
            if (!kind.what().equals(type)) {
                findings.add(new Finding(
                        name,
                        "%s sends %s, and %s is of type %s".formatted(remote, kind.what(), name, type),
                        "make both ends one type: ovs-vsctl set interface " + name + " type=" + kind.what()));
            } else {
                findings.add(new Finding(
                        name,
                        "%s sends key %d, and %s takes %s".formatted(remote, kind.key(), name, key(config)),
                        "make the keys equal: ovs-vsctl set interface " + name + " options:key=" + kind.key()));
            }
            return true;
        }
        return false;
    }

    private static String key(TunnelConfig config) {
        return config.inKey().flow() ? "any" : "key " + config.inKey().value();
    }

    private static boolean isExpected(List<SwitchState.Port> all, IpAddress remote, String what, long key) {
        for (SwitchState.Port port : all) {
            TunnelConfig config = port.tunnel();
            if (config == null
                    || !(config.remote().flow() || config.remote().address().equals(remote))) {
                continue;
            }
            boolean secret = !port.ipsec().isEmpty();
            if (what.equals("esp")
                    ? secret
                    : !secret
                            && Hearing.wire(config.type()).equals(what)
                            && (config.inKey().flow() || config.inKey().value() == key)) {
                return true;
            }
        }
        return false;
    }

    private void security(
            String name, SwitchState.Port port, IpAddress remote, Map<Kind, Integer> theirs, List<Finding> findings) {
        String state = port.ipsec().getOrDefault("ipsec_state", "");
        String error = port.ipsec().getOrDefault("ipsec_error", "");
        boolean clear = theirs.keySet().stream()
                .anyMatch(kind -> !kind.what().equals("esp") && !kind.what().equals("unreachable"));
        if (state.equals("established")) {
            if (clear && theirs.keySet().stream().noneMatch(kind -> kind.what().equals("esp"))) {
                findings.add(clear(name, remote));
            }
            return;
        }
        if (state.equals("authentication failed") || error.contains("authentication failed")) {
            findings.add(new Finding(
                    name,
                    "IKE with " + remote + ": authentication failed",
                    "the two ends' keys differ: set options:psk to the same on both"));
        } else if (clear) {
            findings.add(clear(name, remote));
        } else if (error.contains("no answer") || error.isEmpty()) {
            findings.add(new Finding(
                    name,
                    "IKE: " + remote + " does not answer",
                    "give the other end's tunnel options:psk too, and let UDP ports 500 and 4500 and ESP through"));
        } else {
            findings.add(new Finding(
                    name, "IKE with " + remote + ": " + error, "make both ends' ipsec_ike and ipsec_esp agree"));
        }
    }

    private static Finding clear(String name, IpAddress remote) {
        return new Finding(
                name,
                remote + " sends in clear, and " + name + " is a tunnel with IPsec",
                "give the other end's tunnel the same options:psk");
    }

    private int count(boolean sent, IpAddress host, String what) {
        return heard.entrySet().stream()
                .filter(entry -> entry.getKey().sent() == sent
                        && entry.getKey().host().equals(host)
                        && entry.getKey().what().equals(what))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }
}
