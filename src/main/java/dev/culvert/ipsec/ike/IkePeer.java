package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.crypto.Proposals;
import dev.culvert.packet.IpAddress;
import java.util.List;

/**
 * An end to keep SAs with. There is one for each pair of addresses: several tunnels to one remote host are several policies of
 * one peer.
 *
 * @param name unique among peers
 * @param local this host's address, {@link IpAddress#NONE} for whichever the host's routes give
 * @param remote the peer's address; messages from others are not for it
 * @param policies traffic that shall have CHILD_SAs; the first is made together with the IKE SA
 * @param forceEncapsulation whether ESP goes in UDP although no NAT is found ({@code forceencaps} of ipsec.conf(5))
 * @param ike proposals for the IKE SA
 * @param esp proposals for CHILD_SAs
 */
public record IkePeer(
        String name,
        IpAddress local,
        IpAddress remote,
        Credentials credentials,
        List<ChildPolicy> policies,
        boolean forceEncapsulation,
        Proposals ike,
        Proposals esp,
        IkeTiming timing) {
    public IkePeer {
        policies = List.copyOf(policies);
    }

    /** Makes a peer with what everything else is by default. */
    public static IkePeer of(String name, IpAddress remote, Credentials credentials, List<ChildPolicy> policies) {
        return new IkePeer(
                name,
                IpAddress.NONE,
                remote,
                credentials,
                policies,
                false,
                Proposals.IKE,
                Proposals.ESP,
                IkeTiming.DEFAULT);
    }

    /** Returns it with other policies. */
    public IkePeer withPolicies(List<ChildPolicy> others) {
        return new IkePeer(name, local, remote, credentials, others, forceEncapsulation, ike, esp, timing);
    }
}
