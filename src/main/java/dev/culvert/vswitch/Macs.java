package dev.culvert.vswitch;

import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Ethernet addresses as numbers: the first byte on the wire is the most significant of 48 bits. */
final class Macs {
    private static final long MULTICAST = 1L << 40;
    private static final long LOCAL = 2L << 40;
    private static final long ALL = (1L << 48) - 1;

    private Macs() {}

    /** Writes an address as six hexadecimal numbers with colons. */
    static String format(long mac) {
        return HexFormat.ofDelimiter(":").formatHex(new byte[] {
            (byte) (mac >>> 40),
            (byte) (mac >>> 32),
            (byte) (mac >>> 24),
            (byte) (mac >>> 16),
            (byte) (mac >>> 8),
            (byte) mac
        });
    }

    /** Reads six hexadecimal numbers with colons; null for anything else. */
    static @Nullable Long parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 6) {
            return null;
        }
        long mac = 0;
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 2) {
                return null;
            }
            int high = Character.digit(part.charAt(0), 16);
            int low = Character.digit(part.charAt(part.length() - 1), 16);
            if (high < 0 || low < 0) {
                return null;
            }
            mac = (mac << 8) | (part.length() == 2 ? (high << 4) | low : low);
        }
        return mac;
    }

    /** Whether an address is one that a single device may have. */
    static boolean isUnicast(long mac) {
        return (mac & MULTICAST) == 0 && mac != 0;
    }

    /** Whether an address was given by hand or at random and not by a manufacturer. */
    static boolean isLocal(long mac) {
        return (mac & LOCAL) != 0;
    }

    /** A random unicast address of the local kind. */
    static long random() {
        return (ThreadLocalRandom.current().nextLong() & ALL & ~MULTICAST) | LOCAL;
    }

    /**
     * The address that a bridge has where nothing else gives it one. It comes from its row's UUID, so it is the same after
     * a restart, and is the one that ovs-vswitchd (on a little-endian machine) would have taken.
     */
    static long ofBridge(UUID row) {
        int first = Integer.reverseBytes((int) (row.getMostSignificantBits() >>> 32));
        int second = Integer.reverseBytes((int) row.getMostSignificantBits());
        long mac = (Integer.toUnsignedLong(first) << 16) | ((second >>> 16) & 0xffff);
        return (mac & ~MULTICAST) | LOCAL;
    }
}
