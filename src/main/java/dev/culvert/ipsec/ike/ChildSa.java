package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.crypto.EspTransforms;
import dev.culvert.ipsec.ike.message.TrafficSelector;
import dev.culvert.packet.IpAddress;

/**
 * A CHILD_SA: a pair of ESP SAs in transport mode, one a direction.
 *
 * @param peer name of the {@link IkePeer}
 * @param policy name of the {@link ChildPolicy}
 * @param spiIn SPI of packets to us; it identifies the CHILD_SA
 * @param spiOut SPI of packets to the peer
 * @param keyIn keying material for packets to us: encryption key, salt of GCM (4 bytes), integrity key. The engine overwrites it
 *     when {@link IkeHost#install} returns, so the host copies what it needs
 * @param keyOut the same for packets to the peer
 * @param encapsulated whether ESP goes in UDP (RFC 3948), between {@code localPort} and {@code remotePort}
 * @param local our address; {@link IpAddress#NONE} if the host could not say
 * @param localTraffic our side of the traffic that both ends agreed on
 * @param remoteTraffic the peer's side
 * @param rekeyed {@code spiIn} of the CHILD_SA that this one replaces, 0 for none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ChildSa(
        String peer,
        String policy,
        int spiIn,
        int spiOut,
        EspTransforms transforms,
        byte[] keyIn,
        byte[] keyOut,
        boolean encapsulated,
        IpAddress local,
        int localPort,
        IpAddress remote,
        int remotePort,
        TrafficSelector localTraffic,
        TrafficSelector remoteTraffic,
        int rekeyed) {
    /** Says everything but the keys. */
    @Override
    public String toString() {
        return peer + "/" + policy + " " + Integer.toHexString(spiIn) + "/" + Integer.toHexString(spiOut) + " "
                + transforms + " " + localTraffic + "-" + remoteTraffic + (encapsulated ? " in UDP" : "");
    }
}
