package dev.culvert.ipsec.ike;

import dev.culvert.packet.IpAddress;

/**
 * An IKE message and its way. On port 4500 there is a non-ESP marker of 4 zero bytes in front of it (RFC 3948 section 2.2), which
 * the host adds and takes away. A message of the single byte 0xff is a NAT-keepalive: it goes without the marker.
 *
 * @param local this host's address; {@link IpAddress#NONE} if it is not known, or may be any
 * @param localPort 500 or 4500
 * @param remotePort 500, 4500, or what a NAT made of it
 * @param message not changed by anybody any more
 */
@SuppressWarnings("ArrayRecordComponent") // bytes for the wire; never compared
public record IkeDatagram(IpAddress local, int localPort, IpAddress remote, int remotePort, byte[] message) {
    /** The port of IKE. */
    public static final int PORT = 500;

    /** The port of IKE and ESP through NATs. */
    public static final int NAT_PORT = 4500;

    static byte[] keepalive() {
        return new byte[] {(byte) 0xff};
    }

    /** Returns the addresses and the length. */
    @Override
    public String toString() {
        return local + ":" + localPort + "-" + remote + ":" + remotePort + " " + message.length + " bytes";
    }
}
