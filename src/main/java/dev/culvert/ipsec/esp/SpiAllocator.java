package dev.culvert.ipsec.esp;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;

/**
 * Gives out SPIs for associations that others send by: random, so that nobody outside can guess one, and each once until it is
 * given back. Owned by one thread.
 */
public final class SpiAllocator {
    /** The least SPI; those below are reserved (RFC 4303 section 2.1). */
    public static final int FIRST = 256;

    private final SecureRandom random;
    private final Set<Integer> used = new HashSet<>();

    /** Makes one that has given out none. */
    public SpiAllocator(SecureRandom random) {
        this.random = random;
    }

    /**
     * Gives out an SPI.
     *
     * @return unsigned, {@link #FIRST} or more; 0 if {@link SaTable#ENTRIES_MAX} are in use
     */
    public int allocate() {
        if (used.size() == SaTable.ENTRIES_MAX) {
            return 0;
        }
        int spi = random.nextInt();
        while (Integer.compareUnsigned(spi, FIRST) < 0 || !used.add(spi)) {
            spi = random.nextInt();
        }
        return spi;
    }

    /** Takes an SPI back. One that is not in use is ignored. */
    public void release(int spi) {
        used.remove(spi);
    }
}
