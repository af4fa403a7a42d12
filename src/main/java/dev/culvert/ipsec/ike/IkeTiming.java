package dev.culvert.ipsec.ike;

import java.time.Duration;

/**
 * When things happen. Rekeying begins up to a tenth earlier than said here, at random, so that the ends seldom do it at once.
 *
 * @param ikeRekey age at which an IKE SA is rekeyed; strongSwan's would at about 2:50 h
 * @param ikeLifetime age at which an IKE SA that could not be rekeyed goes
 * @param childRekey age at which a CHILD_SA is rekeyed; strongSwan's would at about 0:50 h
 * @param childLifetime age at which a CHILD_SA that could not be rekeyed goes
 * @param childPackets packets sent at which a CHILD_SA is rekeyed: below 2^32, where sequence numbers end
 * @param liveness silence after which the peer is asked whether it lives
 * @param retransmit pause before a request is sent again; it doubles, up to 8 seconds
 * @param tries how often a request is sent before the peer counts as dead
 * @param retryMost longest pause between attempts to reach a peer; they go on for ever
 */
public record IkeTiming(
        Duration ikeRekey,
        Duration ikeLifetime,
        Duration childRekey,
        Duration childLifetime,
        long childPackets,
        Duration liveness,
        Duration retransmit,
        int tries,
        Duration retryMost) {
    /** What suits beside strongSwan's own defaults. */
    public static final IkeTiming DEFAULT = new IkeTiming(
            Duration.ofMinutes(150),
            Duration.ofMinutes(180),
            Duration.ofMinutes(45),
            Duration.ofMinutes(60),
            1L << 31,
            Duration.ofSeconds(10),
            Duration.ofMillis(500),
            7,
            Duration.ofSeconds(30));

    /** Returns it with other ages for IKE SAs. */
    public IkeTiming withIke(Duration rekey, Duration lifetime) {
        return new IkeTiming(
                rekey, lifetime, childRekey, childLifetime, childPackets, liveness, retransmit, tries, retryMost);
    }

    /** Returns it with other ages for CHILD_SAs. */
    public IkeTiming withChild(Duration rekey, Duration lifetime) {
        return new IkeTiming(
                ikeRekey, ikeLifetime, rekey, lifetime, childPackets, liveness, retransmit, tries, retryMost);
    }

    /** Returns it with another silence after which the peer is asked. */
    public IkeTiming withLiveness(Duration silence) {
        return new IkeTiming(
                ikeRekey, ikeLifetime, childRekey, childLifetime, childPackets, silence, retransmit, tries, retryMost);
    }
}
