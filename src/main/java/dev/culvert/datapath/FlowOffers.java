package dev.culvert.datapath;

import dev.culvert.packet.FlowKey;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Flows that have carried enough to be worth a place in the kernel, each with the key of one of its packets: a bounded queue
 * from the poll loop to the conductor. What does not fit is offered again when the flow has carried more.
 */
final class FlowOffers {
    private static final int CAPACITY = 256;
    private static final VarHandle HEAD;
    private static final VarHandle TAIL;

    static {
        try {
            HEAD = MethodHandles.lookup().findVarHandle(FlowOffers.class, "head", int.class);
            TAIL = MethodHandles.lookup().findVarHandle(FlowOffers.class, "tail", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final @Nullable Megaflow[] flows = new @Nullable Megaflow[CAPACITY];
    private final long[] keys = new long[CAPACITY * FlowKey.WORDS];

    @SuppressWarnings("unused") // through HEAD
    private int head;

    @SuppressWarnings("unused") // through TAIL
    private int tail;

    /** Adds a flow at the end, with a copy of the key; for the poll loop only. */
    boolean offer(Megaflow flow, long[] key) {
        int end = (int) TAIL.get(this);
        if (end - (int) HEAD.getAcquire(this) >= CAPACITY) {
            return false;
        }
        int slot = end & CAPACITY - 1;
        flows[slot] = flow;
        System.arraycopy(key, 0, keys, slot * FlowKey.WORDS, FlowKey.WORDS);
        TAIL.setRelease(this, end + 1);
        return true;
    }

    /** Takes the oldest flow and writes its key, or returns null; for the conductor only. */
    @Nullable
    Megaflow poll(long[] key) {
        int start = (int) HEAD.get(this);
        if (start == (int) TAIL.getAcquire(this)) {
            return null;
        }
        int slot = start & CAPACITY - 1;
        Megaflow flow = flows[slot];
        flows[slot] = null;
        System.arraycopy(keys, slot * FlowKey.WORDS, key, 0, FlowKey.WORDS);
        HEAD.setRelease(this, start + 1);
        return flow;
    }
}
