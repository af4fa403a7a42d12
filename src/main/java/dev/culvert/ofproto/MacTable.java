package dev.culvert.ofproto;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The MAC learning table of one bridge: which port a station of a VLAN was last seen on (IEEE 802.1Q, 8.8).
 *
 * <p>The table has a limit. Where it is full, the longest unused entry of the port that holds the most entries makes
 * room, so that a port which sends from random addresses pushes out its own entries and not its neighbours'.
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
     * A learned station.
     *
     * @param vlan the VLAN identifier, 0 for none
     * @param mac the address in the lower 48 bits
     * @param port the port it was seen on
     * @param usedNanos when it was seen last
     */
    public record Entry(int vlan, long mac, OfPort port, long usedNanos) {}

    private final Map<Long, Entry> entries = new HashMap<>();
    /** For each port its stations, the longest unused first. */
    private final Map<OfPort, LinkedHashMap<Long, Boolean>> byPort = new HashMap<>();

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
        while (entries.size() > limit) {
            evict();
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
        if (old != null && old.port() != port && old.usedNanos() - now > 0) {
            return; // counters are collected late: an older sighting does not undo a newer one
        }
        if (old == null) {
            if (entries.size() >= limit) {
                evict();
            }
            learned++;
        } else if (old.port() != port) {
            moved++;
            unlink(old.port(), station);
        }
        entries.put(station, new Entry(vlan, mac, port, now));
        byPort.computeIfAbsent(port, _ -> new LinkedHashMap<>(16, 0.75f, true)).put(station, true);
        if (old == null || old.port() != port) {
            changed.accept(station);
        }
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

    /** Forgets everything. */
    public void flush() {
        for (Entry entry : List.copyOf(entries.values())) {
            forget(entry);
        }
    }

    /**
     * Forgets what was learned on a port.
     *
     * @param port the port that went away
     */
    public void flush(OfPort port) {
        LinkedHashMap<Long, Boolean> stations = byPort.get(port);
        if (stations != null) {
            for (Long station : List.copyOf(stations.keySet())) {
                Entry entry = entries.get(station);
                if (entry != null) {
                    forget(entry);
                }
            }
        }
    }

    /**
     * Lists what is known.
     *
     * @return the entries, in no particular order
     */
    public List<Entry> entries() {
        return List.copyOf(entries.values());
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
     * Counts what happened since the start.
     *
     * @return learned, expired, evicted and moved, in this order
     */
    public long[] counts() {
        return new long[] {learned, expired, evicted, moved};
    }

    private void evict() {
        LinkedHashMap<Long, Boolean> fullest = null;
        for (LinkedHashMap<Long, Boolean> stations : byPort.values()) {
            if (fullest == null || stations.size() > fullest.size()) {
                fullest = stations;
            }
        }
        if (fullest == null) {
            return;
        }
        Iterator<Long> oldest = fullest.keySet().iterator();
        Entry entry = oldest.hasNext() ? entries.get(oldest.next()) : null;
        if (entry != null) {
            evicted++;
            forget(entry);
        }
    }

    private void forget(Entry entry) {
        Long station = station(entry.vlan(), entry.mac());
        entries.remove(station);
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
