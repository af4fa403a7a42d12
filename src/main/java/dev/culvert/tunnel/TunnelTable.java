package dev.culvert.tunnel;

import dev.culvert.packet.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Which tunnel port a received packet belongs to. Tunnels match in twelve ways ({@link TunnelMatch#order}), the most certain
 * one first; each way in use costs one probe of a hash table. Immutable: a change makes a new table.
 */
public final class TunnelTable {
    /** The table without tunnels. */
    public static final TunnelTable EMPTY = new Builder().build();

    /** The most tunnels that a table takes: more than a datapath has port numbers. */
    public static final int TUNNELS_MAX = 65_536;

    private static final int ENTRY = 6;
    private static final long SEED = new SplittableRandom().nextLong();

    /** Only classes in use, in the order in which they are searched. */
    private final MatchClass[] classes;

    private TunnelTable(MatchClass[] classes) {
        this.classes = classes;
    }

    /**
     * Finds the port of a received packet.
     *
     * @param transport {@link TunnelType#transport} of what it came in by
     * @param key its key; 0 if it had none
     * @param localHigh high half of its outer destination address, IPv4 as {@code ::ffff:a.b.c.d}
     * @param localLow low half
     * @param remoteHigh high half of its outer source address
     * @param remoteLow low half
     * @return the port number that was given with the tunnel; -1 if there is none
     */
    public int find(int transport, long key, long localHigh, long localLow, long remoteHigh, long remoteLow) {
        for (MatchClass candidates : classes) {
            int port = candidates.find(transport, key, localHigh, localLow, remoteHigh, remoteLow);
            if (port >= 0) {
                return port;
            }
        }
        return -1;
    }

    private static int hash(int transport, long key, long localHigh, long localLow, long remoteHigh, long remoteLow) {
        long hash = (SEED ^ transport) * 0x9e37_79b9_7f4a_7c15L;
        hash = (hash ^ (hash >>> 29) ^ key) * 0xbf58_476d_1ce4_e5b9L;
        hash = (hash ^ (hash >>> 32) ^ localHigh) * 0x94d0_49bb_1331_11ebL;
        hash = (hash ^ (hash >>> 29) ^ localLow) * 0x9e37_79b9_7f4a_7c15L;
        hash = (hash ^ (hash >>> 32) ^ remoteHigh) * 0xbf58_476d_1ce4_e5b9L;
        hash = (hash ^ (hash >>> 29) ^ remoteLow) * 0x94d0_49bb_1331_11ebL;
        return (int) (hash >>> 32);
    }

    /** All tunnels that match in one way: open addressing, at most half full. */
    private static final class MatchClass {
        private final boolean anyKey;
        private final boolean anyRemote;
        private final boolean anyLocal;
        private final int mask;
        private final long[] slots;
        private final int[] ports;

        MatchClass(TunnelMatch like, int size) {
            anyKey = like.keyFlow();
            anyRemote = like.remoteFlow();
            anyLocal = like.local().equals(IpAddress.NONE);
            int capacity = Integer.highestOneBit(Math.max(size, 1)) << 2;
            mask = capacity - 1;
            slots = new long[capacity * ENTRY];
            ports = new int[capacity];
            Arrays.fill(ports, -1);
        }

        void add(TunnelMatch match, int port) {
            IpAddress local = match.local();
            IpAddress remote = match.remote();
            int index =
                    hash(match.transport(), match.key(), local.high(), local.low(), remote.high(), remote.low()) & mask;
            while (ports[index] >= 0) {
                index = (index + 1) & mask;
            }
            int at = index * ENTRY;
            slots[at] = match.transport();
            slots[at + 1] = match.key();
            slots[at + 2] = local.high();
            slots[at + 3] = local.low();
            slots[at + 4] = remote.high();
            slots[at + 5] = remote.low();
            ports[index] = port;
        }

        int find(int transport, long key, long localHigh, long localLow, long remoteHigh, long remoteLow) {
            long k = anyKey ? 0 : key;
            long lh = anyLocal ? 0 : localHigh;
            long ll = anyLocal ? 0 : localLow;
            long rh = anyRemote ? 0 : remoteHigh;
            long rl = anyRemote ? 0 : remoteLow;
            int index = hash(transport, k, lh, ll, rh, rl) & mask;
            while (ports[index] >= 0) {
                int at = index * ENTRY;
                if (slots[at] == transport
                        && slots[at + 1] == k
                        && slots[at + 2] == lh
                        && slots[at + 3] == ll
                        && slots[at + 4] == rh
                        && slots[at + 5] == rl) {
                    return ports[index];
                }
                index = (index + 1) & mask;
            }
            return -1;
        }
    }

    /** Collects the tunnels of tables to be. */
    public static final class Builder {
        private record Entry(String name, int port) {}

        private final Map<TunnelMatch, Entry> entries = new HashMap<>();

        /** Makes one without tunnels. */
        public Builder() {}

        /**
         * Adds a tunnel.
         *
         * @param name the port's name, for the message
         * @param match what its packets are like
         * @param port the number that {@link TunnelTable#find} will return, not negative
         * @return null if it was added; otherwise why not, in Open vSwitch's words
         */
        public @Nullable String add(String name, TunnelMatch match, int port) {
            Entry existing = entries.get(match);
            if (existing != null) {
                return name + ": attempting to add tunnel port with same config as port '" + existing.name + "' ("
                        + match.describe(port) + ")";
            }
            if (entries.size() == TUNNELS_MAX) {
                return name + ": there are " + TUNNELS_MAX + " tunnel ports already";
            }
            entries.put(match, new Entry(name, port));
            return null;
        }

        /**
         * Takes a tunnel out; does nothing if there is none like it.
         *
         * @param match what its packets are like
         */
        public void remove(TunnelMatch match) {
            entries.remove(match);
        }

        /** Returns the table of what was added, which later additions do not change. */
        public TunnelTable build() {
            List<List<Map.Entry<TunnelMatch, Entry>>> byClass = new ArrayList<>();
            for (int i = 0; i < TunnelMatch.CLASSES; i++) {
                byClass.add(new ArrayList<>());
            }
            for (Map.Entry<TunnelMatch, Entry> entry : entries.entrySet()) {
                byClass.get(entry.getKey().order()).add(entry);
            }
            List<MatchClass> classes = new ArrayList<>();
            for (List<Map.Entry<TunnelMatch, Entry>> tunnels : byClass) {
                if (!tunnels.isEmpty()) {
                    MatchClass matches = new MatchClass(tunnels.getFirst().getKey(), tunnels.size());
                    tunnels.forEach(tunnel -> matches.add(tunnel.getKey(), tunnel.getValue().port));
                    classes.add(matches);
                }
            }
            return new TunnelTable(classes.toArray(MatchClass[]::new));
        }
    }
}
