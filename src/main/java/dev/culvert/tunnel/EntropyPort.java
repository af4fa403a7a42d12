package dev.culvert.tunnel;

import dev.culvert.packet.Ethernet;
import dev.culvert.packet.FlowField;
import dev.culvert.packet.FlowKey;

/**
 * The UDP source port of a tunnel packet: a hash of the inner connection, so that the underlay spreads connections over its
 * paths and keeps each on one (RFC 7348 section 5, RFC 8926 section 3.3).
 */
public final class EntropyPort {
    /** The lowest port. */
    public static final int FIRST = 32_768;

    /** One more than the highest port (Open vSwitch's {@code tnl/egress_port_range}, which is short of its end too). */
    public static final int END = 61_000;

    private static final long[] LINK = mask(FlowField.DL_SRC, FlowField.DL_DST, FlowField.DL_TYPE);
    private static final long[] HOSTS = mask(FlowField.NW_SRC, FlowField.NW_DST, FlowField.NW_PROTO);
    private static final long[] CONNECTION =
            mask(FlowField.NW_SRC, FlowField.NW_DST, FlowField.NW_PROTO, FlowField.TP_SRC, FlowField.TP_DST);

    private EntropyPort() {}

    private static long[] mask(FlowField... fields) {
        long[] mask = FlowKey.create();
        for (FlowField field : fields) {
            field.unwildcard(mask);
        }
        return mask;
    }

    /**
     * Returns the source port for packets of a flow, {@link #FIRST} to {@link #END} - 1.
     *
     * @param key the inner packet's flow key
     */
    public static int of(long[] key) {
        int hash = FlowKey.hash(key, mask(key));
        return FIRST + (int) (((hash & 0xffff_ffffL) * (END - FIRST)) >>> 32);
    }

    /** Fragments are hashed without ports, which only the first one has: all of a packet's go one way. */
    private static long[] mask(long[] key) {
        int type = (int) FlowField.DL_TYPE.get(key);
        if (type != Ethernet.TYPE_IPV4 && type != Ethernet.TYPE_IPV6) {
            return LINK;
        }
        return FlowField.NW_FRAG.get(key) != 0 ? HOSTS : CONNECTION;
    }
}
