package dev.culvert.ipsec.ike;

import dev.culvert.packet.IpAddress;
import java.util.List;

/**
 * How it stands with a peer; no secrets.
 *
 * @param local our address, {@link IpAddress#NONE} if there is no SA
 * @param remoteIdentity who the peer has proved to be, empty before
 * @param ikeSuite the IKE SA's suite in strongSwan's form, empty without one
 * @param ikeSpis the IKE SA's two SPIs in hexadecimal, initiator's first; empty without one
 * @param initiator whether we began the IKE SA
 * @param rekeyIn seconds until the IKE SA is rekeyed
 * @param age seconds since the IKE SA is there
 * @param encapsulated whether there is a NAT, or as if there were
 * @param retransmissions of requests, since the peer is configured
 * @param authenticationFailures since the peer is configured, whoever found them
 * @param ikeRekeys how often the IKE SA was replaced, since the peer is configured, whoever began it
 * @param childRekeys how often a CHILD_SA was, likewise
 * @param liveness how the peer answers when it is asked whether it lives
 * @param lastError why there is no SA, empty if there is one: {@code authentication failed}, {@code no answer},
 *     {@code NO_PROPOSAL_CHOSEN}, …
 */
public record PeerStatus(
        String name,
        State state,
        IpAddress local,
        IpAddress remote,
        String remoteIdentity,
        String ikeSuite,
        String ikeSpis,
        boolean initiator,
        long rekeyIn,
        long age,
        boolean encapsulated,
        long retransmissions,
        long authenticationFailures,
        long ikeRekeys,
        long childRekeys,
        Liveness liveness,
        String lastError,
        List<ChildStatus> children) {
    /**
     * Answers to the question whether the peer lives (RFC 7296 section 2.4), which is asked when nothing has been heard from it
     * for a while. They are small, and cost the peer no key exchange: the time is the path's and both ends' turn to look. Where the
     * question had to be sent again, nobody knows which one was answered, and none is counted (RFC 6298 section 3).
     *
     * @param answers how many, since the peer is configured
     * @param totalNanos the time that they took together
     * @param lastNanos the time that the last one took; 0 before the first
     */
    public record Liveness(long answers, long totalNanos, long lastNanos) {
        static final Liveness NONE = new Liveness(0, 0, 0);

        Liveness plus(long nanos) {
            return new Liveness(answers + 1, totalNanos + nanos, nanos);
        }
    }

    /** The states that matter outside. */
    public enum State {
        /** No IKE SA, and one is being made or will be. */
        CONNECTING,
        /** The last attempt ended because one end did not prove who it is. Further ones follow. */
        AUTHENTICATION_FAILED,
        /** There is an IKE SA, but a policy has no CHILD_SA yet. */
        PARTIAL,
        /** There is an IKE SA, and a CHILD_SA for each policy. */
        ESTABLISHED
    }

    /**
     * A CHILD_SA.
     *
     * @param transforms in strongSwan's form
     * @param rekeyIn seconds until it is rekeyed
     * @param age seconds since it is there
     * @param active whether packets leave with it
     */
    public record ChildStatus(
            String policy, int spiIn, int spiOut, String transforms, long rekeyIn, long age, boolean active) {}

    public PeerStatus {
        children = List.copyOf(children);
    }
}
