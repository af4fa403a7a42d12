package dev.culvert.vswitch.ipsec;

import dev.culvert.datapath.Protection;
import dev.culvert.ipsec.ike.ChildPolicy;
import dev.culvert.tunnel.TunnelType;
import java.util.List;

/** The tunnels of one encapsulation and port between two ends: they have their security associations together. */
final class Group {
    final Ends ends;

    /** Unique between the two ends, such as {@code gre} or {@code vxlan-4789}. */
    final String name;

    final TunnelType type;
    final int port;
    final Protection protection;

    /** How many tunnels there are. */
    int members;

    Group(Ends ends, String name, TunnelType type, int port, Protection protection) {
        this.ends = ends;
        this.name = name;
        this.type = type;
        this.port = port;
        this.protection = protection;
    }

    /** The policies as ovs-monitor-ipsec makes them: for UDP one for what comes in, one for what goes out. */
    List<ChildPolicy> policies() {
        return type.isUdp() ? ChildPolicy.udp(name, port) : ChildPolicy.gre(name);
    }

    /** The group's name in a policy's. */
    static String ofPolicy(String policy) {
        return policy.replaceFirst("-(in|out)$", "");
    }

    /** Whether packets leave by a policy: with UDP, not by the one for what comes in. */
    static boolean sends(String policy) {
        return !policy.endsWith("-in");
    }
}
