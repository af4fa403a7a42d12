package dev.culvert.datapath;

import dev.culvert.packet.FlowKey;
import java.util.List;

/**
 * One entry of the flow cache: what is done with every packet whose key, under a mask, is this one. The poll loop
 * counts in it and only the poll loop does; others read the counters whenever they like and may see them a moment late.
 */
public final class Megaflow {
    private final long[] key;
    private final long[] mask;
    final int hash;

    /** Replaced as a whole when the flow is translated anew: the poll loop reads it once per packet. */
    volatile int[] program;

    private volatile List<Action> actions;

    // Written by the poll loop alone. Plain: a reader on another thread may be late, never torn (64-bit JVMs).
    long packets;
    long bytes;
    long usedNanos;

    /** Whether the poll loop still has it; written by the poll loop. */
    boolean installed;

    /**
     * Makes an entry that is not yet in any cache.
     *
     * @param key a flow key, {@link FlowKey#WORDS} words; what the mask leaves out is ignored
     * @param mask one bit for each bit of the key that matters
     * @param actions what is done, in order; none means that the packet is dropped
     */
    public Megaflow(long[] key, long[] mask, List<Action> actions) {
        this.key = key.clone();
        this.mask = mask.clone();
        for (int i = 0; i < FlowKey.WORDS; i++) {
            this.key[i] &= mask[i];
        }
        this.hash = FlowKey.hash(this.key);
        this.actions = List.copyOf(actions);
        this.program = ActionProgram.compile(actions);
    }

    /** The key under the mask; not to be changed. */
    public long[] key() {
        return key;
    }

    /** One bit for each bit of the key that matters; not to be changed. */
    public long[] mask() {
        return mask;
    }

    /** What is done, in order. */
    public List<Action> actions() {
        return actions;
    }

    /**
     * Replaces what is done; the next packet already gets it.
     *
     * @param changed the new actions
     */
    public void replaceActions(List<Action> changed) {
        actions = List.copyOf(changed);
        program = ActionProgram.compile(changed);
    }

    /** How many packets it has carried; a TCP super-frame counts as one. */
    public long packets() {
        return packets;
    }

    /** How many bytes it has carried, from the Ethernet header on. */
    public long bytes() {
        return bytes;
    }

    /** When it carried a packet last, by {@link System#nanoTime()}; 0 for never. */
    public long usedNanos() {
        return usedNanos;
    }
}
