package dev.culvert.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * The lab's cables and namespaces: two boxes joined by a veth pair (the underlay), and behind each box a guest on a
 * veth pair of its own. Switches and tunnels are not its business.
 *
 * @param left the first box and its guest
 * @param right the second box and its guest
 */
public record LabNetwork(Side left, Side right) {
    /** All that a veth can leave to others, in ethtool's words; the tunnels' own are not part of {@code tso} and {@code gso}. */
    private static final List<String> OFFLOADS = List.of(
            "tx",
            "tso",
            "gso",
            "gro",
            "tx-udp-segmentation",
            "tx-udp_tnl-segmentation",
            "tx-udp_tnl-csum-segmentation",
            "tx-gre-segmentation",
            "tx-gre-csum-segmentation");

    /**
     * The network of the lab with this prefix.
     *
     * @param prefix put before each namespace's name
     * @return the network; nothing is made yet
     */
    public static LabNetwork of(String prefix) {
        return new LabNetwork(Side.left(prefix), Side.right(prefix));
    }

    /** The two sides, left first. */
    public List<Side> sides() {
        return List.of(left, right);
    }

    /**
     * The other side.
     *
     * @param side one of the two
     * @return the one across the underlay
     */
    public Side opposite(Side side) {
        return side.equals(left) ? right : left;
    }

    /** The names of all namespaces. */
    public List<String> namespaces() {
        return List.of(left.box(), right.box(), left.guest(), right.guest());
    }

    /**
     * Those of its namespaces that exist, whoever made them.
     *
     * @return names
     */
    public List<String> existing() {
        List<String> names = new ArrayList<>(namespaces());
        names.removeIf(name -> LabStore.inode(name) < 0);
        return names;
    }

    /**
     * Makes all of it. The guests' interfaces keep the MTU and the offloads that they are born with.
     *
     * @param shell what runs {@code ip}
     * @param store where the namespaces are written down
     * @throws LabException if a step fails
     * @throws InterruptedException if this thread is interrupted
     */
    public void create(Shell shell, LabStore store) throws LabException, InterruptedException {
        for (String namespace : namespaces()) {
            store.addNamespace(shell, namespace);
            shell.run("ip", "-n", namespace, "link", "set", "lo", "up");
        }
        cable(shell, left.box(), left.underlayDevice(), right.box(), right.underlayDevice());
        for (Side side : sides()) {
            cable(shell, side.box(), side.port(), side.guest(), side.guestDevice());
            address(shell, side.guest(), side.guestAddress(), side.guestDevice());
            renoByDefault(shell, side.guest());
        }
    }

    /**
     * Has a guest's sockets begin with Reno. Those that begin with BBR, which a machine may have as its default, go on being
     * paced by timers when they are told to use another (tcp_bbr.c: it asks for pacing, and nothing takes that back), and a
     * timer for each super-frame costs as much as a switch. Where it may not be set, it stays as it is.
     */
    private static void renoByDefault(Shell shell, String namespace) throws LabException, InterruptedException {
        String set = "echo reno >/proc/sys/net/ipv4/tcp_congestion_control || true";
        shell.run("ip", "netns", "exec", namespace, "sh", "-c", set);
    }

    /**
     * Gives an interface its address.
     *
     * @param shell what runs {@code ip}
     * @param namespace where the interface is
     * @param address an address without a prefix length
     * @param device the interface
     * @throws LabException if it cannot be given
     * @throws InterruptedException if this thread is interrupted
     */
    static void address(Shell shell, String namespace, String address, String device)
            throws LabException, InterruptedException {
        shell.run("ip", "-n", namespace, "address", "add", address + "/" + Side.PREFIX_LENGTH, "dev", device);
    }

    /**
     * Sets the MTU of both guests' interfaces, for switches that cannot deal with the one that they are born with.
     *
     * @param shell what runs {@code ip}
     * @param mtu bytes of IP packet
     * @throws LabException if it cannot be set
     * @throws InterruptedException if this thread is interrupted
     */
    public void guestMtu(Shell shell, int mtu) throws LabException, InterruptedException {
        for (Side side : sides()) {
            shell.run("ip", "-n", side.guest(), "link", "set", side.guestDevice(), "mtu", Integer.toString(mtu));
        }
    }

    /**
     * Joins the guests by a plain cable of their own, past boxes and switches: the limit of what any switch could reach.
     *
     * @param shell what runs {@code ip}
     * @throws LabException if a step fails
     * @throws InterruptedException if this thread is interrupted
     */
    public void joinGuests(Shell shell) throws LabException, InterruptedException {
        for (Side side : sides()) {
            shell.run("ip", "-n", side.guest(), "link", "del", side.guestDevice());
        }
        cable(shell, left.guest(), left.guestDevice(), right.guest(), right.guestDevice());
        for (Side side : sides()) {
            address(shell, side.guest(), side.guestAddress(), side.guestDevice());
        }
    }

    /**
     * Takes all offloads from an interface: what it sends is then cut and summed by the kernel's own code before it leaves,
     * as for a network card that can do neither, and is not joined again at the far end.
     *
     * @param shell what runs {@code ethtool}
     * @param namespace where the interface is
     * @param device the interface, a veth
     * @throws LabException if it cannot be set
     * @throws InterruptedException if this thread is interrupted
     */
    public static void withoutOffloads(Shell shell, String namespace, String device)
            throws LabException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("ip", "netns", "exec", namespace, "ethtool", "-K", device));
        for (String offload : OFFLOADS) {
            line.addAll(List.of(offload, "off"));
        }
        shell.run(line.toArray(String[]::new));
    }

    /**
     * Makes an interface finish checksums and segmentation before a packet leaves it, for a switch at the cable's other
     * end that needs it.
     *
     * @param shell what runs {@code ethtool}
     * @param namespace where the interface is
     * @param device the interface
     * @throws LabException if it cannot be set
     * @throws InterruptedException if this thread is interrupted
     */
    static void finishChecksums(Shell shell, String namespace, String device)
            throws LabException, InterruptedException {
        shell.run("ip", "netns", "exec", namespace, "ethtool", "-K", device, "tx", "off");
    }

    /**
     * Lets both guests forget each other's MAC address and path MTU, so that the next packet is a first one.
     *
     * @param shell what runs {@code ip}
     * @throws LabException if {@code ip} fails
     * @throws InterruptedException if this thread is interrupted
     */
    public void forget(Shell shell) throws LabException, InterruptedException {
        for (Side side : sides()) {
            shell.run("ip", "-n", side.guest(), "neighbour", "flush", "dev", side.guestDevice());
            shell.run("ip", "-n", side.guest(), "route", "flush", "cache");
        }
    }

    private static void cable(Shell shell, String here, String device, String there, String peer)
            throws LabException, InterruptedException {
        shell.run("ip", "link", "add", device, "netns", here, "type", "veth", "peer", "name", peer, "netns", there);
        shell.run("ip", "-n", here, "link", "set", device, "up");
        shell.run("ip", "-n", there, "link", "set", peer, "up");
    }
}
