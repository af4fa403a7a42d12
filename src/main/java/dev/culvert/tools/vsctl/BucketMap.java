package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.Atom;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.UUID;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A chained hash table that is walked in the order in which ovs-vsctl walks its own.
 *
 * <p>ovs-vsctl prints rows, options and warnings in the order of its hash buckets, and scripts have grown to expect that
 * order; so the number of buckets (a power of two, grown when there are more than two entries for each), the place of a
 * new entry (the head of its chain) and the hash (MurmurHash3 of the bytes, or a UUID's first 32 bits) are part of the
 * output. A key may be put twice; the chain then holds both.
 *
 * @param <K> the keys, compared by {@code equals}
 * @param <V> the values
 */
final class BucketMap<K, V> implements Iterable<BucketMap.Entry<K, V>> {
    private final ToIntFunction<K> hash;
    private @Nullable Entry<K, V>[] buckets = newBuckets(1);
    private int size;

    private BucketMap(ToIntFunction<K> hash) {
        this.hash = hash;
    }

    /** An empty table keyed by strings, hashed over their UTF-8 bytes. */
    static <V> BucketMap<String, V> byString() {
        return new BucketMap<>(BucketMap::hash);
    }

    /** An empty table keyed by row UUIDs. */
    static <V> BucketMap<UUID, V> byUuid() {
        return new BucketMap<>(BucketMap::hash);
    }

    /** An empty table keyed by atoms of a column's keys: strings, integers or UUIDs. */
    static <V> BucketMap<Atom, V> byAtom() {
        return new BucketMap<>(atom -> switch (atom) {
            case Atom.OfString(String text) -> hash(text);
            case Atom.OfInteger(long value) -> finish(add(add((int) value, 0), 0) ^ 2 * Integer.BYTES);
            case Atom.OfUuid(UUID uuid) -> hash(uuid);
            case Atom.OfReal _, Atom.OfBoolean _ -> 0;
        });
    }

    /** Adds an entry, also beside one of the same key. */
    void put(K key, V value) {
        insert(buckets, new Entry<>(key, hash.applyAsInt(key), value));
        size++;
        if (size / 2 > buckets.length - 1) {
            grow();
        }
    }

    /** The value of the key, or null; with several, the one whose entry is nearest to the head of the chain. */
    @Nullable
    V get(K key) {
        int h = hash.applyAsInt(key);
        for (Entry<K, V> e = buckets[h & (buckets.length - 1)]; e != null; e = e.next) {
            if (e.hash == h && e.key.equals(key)) {
                return e.value;
            }
        }
        return null;
    }

    /** Whether there is an entry of the key, whatever its value. */
    boolean contains(K key) {
        int h = hash.applyAsInt(key);
        for (Entry<K, V> e = buckets[h & (buckets.length - 1)]; e != null; e = e.next) {
            if (e.hash == h && e.key.equals(key)) {
                return true;
            }
        }
        return false;
    }

    /** Takes the key's entry out, if there is one; the number of buckets stays. */
    void remove(K key) {
        int bucket = hash.applyAsInt(key) & (buckets.length - 1);
        Entry<K, V> before = null;
        for (Entry<K, V> e = buckets[bucket]; e != null; before = e, e = e.next) {
            if (e.key.equals(key)) {
                if (before == null) {
                    buckets[bucket] = e.next;
                } else {
                    before.next = e.next;
                }
                size--;
                return;
            }
        }
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    @Override
    public Iterator<Entry<K, V>> iterator() {
        return new Walk();
    }

    private void grow() {
        int mask = Integer.highestOneBit(size / 2) * 2 - 1;
        // Fewer than four buckets are not worth allocating.
        @Nullable Entry<K, V>[] larger = newBuckets(Math.max(mask, 3) + 1);
        for (Entry<K, V> chain : buckets) {
            for (Entry<K, V> e = chain; e != null; ) {
                Entry<K, V> next = e.next;
                insert(larger, e);
                e = next;
            }
        }
        buckets = larger;
    }

    private static <K, V> void insert(@Nullable Entry<K, V>[] buckets, Entry<K, V> entry) {
        int bucket = entry.hash & (buckets.length - 1);
        entry.next = buckets[bucket];
        buckets[bucket] = entry;
    }

    @SuppressWarnings("unchecked") // the array never leaves this class
    private static <K, V> @Nullable Entry<K, V>[] newBuckets(int n) {
        return (Entry<K, V>[]) new Entry<?, ?>[n];
    }

    private static int hash(UUID uuid) {
        return (int) (uuid.getMostSignificantBits() >>> 32);
    }

    /** MurmurHash3 (32 bits, little-endian words, the last one padded with zeros) with the length folded in at the end. */
    private static int hash(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        int hash = 0;
        for (int i = 0; i < bytes.length; i += 4) {
            int word = 0;
            for (int j = Math.min(bytes.length - i, 4) - 1; j >= 0; j--) {
                word = (word << 8) | (bytes[i + j] & 0xff);
            }
            hash = add(hash, word);
        }
        return finish(hash ^ bytes.length);
    }

    private static int add(int hash, int word) {
        int mixed = hash ^ (Integer.rotateLeft(word * 0xcc9e2d51, 15) * 0x1b873593);
        return Integer.rotateLeft(mixed, 13) * 5 + 0xe6546b64;
    }

    private static int finish(int hash) {
        int mixed = (hash ^ (hash >>> 16)) * 0x85ebca6b;
        mixed = (mixed ^ (mixed >>> 13)) * 0xc2b2ae35;
        return mixed ^ (mixed >>> 16);
    }

    /** A key with its value; the chain that it belongs to is the table's own affair. */
    static final class Entry<K, V> {
        private final K key;
        private final int hash;
        private final V value;
        private @Nullable Entry<K, V> next;

        private Entry(K key, int hash, V value) {
            this.key = key;
            this.hash = hash;
            this.value = value;
        }

        K key() {
            return key;
        }

        V value() {
            return value;
        }
    }

    /** Bucket by bucket, each chain from its head. */
    private final class Walk implements Iterator<Entry<K, V>> {
        private int bucket;
        private @Nullable Entry<K, V> entry = buckets[0];

        private void settle() {
            while (entry == null && ++bucket < buckets.length) {
                entry = buckets[bucket];
            }
        }

        @Override
        public boolean hasNext() {
            settle();
            return entry != null;
        }

        @Override
        public Entry<K, V> next() {
            settle();
            Entry<K, V> here = entry;
            if (here == null) {
                throw new NoSuchElementException();
            }
            entry = here.next;
            return here;
        }
    }
}
