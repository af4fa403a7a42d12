package dev.culvert.vswitch;

import dev.culvert.datapath.DatapathFlowText;
import dev.culvert.datapath.Megaflow;
import dev.culvert.ofproto.Backer;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.Map;
import java.util.UUID;

/** A cached flow on one line, as {@code dpif/dump-flows} and {@code dpctl/dump-flows} show it. */
final class CachedFlowText {
    private static final double SECOND = 1e9;

    private CachedFlowText() {}

    /**
     * Writes match, counters and actions.
     *
     * @param all whether the match shows what the mask leaves out, too
     * @param names the names to show instead of ports' numbers; empty for numbers
     * @param more what stands before the actions
     */
    static String format(Backer.CachedFlow cached, boolean all, Map<Integer, String> names, String more) {
        Megaflow flow = cached.flow();
        long used = flow.usedNanos();
        return "%s, packets:%d, bytes:%d, used:%s, %sactions:%s"
                .formatted(
                        DatapathFlowText.match(cached.key(), flow.mask(), all, names),
                        flow.packets(),
                        flow.bytes(),
                        used == 0 ? "never" : "%.3fs".formatted((System.nanoTime() - used) / SECOND),
                        more,
                        DatapathFlowText.actions(flow.actions(), names));
    }

    /** Where a flow lives, in the words that Open vSwitch has for flows that a network card took over. */
    static String place(Backer.CachedFlow cached) {
        return cached.flow().inKernel() ? "offloaded:yes, dp:bpf, " : "dp:ovs, ";
    }

    /** The name of a flow, which comes from what it matches. */
    static UUID ufid(Backer.CachedFlow cached) {
        long[] key = cached.flow().key();
        long[] mask = cached.flow().mask();
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * (key.length + mask.length));
        LongBuffer words = bytes.asLongBuffer();
        words.put(key).put(mask);
        return UUID.nameUUIDFromBytes(bytes.array());
    }
}
