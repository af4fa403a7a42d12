package dev.culvert.ovsdb.data;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/** UUIDs in the one form that OVSDB accepts: 36 characters, hexadecimal with four hyphens (RFC 4122 section 3). */
public final class Uuids {
    private static final int LENGTH = 36;

    private static final RandomGenerator FRESH =
            RandomGeneratorFactory.<RandomGenerator>of("L128X128MixRandom").create(seed());

    private Uuids() {}

    private static byte[] seed() {
        byte[] seed = new byte[32];
        new SecureRandom().nextBytes(seed);
        return seed;
    }

    /**
     * Makes a UUID that no other is equal to, at a fraction of {@link UUID#randomUUID}'s cost: for what need not be hard to guess,
     * such as versions of rows and names of transactions.
     *
     * @return a UUID of version 4
     */
    public static UUID fresh() {
        synchronized (FRESH) {
            long high = (FRESH.nextLong() & ~0xf000L) | 0x4000L;
            long low = (FRESH.nextLong() >>> 2) | 0x8000000000000000L;
            return new UUID(high, low);
        }
    }

    /**
     * Parses a UUID strictly; {@link UUID#fromString} would also take shortened fields.
     *
     * @param text anything
     * @return the UUID, or null if the text is none
     */
    public static @Nullable UUID parse(String text) {
        if (text.length() != LENGTH) {
            return null;
        }
        for (int i = 0; i < LENGTH; i++) {
            char c = text.charAt(i);
            boolean hyphen = i == 8 || i == 13 || i == 18 || i == 23;
            if (hyphen ? c != '-' : !HexFormat.isHexDigit(c)) {
                return null;
            }
        }
        return UUID.fromString(text);
    }
}
