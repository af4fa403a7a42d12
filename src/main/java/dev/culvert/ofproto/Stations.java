package dev.culvert.ofproto;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The stations of a MAC table by name, and those that were learned by port as well, the longest unused first. Made for a
 * million of them: one small object for each, and no walk to find the port that has the most.
 */
final class Stations {
    private static final long SEED = new SplittableRandom().nextLong();

    /** A station. Which of a port's was unused for longest is said by two references instead of a list's entry. */
    static final class Station {
        final long name;
        final boolean isStatic;
        OfPort port;
        long usedNanos;
        private @Nullable Station older;
        private @Nullable Station younger;

        Station(long name, OfPort port, long usedNanos, boolean isStatic) {
            this.name = name;
            this.port = port;
            this.usedNanos = usedNanos;
            this.isStatic = isStatic;
        }
    }

    /** What was learned on a port. */
    private static final class Learned {
        @Nullable
        Station oldest;

        @Nullable
        Station youngest;

        int count;

        /** Its place in the heap. */
        int place;
    }

    /** Open addressing, at most half full; removal shifts back. */
    private @Nullable Station[] slots = new @Nullable Station[16];

    private int size;
    private final Map<OfPort, Learned> byPort = new HashMap<>();

    /** The same, so that none has more than the one at half its index: the first has the most. */
    private @Nullable Learned[] heap = new @Nullable Learned[16];

    int size() {
        return size;
    }

    /** The station of a name ({@link MacTable#station}), or null. */
    @Nullable
    Station find(long name) {
        int mask = slots.length - 1;
        for (int i = hash(name) & mask; ; i = i + 1 & mask) {
            Station station = slots[i];
            if (station == null || station.name == name) {
                return station;
            }
        }
    }

    /** Adds a station whose name is not there yet, as the youngest of its port if it was learned. */
    void add(Station station) {
        if (2 * (size + 1) > slots.length) {
            resize(2 * slots.length);
        }
        place(station);
        size++;
        if (!station.isStatic) {
            append(station);
        }
    }

    /** Takes a station out that is there. */
    void remove(Station station) {
        int mask = slots.length - 1;
        int hole = hash(station.name) & mask;
        while (slots[hole] != station) {
            hole = hole + 1 & mask;
        }
        int i = hole + 1 & mask;
        for (Station next = slots[i]; next != null; next = slots[i]) {
            int home = hash(next.name) & mask;
            if ((i - home & mask) >= (i - hole & mask)) {
                slots[hole] = next;
                hole = i;
            }
            i = i + 1 & mask;
        }
        slots[hole] = null;
        size--;
        if (!station.isStatic) {
            detach(station);
        }
        if (slots.length > 16 && 8 * size < slots.length) {
            resize(slots.length / 2);
        }
    }

    /** Makes a learned station the youngest of a port, which may be another than before. */
    void touch(Station station, OfPort port) {
        Station younger = station.younger;
        if (younger == null && station.port == port) {
            return;
        }
        detach(station);
        station.port = port;
        append(station);
    }

    /** The longest unused station of the port with the most; null where none was learned. */
    @Nullable
    Station toEvict() {
        Learned fullest = heap[0];
        return fullest == null ? null : fullest.oldest;
    }

    /** The longest unused station of a port, or null. */
    @Nullable
    Station oldest(OfPort port) {
        Learned learned = byPort.get(port);
        return learned == null ? null : learned.oldest;
    }

    /** The ports on which something was learned. */
    List<OfPort> ports() {
        return List.copyOf(byPort.keySet());
    }

    /** Does something with every station; it must not add or remove any. */
    void forEach(Consumer<Station> task) {
        for (Station station : slots) {
            if (station != null) {
                task.accept(station);
            }
        }
    }

    private void append(Station station) {
        Learned learned = byPort.get(station.port);
        if (learned == null) {
            learned = new Learned();
            learned.place = byPort.size();
            byPort.put(station.port, learned);
            if (learned.place == heap.length) {
                heap = Arrays.copyOf(heap, 2 * heap.length);
            }
            heap[learned.place] = learned;
        }
        Station before = learned.youngest;
        station.older = before;
        station.younger = null;
        if (before == null) {
            learned.oldest = station;
        } else {
            before.younger = station;
        }
        learned.youngest = station;
        learned.count++;
        rise(learned);
    }

    private void detach(Station station) {
        Learned learned = byPort.get(station.port);
        if (learned == null) {
            throw new AssertionError(station.port);
        }
        Station older = station.older;
        Station younger = station.younger;
        if (older == null) {
            learned.oldest = younger;
        } else {
            older.younger = younger;
        }
        if (younger == null) {
            learned.youngest = older;
        } else {
            younger.older = older;
        }
        station.older = null;
        station.younger = null;
        learned.count--;
        sink(learned);
        if (learned.count == 0) {
            byPort.remove(station.port);
            int last = byPort.size();
            Learned moved = heap[last];
            heap[last] = null;
            if (moved != null && moved != learned) {
                put(moved, learned.place);
                rise(moved);
            }
        }
    }

    /** Moves up in the heap what has grown. */
    private void rise(Learned learned) {
        int at = learned.place;
        while (at > 0) {
            Learned above = heap[(at - 1) / 2];
            if (above == null || above.count >= learned.count) {
                break;
            }
            put(above, at);
            at = (at - 1) / 2;
        }
        put(learned, at);
    }

    /** Moves down in the heap what has shrunk. */
    private void sink(Learned learned) {
        int at = learned.place;
        while (true) {
            int below = 2 * at + 1;
            Learned left = below < heap.length ? heap[below] : null;
            Learned right = below + 1 < heap.length ? heap[below + 1] : null;
            Learned larger = right != null && left != null && right.count > left.count ? right : left;
            if (larger == null || larger.count <= learned.count) {
                break;
            }
            int up = at;
            at = larger.place;
            put(larger, up);
        }
        put(learned, at);
    }

    private void put(Learned learned, int at) {
        heap[at] = learned;
        learned.place = at;
    }

    private void place(Station station) {
        int mask = slots.length - 1;
        int i = hash(station.name) & mask;
        while (slots[i] != null) {
            i = i + 1 & mask;
        }
        slots[i] = station;
    }

    private void resize(int length) {
        @Nullable Station[] old = slots;
        slots = new @Nullable Station[length];
        for (Station station : old) {
            if (station != null) {
                place(station);
            }
        }
    }

    /** Who sends chooses the addresses, so the place of one must not be known. */
    private static int hash(long name) {
        long mixed = (name ^ SEED) * 0x9e37_79b9_7f4a_7c15L;
        mixed = (mixed ^ mixed >>> 32) * 0xbf58_476d_1ce4_e5b9L;
        return (int) (mixed >>> 32);
    }
}
