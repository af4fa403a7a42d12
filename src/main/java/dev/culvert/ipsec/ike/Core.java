package dev.culvert.ipsec.ike;

import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What all of an engine's peers and IKE SAs have in common. */
final class Core {
    private static final int NONCE = 32;

    final IkeHost host;
    final SecureRandom random;

    /** Subtracted from the caller's clock, so that times in here begin at zero. */
    final long origin;

    private final Map<Long, IkeSa> sas = new HashMap<>();
    private final Map<IkeDrop, Long> drops = new EnumMap<>(IkeDrop.class);

    Core(IkeHost host, SecureRandom random, long origin) {
        this.host = host;
        this.random = random;
        this.origin = origin;
    }

    void drop(IkeDrop reason) {
        drops.merge(reason, 1L, Long::sum);
    }

    Map<IkeDrop, Long> drops() {
        return new EnumMap<>(drops);
    }

    /** Draws an SPI for an IKE SA of ours. */
    long newSpi() {
        while (true) {
            long spi = random.nextLong();
            if (spi != 0 && !sas.containsKey(spi)) {
                return spi;
            }
        }
    }

    byte[] newNonce() {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        return nonce;
    }

    /** A pause of a length, or up to a tenth less. */
    long jittered(long nanos) {
        return nanos - (long) (random.nextDouble() * nanos / 10);
    }

    void add(IkeSa sa) {
        sas.put(sa.localSpi, sa);
    }

    void remove(IkeSa sa) {
        sas.remove(sa.localSpi, sa);
    }

    @Nullable
    IkeSa sa(long localSpi) {
        return sas.get(localSpi);
    }
}
