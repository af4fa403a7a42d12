package dev.culvert.ofproto;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The MAC learning table of one bridge: which port a station of a VLAN was last seen on (IEEE 802.1Q, 8.8).
 *
 * <p>The table has a limit. Where it is full, the longest unused entry of the port that holds the most entries makes
 * room, so that a port which sends from random addresses pushes out its own entries and not its neighbours'.
 *
 * <p>An entry may also be put in by hand ({@code fdb/add}): it is static, which is to say that it neither ages nor moves nor
 * makes room, and goes only by hand or with its port.
 *
 * <p>Stations are named by {@link #station}: the VLAN in the upper 16 bits, the address in the lower 48. Every change
 * of what a lookup would answer (learned, moved, forgotten) is told to the listener under that name.
 */
public final class MacTable {
    /** Open vSwitch's default for {@code mac-aging-time}, in seconds. */
    public static final int DEFAULT_AGING_SECONDS = 300;

    /** Open vSwitch's default for {@code mac-table-size}. */
    public static final int DEFAULT_SIZE = 8192;

    /**
     * A station.
     *
     * @param vlan the VLAN identifier, 0 for none
     * @param mac the address in the lower 48 bits
     * @param port the port it was seen on
     * @param usedNanos when it was seen last; of a static one, when it was put in
     * @param isStatic whether it was put in by hand
     */
    public record Entry(int vlan, long mac, OfPort port, long usedNanos, boolean isStatic) {}

    private final Map<Long, Entry> entries = new HashMap<>();
    /** For each port its stations that were learned, the longest unused first. */
    private final Map<OfPort, LinkedHashMap<Long, Boolean>> byPort = new HashMap<>();

    private final Set<Entry> statics = new HashSet<>();
    private final LongConsumer changed;
    private int limit = DEFAULT_SIZE;
    private long agingNanos = DEFAULT_AGING_SECONDS * 1_000_000_000L;
    private long learned;
    private long expired;
    private long evicted;
    private long moved;

    /**
     * Makes an empty table.
     *
     * @param changed is told the station whose lookup has changed
     */
    public MacTable(LongConsumer changed) {
        this.changed = changed;
    }

    /**
     * Names a station.
     *
     * @param vlan the VLAN identifier, 0 for none
     * @param mac the address in the lower 48 bits
     * @return the VLAN in bits 48 to 59, the address below
     */
    public static long station(int vlan, long mac) {
        return (long) vlan << 48 | mac;
    }

    /**
     * Sets the limits; what no longer fits or is too old goes at once.
     *
     * @param seconds how long an unused entry lives, at least 1
     * @param size how many entries there may be, at least 1
     * @param now the time in nanoseconds
     */
    public void configure(int seconds, int size, long now) {
        agingNanos = Math.max(1, seconds) * 1_000_000_000L;
        limit = Math.max(1, size);
        boolean shrinking = true;
        while (shrinking && entries.size() > limit) {
            shrinking = evict();
        }
        expire(now);
    }

    /**
     * Notes that a station was seen on a port.
     *
     * @param vlan the VLAN identifier, 0 for none
     * @param mac a unicast address
     * @param port where it was seen
     * @param now the time in nanoseconds
     */
    public void learn(int vlan, long mac, OfPort port, long now) {
        Long station = station(vlan, mac);
        Entry old = entries.get(station);
        if (old != null && (old.isStatic() || (old.port() != port && old.usedNanos() - now > 0))) {
            return; // counters are collected late: an older sighting does not undo a newer one
        }
        if (old == null) {
            if (entries.size() >= limit && !evict()) {
                return;
            }
            learned++;
        } else if (old.port() != port) {
            moved++;
            unlink(old.port(), station);
        }
        entries.put(station, new Entry(vlan, mac, port, now, false));
        byPort.computeIfAbsent(port, _ -> new LinkedHashMap<>(16, 0.75f, true)).put(station, true);
        if (old == null || old.port() != port) {
            changed.accept(station);
        }
    }

    /**
     * Puts a static entry in, in place of what was known of the station.
     *
     * @param vlan the VLAN identifier, 0 for none
     * @param mac the address
     * @param port where it is from now on
     * @param now the time in nanoseconds
     * @return false where the table is full of static entries
     */
    public boolean add(int vlan, long mac, OfPort port, long now) {
        Entry old = lookup(vlan, mac);
        if (old != null) {
            forget(old);
        } else if (entries.size() >= limit && !evict()) {
            return false;
        }
        Long station = station(vlan, mac);
        Entry entry = new Entry(vlan, mac, port, now, true);
        entries.put(station, entry);
        statics.add(entry);
        changed.accept(station);
        return true;
    }

    /**
     * Takes a static entry out.
     *
     * @param vlan the VLAN identifier, 0 for none
     * @param mac the address
     * @return false where there is none
     */
    public boolean remove(int vlan, long mac) {
        Entry entry = lookup(vlan, mac);
        if (entry == null || !entry.isStatic()) {
            return false;
        }
        forget(entry);
        return true;
    }

    /**
     * Tells where a station is.
     *
     * @param vlan the VLAN identifier, 0 for none
     * @param mac the address
     * @return the entry, or null for an unknown station
     */
    public @Nullable Entry lookup(int vlan, long mac) {
        return entries.get(station(vlan, mac));
    }

    /**
     * Forgets every station that was not seen for the ageing time. Called about once a second.
     *
     * @param now the time in nanoseconds
     */
    public void expire(long now) {
        List<Entry> old = new ArrayList<>();
        for (LinkedHashMap<Long, Boolean> stations : byPort.values()) {
            for (Long station : stations.keySet()) {
                Entry entry = entries.get(station);
                if (entry == null || now - entry.usedNanos() < agingNanos) {
                    break;
                }
                old.add(entry);
            }
        }
        for (Entry entry : old) {
            expired++;
            forget(entry);
        }
    }

    /** Forgets everything that was learned. */
    public void flush() {
        for (Entry entry : entries()) {
            if (!entry.isStatic()) {
                forget(entry);
            }
        }
    }

    /**
     * Forgets what was known of a port.
     *
     * @param port the port that went away
     */
    public void flush(OfPort port) {
        LinkedHashMap<Long, Boolean> stations = byPort.get(port);
        List<Entry> gone = new ArrayList<>();
        if (stations != null) {
            stations.keySet().forEach(station -> gone.add(entries.get(station)));
        }
        statics.stream().filter(entry -> entry.port() == port).forEach(gone::add);
        gone.stream().filter(Objects::nonNull).forEach(this::forget);
    }

    /**
     * Lists what is known.
     *
     * @return the entries, in no particular order
     */
    public List<Entry> entries() {
        return List.copyOf(entries.values());
    }

    /** Tells how many of them are static. */
    public int staticCount() {
        return statics.size();
    }

    /**
     * Tells how many entries there may be.
     *
     * @return the limit
     */
    public int limit() {
        return limit;
    }

    /**
     * Counts what happened since the start, or since the counts were cleared.
     *
     * @return learned, expired, evicted and moved, in this order
     */
    public long[] counts() {
        return new long[] {learned, expired, evicted, moved};
    }

    /** Begins to count anew. */
    public void clearCounts() {
        learned = 0;
        expired = 0;
        evicted = 0;
        moved = 0;
    }

    /** Makes room for one; false where everything is static. */
    private boolean evict() {
        LinkedHashMap<Long, Boolean> fullest = null;
        for (LinkedHashMap<Long, Boolean> stations : byPort.values()) {
            if (fullest == null || stations.size() > fullest.size()) {
                fullest = stations;
            }
        }
        if (fullest == null) {
            return false;
        }
        Iterator<Long> oldest = fullest.keySet().iterator();
        Entry entry = oldest.hasNext() ? entries.get(oldest.next()) : null;
        if (entry == null) {
            return false;
        }
        evicted++;
        forget(entry);
        return true;
    }

    private void forget(Entry entry) {
        Long station = station(entry.vlan(), entry.mac());
        entries.remove(station);
        statics.remove(entry);
        unlink(entry.port(), station);
        changed.accept(station);
    }

    private void unlink(OfPort port, Long station) {
        LinkedHashMap<Long, Boolean> stations = byPort.get(port);
        if (stations != null) {
            stations.remove(station);
            if (stations.isEmpty()) {
                byPort.remove(port);
            }
        }
    }
}
