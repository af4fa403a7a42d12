package dev.culvert.openflow.message;

/** What an administrator ordered of a port: {@code ofp_port_config}. OpenFlow 1.1 and later have bits 0, 2, 5 and 6 only. */
public enum PortConfig implements WireFlag {
    /** Administratively down. */
    PORT_DOWN(1),
    /** No 802.1D spanning tree on it. */
    NO_STP(1 << 1),
    /** Drop what it receives. */
    NO_RECV(1 << 2),
    /** Drop the spanning tree frames that it receives. */
    NO_RECV_STP(1 << 3),
    /** No part of floods. */
    NO_FLOOD(1 << 4),
    /** Drop what is sent to it. */
    NO_FWD(1 << 5),
    /** No packet-ins from it. */
    NO_PACKET_IN(1 << 6);

    private final int bit;

    PortConfig(int bit) {
        this.bit = bit;
    }

    @Override
    public int bit() {
        return bit;
    }
}
