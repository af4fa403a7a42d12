package dev.culvert.ipsec.ike;

import dev.culvert.packet.IpAddress;

/**
 * What surrounds an {@link IkeEngine}: it carries datagrams and protects packets. Called on the engine's thread, from inside the
 * engine's methods; must not call the engine back, and must not throw.
 */
public interface IkeHost {
    /** Sends a datagram, or loses it. */
    void send(IkeDatagram datagram);

    /** Returns a number that no ESP SA of this host receives with: at least 256, random. */
    int allocateSpi();

    /** Returns the address that packets to a remote one leave with, {@link IpAddress#NONE} if there is no way to it. */
    IpAddress localAddress(IpAddress remote);

    /**
     * Takes a new CHILD_SA: packets of it are accepted from now on, beside those of older ones. Nothing is sent with it before
     * {@link #activate}.
     */
    void install(ChildSa sa);

    /** From now on packets of its policy leave with this CHILD_SA, and with no older one. */
    void activate(ChildSa sa);

    /** Forgets a CHILD_SA in both directions. If it is the one that its policy's packets leave with, they have none to leave with. */
    void delete(ChildSa sa);

    /** The peer's NAT shows another address or port now: ESP in UDP goes there. */
    void moved(ChildSa sa);

    /** Tells what a CHILD_SA has carried; asked a few times a minute. */
    SaUsage usage(ChildSa sa);

    /** Something in the {@link PeerStatus} of a peer is other than before. */
    void stateChanged(String peer);
}
