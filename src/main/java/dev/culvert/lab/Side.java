package dev.culvert.lab;

/**
 * One side of the lab: a box with a switch, and the machine behind it. Interface names are the same as in the
 * tutorial that everybody follows; they live in namespaces, so only namespaces need unusual names when two labs
 * are up at once.
 *
 * @param box the box's network namespace
 * @param guest the network namespace of the machine behind the box
 * @param bridge the bridge in the box
 * @param port the box's end of the cable to the guest
 * @param tunnel the tunnel port's name
 * @param underlayDevice the box's interface on the Layer 3 network between the boxes
 * @param underlayAddress the box's address on it, without a prefix length
 * @param guestDevice the guest's only interface
 * @param guestAddress the guest's address, without a prefix length
 */
public record Side(
        String box,
        String guest,
        String bridge,
        String port,
        String tunnel,
        String underlayDevice,
        String underlayAddress,
        String guestDevice,
        String guestAddress) {
    /** Prefix length of the underlay's and of the guests' network. */
    public static final int PREFIX_LENGTH = 24;

    /**
     * The side of {@code box1} and {@code left}.
     *
     * @param prefix put before the namespaces' names; empty for the lab that the README shows
     * @return the side
     */
    public static Side left(String prefix) {
        return new Side(
                prefix + "box1",
                prefix + "left",
                "sw1",
                "sw1-p1",
                "tun0",
                "eth1",
                "192.168.56.11",
                "veth1",
                "10.0.0.1");
    }

    /**
     * The same side with another tunnel port, for the commands that make one more.
     *
     * @param name the port's name
     * @return the side
     */
    public Side withTunnel(String name) {
        return new Side(box, guest, bridge, port, name, underlayDevice, underlayAddress, guestDevice, guestAddress);
    }

    /**
     * The side of {@code box2} and {@code right}.
     *
     * @param prefix put before the namespaces' names; empty for the lab that the README shows
     * @return the side
     */
    public static Side right(String prefix) {
        return new Side(
                prefix + "box2",
                prefix + "right",
                "sw2",
                "sw2-p1",
                "tun0",
                "eth1",
                "192.168.56.12",
                "veth1",
                "10.0.0.2");
    }
}
