package dev.culvert.vswitch.ipsec;

import dev.culvert.packet.IpAddress;
import dev.culvert.tunnel.TunnelConfig;
import java.util.function.UnaryOperator;

/**
 * The two ends of tunnels, which have an IKE peer together.
 *
 * @param local this host's address; {@link IpAddress#NONE} for the one that its routes choose
 */
record Ends(IpAddress local, IpAddress remote) {
    static Ends of(TunnelConfig config) {
        return new Ends(config.local().address(), config.remote().address());
    }

    String name() {
        return local.equals(IpAddress.NONE) ? remote.toString() : local + "-" + remote;
    }

    /**
     * Whether one of two names the address that the other has anyway: IKE could not tell two such peers apart.
     *
     * @param localAddress which address of this host leads to another one
     */
    boolean meet(Ends other, UnaryOperator<IpAddress> localAddress) {
        if (!remote.equals(other.remote) || local.isUnspecified() == other.local.isUnspecified()) {
            return false;
        }
        IpAddress named = local.isUnspecified() ? other.local : local;
        return localAddress.apply(remote).equals(named);
    }
}
