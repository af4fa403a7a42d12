package dev.culvert.datapath;

import dev.culvert.packet.FlowKey;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The flow cache: a tuple space. For each distinct mask there is one hash table; a lookup asks them in turn, the most
 * successful first. Entries never overlap, since each was made by the same translation, so the first hit is the answer.
 *
 * <p>It belongs to one poll loop, and a lookup allocates nothing.
 */
final class FlowTable {
    /** Masks come from translation code, not from packets, so there are few; this is a fence, not a target. */
    private static final int MAX_MASKS = 256;

    private static final int SORT_EVERY = 1 << 16;

    private final int limit;
    private Subtable[] subtables = new Subtable[0];
    private int size;
    private int lookups;

    /**
     * Makes an empty cache.
     *
     * @param limit how many entries it takes
     */
    FlowTable(int limit) {
        this.limit = limit;
    }

    @Nullable
    Megaflow lookup(long[] key) {
        Subtable[] all = subtables;
        for (Subtable subtable : all) {
            Megaflow flow = subtable.lookup(key);
            if (flow != null) {
                subtable.hits++;
                if ((++lookups & SORT_EVERY - 1) == 0) {
                    sort();
                }
                return flow;
            }
        }
        return null;
    }

    /** Puts an entry in, in place of one with the same key and mask; refuses where there is no room. */
    boolean insert(Megaflow flow) {
        Subtable subtable = subtable(flow.mask());
        if (subtable == null) {
            if (size >= limit || subtables.length >= MAX_MASKS) {
                return false;
            }
            subtable = new Subtable(flow.mask());
            subtables = Arrays.copyOf(subtables, subtables.length + 1);
            subtables[subtables.length - 1] = subtable;
        }
        Megaflow old = subtable.find(flow.key(), flow.hash);
        if (old != null) {
            subtable.remove(old);
            old.installed = false;
            size--;
        } else if (size >= limit) {
            return false;
        }
        subtable.insert(flow);
        flow.installed = true;
        size++;
        return true;
    }

    void remove(Megaflow flow) {
        Subtable subtable = subtable(flow.mask());
        if (flow.installed && subtable != null && subtable.remove(flow)) {
            flow.installed = false;
            size--;
            if (subtable.count == 0) {
                Subtable gone = subtable;
                subtables =
                        Arrays.stream(subtables).filter(other -> other != gone).toArray(Subtable[]::new);
            }
        }
    }

    /** Forgets all entries. */
    void clear() {
        for (Subtable subtable : subtables) {
            for (Megaflow flow : subtable.flows) {
                if (flow != null) {
                    flow.installed = false;
                }
            }
        }
        subtables = new Subtable[0];
        size = 0;
    }

    int size() {
        return size;
    }

    int masks() {
        return subtables.length;
    }

    private @Nullable Subtable subtable(long[] mask) {
        for (Subtable subtable : subtables) {
            if (Arrays.equals(subtable.mask, mask)) {
                return subtable;
            }
        }
        return null;
    }

    /** Moves the tables that answer most to the front. An insertion sort: nearly sorted already, and no allocation. */
    private void sort() {
        Subtable[] all = subtables;
        for (int i = 1; i < all.length; i++) {
            Subtable moving = all[i];
            int at = i;
            while (at > 0 && all[at - 1].hits < moving.hits) {
                all[at] = all[at - 1];
                at--;
            }
            all[at] = moving;
        }
        for (Subtable subtable : all) {
            subtable.hits >>>= 1;
        }
    }

    /** An open-addressing hash table of the entries with one mask; removal shifts back, so there are no tombstones. */
    private static final class Subtable {
        final long[] mask;
        long hits;
        int count;
        private int[] hashes = new int[16];
        private @Nullable Megaflow[] flows = new @Nullable Megaflow[16];

        Subtable(long[] mask) {
            this.mask = mask;
        }

        @Nullable
        Megaflow lookup(long[] key) {
            int hash = FlowKey.hash(key, mask);
            int slots = flows.length - 1;
            for (int i = hash & slots; ; i = i + 1 & slots) {
                Megaflow flow = flows[i];
                if (flow == null) {
                    return null;
                }
                if (hashes[i] == hash && FlowKey.matches(key, flow.key(), mask)) {
                    return flow;
                }
            }
        }

        @Nullable
        Megaflow find(long[] maskedKey, int hash) {
            int slots = flows.length - 1;
            for (int i = hash & slots; ; i = i + 1 & slots) {
                Megaflow flow = flows[i];
                if (flow == null) {
                    return null;
                }
                if (hashes[i] == hash && Arrays.equals(maskedKey, flow.key())) {
                    return flow;
                }
            }
        }

        void insert(Megaflow flow) {
            if (2 * (count + 1) > flows.length) {
                @Nullable Megaflow[] old = flows;
                flows = new @Nullable Megaflow[2 * old.length];
                hashes = new int[2 * old.length];
                for (Megaflow moved : old) {
                    if (moved != null) {
                        place(moved);
                    }
                }
            }
            place(flow);
            count++;
        }

        boolean remove(Megaflow flow) {
            int slots = flows.length - 1;
            int hole = flow.hash & slots;
            while (flows[hole] != flow) {
                if (flows[hole] == null) {
                    return false;
                }
                hole = hole + 1 & slots;
            }
            for (int i = hole + 1 & slots; flows[i] != null; i = i + 1 & slots) {
                int home = hashes[i] & slots;
                boolean reachable = hole <= i ? hole < home && home <= i : hole < home || home <= i;
                if (!reachable) {
                    flows[hole] = flows[i];
                    hashes[hole] = hashes[i];
                    hole = i;
                }
            }
            flows[hole] = null;
            count--;
            return true;
        }

        private void place(Megaflow flow) {
            int slots = flows.length - 1;
            int i = flow.hash & slots;
            while (flows[i] != null) {
                i = i + 1 & slots;
            }
            flows[i] = flow;
            hashes[i] = flow.hash;
        }
    }
}
