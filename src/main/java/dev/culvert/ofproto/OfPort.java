package dev.culvert.ofproto;

import org.jspecify.annotations.Nullable;

/** A port of a bridge, as OpenFlow numbers it. Identity is the object's: a port that is made anew is another port. */
public final class OfPort {
    /** The number of a bridge's own port (OFPP_LOCAL, in its OpenFlow 1.0 form). */
    public static final int LOCAL = 65534;

    /** For a port that has no device of its own in the datapath: a patch port. */
    public static final int NO_DEVICE = -1;

    private final String name;
    private final int number;
    private final int datapathPort;
    private final @Nullable String peer;
    private final @Nullable RemoteCounts remotes;
    private VlanPolicy vlans = VlanPolicy.ALL;
    private boolean isolated;
    private final long[] crossed = new long[4];

    private OfPort(String name, int number, int datapathPort, @Nullable String peer, @Nullable RemoteCounts remotes) {
        this.name = name;
        this.number = number;
        this.datapathPort = datapathPort;
        this.peer = peer;
        this.remotes = remotes;
    }

    /**
     * A port with a device in the datapath.
     *
     * @param name the interface's name
     * @param number the OpenFlow port number
     * @param datapathPort the datapath's number for the device
     */
    public static OfPort device(String name, int number, int datapathPort) {
        return new OfPort(name, number, datapathPort, null, null);
    }

    /**
     * A tunnel port that takes packets of any remote end ({@code remote_ip=flow}). What came from each is counted.
     *
     * @param name the interface's name
     * @param number the OpenFlow port number
     * @param datapathPort the datapath's number for the tunnel
     */
    public static OfPort flowTunnel(String name, int number, int datapathPort) {
        return new OfPort(name, number, datapathPort, null, new RemoteCounts());
    }

    /**
     * One end of a patch cable between two bridges. It exists in translation only: no packet is ever queued on it.
     *
     * @param name the interface's name
     * @param number the OpenFlow port number
     * @param peer the name of the other end
     */
    public static OfPort patch(String name, int number, String peer) {
        return new OfPort(name, number, NO_DEVICE, peer, null);
    }

    /** The interface's name. */
    public String name() {
        return name;
    }

    /** The OpenFlow port number. */
    public int number() {
        return number;
    }

    /** The datapath's number of the port, or {@link #NO_DEVICE}. */
    public int datapathPort() {
        return datapathPort;
    }

    /** For a patch port the name of its other end; otherwise null. */
    public @Nullable String peer() {
        return peer;
    }

    /** What has come from each remote end, for a tunnel port that takes packets of any; otherwise null. */
    public @Nullable RemoteCounts remotes() {
        return remotes;
    }

    /** The VLANs that the port is part of. */
    public VlanPolicy vlans() {
        return vlans;
    }

    /** Whether the port is protected: protected ports do not talk to each other (the {@code protected} column). */
    public boolean isolated() {
        return isolated;
    }

    /**
     * Changes what the port admits.
     *
     * @param policy its part in VLANs
     * @param isProtected whether it is kept apart from other protected ports
     * @return whether anything is different now
     */
    boolean configure(VlanPolicy policy, boolean isProtected) {
        boolean differs = !policy.equals(vlans) || isProtected != isolated;
        vlans = policy;
        isolated = isProtected;
        return differs;
    }

    /**
     * What a patch port has carried: packets and bytes that came out of the cable, then packets and bytes that went into it.
     * Always zero for a device, which counts for itself.
     */
    public long[] crossed() {
        return crossed.clone();
    }

    void creditReceived(long packets, long bytes) {
        crossed[0] += packets;
        crossed[1] += bytes;
    }

    void creditSent(long packets, long bytes) {
        crossed[2] += packets;
        crossed[3] += bytes;
    }

    @Override
    public String toString() {
        return name;
    }
}
