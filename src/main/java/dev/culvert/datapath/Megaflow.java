package dev.culvert.datapath;

import dev.culvert.packet.FlowKey;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the flow cache: what is done with every packet whose key, under a mask, is this one. The poll loop
 * counts in it and only the poll loop does; others read the counters whenever they like and may see them a moment late.
 *
 * <p>Most flows come in by one loop only. Where another has the same flow too, it has a copy of its own to count in, and
 * this one answers for all.
 */
public final class Megaflow {
    /** A handshake is over by then, and what talks only once has been spared. */
    static final int OFFER_FIRST = 3;

    private static final @Nullable Megaflow[] NONE = new @Nullable Megaflow[0];

    private final long[] key;
    private final long[] mask;
    final int hash;

    /** Replaced as a whole when the flow is translated anew: the poll loop reads it once per packet. */
    volatile int[] program;

    private volatile List<Action> actions;

    /** The index of the loop whose entry this is; -1 as long as none has asked for it. The conductor's. */
    private int loop = -1;

    /** The entries of other loops, by their indices. */
    private volatile @Nullable Megaflow[] copies = NONE;

    // Written by the poll loop alone. Plain: a reader on another thread may be late, never torn (64-bit JVMs).
    long packets;
    long bytes;
    long usedNanos;

    /** Whether the poll loop still has it; written by the poll loop. */
    boolean installed;

    /** How many packets make it worth a place in the kernel; a hint that both threads change. */
    long offerAt = OFFER_FIRST;

    /** The one that answers for all. */
    final Megaflow original;

    // The conductor's, of the one that answers for all: what the kernel's copy has carried, and where that is or why
    // there is none.
    long kernelPackets;
    long kernelBytes;
    long kernelUsedNanos;
    boolean inKernel;

    /** The conductor's, of the one that answers for all: taken out of the cache, though a loop may not have heard of it. */
    boolean gone;

    @Nullable
    String refusal;

    /**
     * Makes an entry that is not yet in any cache.
     *
     * @param key a flow key, {@link FlowKey#WORDS} words; what the mask leaves out is ignored
     * @param mask one bit for each bit of the key that matters; it is kept, and must not be changed any more
     * @param actions what is done, in order; none means that the packet is dropped
     */
    public Megaflow(long[] key, long[] mask, List<Action> actions) {
        this.key = key.clone();
        this.mask = mask;
        for (int i = 0; i < FlowKey.WORDS; i++) {
            this.key[i] &= mask[i];
        }
        this.hash = FlowKey.hash(this.key);
        ActionList list = ActionList.of(actions);
        this.actions = list;
        this.program = list.program;
        this.original = this;
    }

    private Megaflow(Megaflow other, int loop) {
        this.key = other.key;
        this.mask = other.mask;
        this.hash = other.hash;
        this.actions = other.actions;
        this.program = other.program;
        this.loop = loop;
        this.original = other;
    }

    /** The entry for a loop, which is made if there is none. For the conductor. */
    Megaflow in(int index) {
        if (loop < 0) {
            loop = index;
        }
        Megaflow entry = entry(index);
        if (entry == null) {
            entry = new Megaflow(this, index);
            @Nullable Megaflow[] more = Arrays.copyOf(copies, Math.max(copies.length, index + 1));
            more[index] = entry;
            copies = more;
        }
        return entry;
    }

    /** The entry of a loop; null if it has none. For the conductor. */
    @Nullable
    Megaflow entry(int index) {
        @Nullable Megaflow[] others = copies;
        return index == loop ? this : index < others.length ? others[index] : null;
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
        ActionList list = ActionList.of(changed);
        actions = list;
        program = list.program;
        for (Megaflow copy : copies) {
            if (copy != null) {
                copy.program = list.program;
            }
        }
    }

    /** Has it offered to the kernel again, soon or never. */
    void offerAt(long count) {
        offerAt = count;
        for (Megaflow copy : copies) {
            if (copy != null) {
                copy.offerAt = count;
            }
        }
    }

    /** How many packets it has carried, in all loops and in the kernel; a TCP super-frame counts as one. */
    public long packets() {
        long all = packets + kernelPackets;
        for (Megaflow copy : copies) {
            all += copy == null ? 0 : copy.packets;
        }
        return all;
    }

    /** How many bytes it has carried, from the Ethernet header on. */
    public long bytes() {
        long all = bytes + kernelBytes;
        for (Megaflow copy : copies) {
            all += copy == null ? 0 : copy.bytes;
        }
        return all;
    }

    /** When it carried a packet last, by {@link System#nanoTime()}; 0 for never. */
    public long usedNanos() {
        long last = later(usedNanos, kernelUsedNanos);
        for (Megaflow copy : copies) {
            last = copy == null ? last : later(last, copy.usedNanos);
        }
        return last;
    }

    /** The later of two times, 0 being none. */
    private static long later(long one, long other) {
        return one == 0 || (other != 0 && other - one > 0) ? other : one;
    }

    /** Whether the kernel forwards its packets now. For the conductor's thread. */
    public boolean inKernel() {
        return inKernel;
    }

    /** Why the kernel cannot forward its packets; null where it does, or was not asked yet. For the conductor's thread. */
    public @Nullable String refusal() {
        return refusal;
    }
}
