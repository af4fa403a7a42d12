package dev.culvert.observe.doctor;

import dev.culvert.packet.IpAddress;
import dev.culvert.tunnel.TunnelConfig;
import dev.culvert.vswitch.SwitchState;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What one end of a pair of switches tells the other's doctor, as lines of words.
 *
 * @param addresses the host's
 * @param tunnels its tunnels to fixed ends
 */
public record Facts(Set<String> addresses, List<Tunnel> tunnels) {
    private static final String ADDRESS = "address";
    private static final String TUNNEL = "tunnel";
    private static final int WORDS = 9;

    /** Keeps its own copies. */
    public Facts {
        addresses = Set.copyOf(addresses);
        tunnels = List.copyOf(tunnels);
    }

    /**
     * A tunnel. Keys are numbers, {@code none} or {@code flow}.
     *
     * @param port UDP's; 0 for GRE
     * @param secret whether it has IPsec
     * @param mtu bytes of outer IP that its path takes
     */
    public record Tunnel(
            String name, String type, String remote, String inKey, String outKey, int port, boolean secret, int mtu) {}

    static Facts of(SwitchState state, Set<IpAddress> addresses) {
        List<Tunnel> tunnels = new ArrayList<>();
        for (SwitchState.Bridge bridge : state.bridges()) {
            for (SwitchState.Port port : bridge.ports()) {
                TunnelConfig config = port.tunnel();
                if (config != null && config.remote().isFixed()) {
                    tunnels.add(new Tunnel(
                            port.name(),
                            Hearing.wire(config.type()),
                            config.remote().address().toString(),
                            key(config, config.inKey()),
                            key(config, config.outKey()),
                            config.port(),
                            !port.ipsec().isEmpty(),
                            port.way() == null ? 0 : port.way().mtu()));
                }
            }
        }
        return new Facts(addresses.stream().map(IpAddress::toString).collect(Collectors.toSet()), tunnels);
    }

    /** VXLAN and Geneve always have one: none is 0. */
    private static String key(TunnelConfig config, TunnelConfig.Key key) {
        return key.flow() ? "flow" : key.present() || config.type().isUdp() ? "" + key.value() : "none";
    }

    /** As text that {@link #parse} understands. */
    String text() {
        StringBuilder text = new StringBuilder();
        new TreeSet<>(addresses)
                .forEach(address -> text.append(ADDRESS + " ").append(address).append('\n'));
        for (Tunnel tunnel : tunnels) {
            text.append(String.join(
                            " ",
                            TUNNEL,
                            tunnel.name,
                            tunnel.type,
                            tunnel.remote,
                            tunnel.inKey,
                            tunnel.outKey,
                            "" + tunnel.port,
                            "" + tunnel.secret,
                            "" + tunnel.mtu))
                    .append('\n');
        }
        return text.toString();
    }

    /** Reads what {@link #text} has written; lines that are none are passed over, as are those that a terminal would obey. */
    public static Facts parse(String text) {
        Set<String> addresses = new LinkedHashSet<>();
        List<Tunnel> tunnels = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            if (line.chars().anyMatch(Character::isISOControl)) {
                continue;
            }
            String[] words = line.split(" ", -1);
            if (words.length == 2 && words[0].equals(ADDRESS)) {
                addresses.add(words[1]);
            } else if (words.length == WORDS && words[0].equals(TUNNEL)) {
                try {
                    tunnels.add(new Tunnel(
                            words[1],
                            words[2],
                            words[3],
                            words[4],
                            words[5],
                            Integer.parseInt(words[6]),
                            Boolean.parseBoolean(words[7]),
                            Integer.parseInt(words[8])));
                } catch (NumberFormatException e) {
                    // of another version
                }
            }
        }
        return new Facts(addresses, tunnels);
    }

    /** What does not agree between two ends, as this one's findings. */
    public List<Finding> compare(Facts other) {
        List<Finding> findings = new ArrayList<>();
        for (Tunnel mine : tunnels) {
            if (!other.addresses.contains(mine.remote)) {
                boolean back = other.tunnels.stream().anyMatch(theirs -> addresses.contains(theirs.remote));
                if (back) {
                    findings.add(new Finding(
                            mine.name,
                            "remote_ip " + mine.remote + " is no address of the peer, whose tunnel leads here",
                            "set it to one of " + new TreeSet<>(other.addresses)));
                }
                continue;
            }
            List<Tunnel> theirs = other.tunnels.stream()
                    .filter(tunnel -> addresses.contains(tunnel.remote))
                    .toList();
            if (theirs.isEmpty()) {
                findings.add(new Finding(
                        mine.name,
                        "the peer " + mine.remote + " has no tunnel that leads back here",
                        "set its tunnel's remote_ip to an address of this host"));
            } else if (theirs.stream().noneMatch(tunnel -> disagreement(mine, tunnel) == null)) {
                Finding first = disagreement(mine, theirs.getFirst());
                if (first != null) {
                    findings.add(first);
                }
            }
        }
        return findings;
    }

    private static @org.jspecify.annotations.Nullable Finding disagreement(Tunnel mine, Tunnel theirs) {
        String name = mine.name;
        String other = "the peer's " + theirs.name;
        if (!mine.type.equals(theirs.type)) {
            return new Finding(
                    name,
                    "it is of type %s, and %s of type %s".formatted(mine.type, other, theirs.type),
                    "make both one type");
        }
        if (mine.secret != theirs.secret) {
            return new Finding(
                    name,
                    "%s has IPsec, and %s has not".formatted(mine.secret ? "it" : other, mine.secret ? other : "it"),
                    "give both ends the same options:psk, or neither");
        }
        if (!agree(mine.outKey, theirs.inKey) || !agree(theirs.outKey, mine.inKey)) {
            return new Finding(
                    name,
                    "it sends key %s and takes key %s, %s sends %s and takes %s"
                            .formatted(mine.outKey, mine.inKey, other, theirs.outKey, theirs.inKey),
                    "make options:key equal at both ends");
        }
        if (mine.port != theirs.port) {
            return new Finding(
                    name,
                    "it uses UDP port %d, and %s %d".formatted(mine.port, other, theirs.port),
                    "make options:dst_port equal at both ends");
        }
        if (mine.mtu != theirs.mtu && mine.mtu != 0 && theirs.mtu != 0) {
            return new Finding(
                    name,
                    "its path takes %d bytes, and that of %s %d".formatted(mine.mtu, other, theirs.mtu),
                    "make the MTU of both underlays equal");
        }
        return null;
    }

    /** Without a key is as with 0: the switch takes the one for the other. */
    private static boolean agree(String sent, String taken) {
        return sent.equals(taken)
                || taken.equals("flow")
                || sent.equals("flow")
                || (Set.of("none", "0").contains(sent) && Set.of("none", "0").contains(taken));
    }
}
