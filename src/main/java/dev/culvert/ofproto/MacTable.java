package dev.culvert.ofproto;

import dev.culvert.ofproto.Stations.Station;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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

    private final Stations stations = new Stations();
    private final Set<Station> statics = new HashSet<>();
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
        while (shrinking && stations.size() > limit) {
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
        long name = station(vlan, mac);
        Station known = stations.find(name);
        if (known == null) {
            if (stations.size() >= limit && !evict()) {
                return;
            }
            learned++;
            stations.add(new Station(name, port, now, false));
            changed.accept(name);
            return;
        }
        boolean moves = known.port != port;
        if (known.isStatic || (moves && known.usedNanos - now > 0)) {
            return; // counters are collected late: an older sighting does not undo a newer one
        }
        known.usedNanos = now;
        stations.touch(known, port);
        if (moves) {
            moved++;
            changed.accept(name);
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
        long name = station(vlan, mac);
        Station old = stations.find(name);
        if (old != null) {
            forget(old);
        } else if (stations.size() >= limit && !evict()) {
            return false;
        }
        Station station = new Station(name, port, now, true);
        stations.add(station);
        statics.add(station);
        changed.accept(name);
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
        Station station = stations.find(station(vlan, mac));
        if (station == null || !station.isStatic) {
            return false;
        }
        forget(station);
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
        Station station = stations.find(station(vlan, mac));
        return station == null ? null : entry(station);
    }

    /**
     * Forgets every station that was not seen for the ageing time. Called about once a second.
     *
     * @param now the time in nanoseconds
     */
    public void expire(long now) {
        for (OfPort port : stations.ports()) {
            Station oldest = stations.oldest(port);
            while (oldest != null && now - oldest.usedNanos >= agingNanos) {
                expired++;
                forget(oldest);
                oldest = stations.oldest(port);
            }
        }
    }

    /** Forgets everything that was learned. */
    public void flush() {
        stations.ports().forEach(this::flushLearned);
    }

    /**
     * Forgets what was known of a port.
     *
     * @param port the port that went away
     */
    public void flush(OfPort port) {
        flushLearned(port);
        statics.stream().filter(station -> station.port == port).toList().forEach(this::forget);
    }

    private void flushLearned(OfPort port) {
        Station oldest = stations.oldest(port);
        while (oldest != null) {
            forget(oldest);
            oldest = stations.oldest(port);
        }
    }

    /**
     * Lists what is known.
     *
     * @return the entries, in no particular order
     */
    public List<Entry> entries() {
        List<Entry> entries = new ArrayList<>(stations.size());
        stations.forEach(station -> entries.add(entry(station)));
        return entries;
    }

    /** Tells how many there are. */
    public int size() {
        return stations.size();
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
        Station station = stations.toEvict();
        if (station == null) {
            return false;
        }
        evicted++;
        forget(station);
        return true;
    }

    private void forget(Station station) {
        stations.remove(station);
        if (station.isStatic) {
            statics.remove(station);
        }
        changed.accept(station.name);
    }

    private static Entry entry(Station station) {
        return new Entry(
                (int) (station.name >>> 48),
                station.name & 0xffff_ffff_ffffL,
                station.port,
                station.usedNanos,
                station.isStatic);
    }
}
