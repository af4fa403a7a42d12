package dev.culvert.ipsec.esp;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What belongs to the SPI of a received packet: an {@link InboundSa}, with what its user needs beside it. Immutable: a change makes
 * a new table. SPIs are random and ours ({@link SpiAllocator}), so their low bits are a good hash as they are.
 *
 * @param <T> what is found
 */
public final class SaTable<T> {
    /** The most entries: two pairs of associations for each of the most tunnels, and the same once more while they are rekeyed. */
    public static final int ENTRIES_MAX = 1 << 18;

    private final int mask;
    private final int[] spis;
    private final @Nullable Object[] entries;

    /**
     * Makes the table.
     *
     * @param all what belongs to each SPI
     * @throws IllegalArgumentException if there are more than {@link #ENTRIES_MAX}
     */
    public SaTable(Map<Integer, T> all) {
        if (all.size() > ENTRIES_MAX) {
            throw new IllegalArgumentException("more than " + ENTRIES_MAX + " security associations");
        }
        int capacity = Integer.highestOneBit(Math.max(all.size(), 1)) << 2; // at most half full
        mask = capacity - 1;
        spis = new int[capacity];
        entries = new Object[capacity];
        all.forEach((spi, entry) -> {
            int index = spi & mask;
            while (entries[index] != null) {
                index = (index + 1) & mask;
            }
            spis[index] = spi;
            entries[index] = entry;
        });
    }

    /**
     * Finds what belongs to an SPI.
     *
     * @return null if there is none, which the caller counts as {@link dev.culvert.packet.DropReason#ESP_SA_NOT_FOUND}
     */
    @SuppressWarnings("unchecked") // nothing else is in there
    public @Nullable T find(int spi) {
        int index = spi & mask;
        while (entries[index] != null) {
            if (spis[index] == spi) {
                return (T) entries[index];
            }
            index = (index + 1) & mask;
        }
        return null;
    }
}
