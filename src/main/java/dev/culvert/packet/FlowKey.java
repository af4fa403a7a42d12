package dev.culvert.packet;

import java.util.SplittableRandom;

/**
 * The flow key: what decides about a packet, in {@link #WORDS} longs. {@link FlowField} says where each field lies;
 * {@link FlowExtractor} fills a key from a packet. A mask has the same shape with ones in the bits that matter. Fields that
 * OpenFlow's later tables bring (registers, metadata, connection tracking, MPLS) belong behind the last word.
 */
public final class FlowKey {
    /** Length of a key or mask in longs. */
    public static final int WORDS = 19;

    /** {@code nw_frag}: the packet is a fragment (FLOW_NW_FRAG_ANY). */
    public static final int FRAGMENT = 1;

    /** {@code nw_frag}: the packet is a fragment other than the first, so it has no ports (FLOW_NW_FRAG_LATER). */
    public static final int FRAGMENT_LATER = 2;

    /** {@code tun_flags}: Geneve's control bit was set (oam). */
    public static final int TUNNEL_OAM = 1;

    /** {@code tun_flags}: the outer packet may not be fragmented (df). */
    public static final int TUNNEL_DF = 1 << 1;

    /** {@code tun_flags}: the outer packet had a checksum (csum). */
    public static final int TUNNEL_CSUM = 1 << 2;

    /** {@code tun_flags}: the tunnel header had a key (key). */
    public static final int TUNNEL_KEY = 1 << 3;

    /** High half of an IPv4 address in IPv6 form. */
    public static final long IPV4_HIGH = 0;

    /** Low half of an IPv4 address in IPv6 form, {@code ::ffff:0.0.0.0}; the address goes into the low 32 bits. */
    public static final long IPV4_LOW = 0xffff_0000_0000L;

    /** Random and odd, drawn anew in every process, so that nobody outside can choose keys that collide. */
    private static final long[] MULTIPLIERS = multipliers();

    private FlowKey() {}

    private static long[] multipliers() {
        SplittableRandom random = new SplittableRandom();
        long[] odd = new long[WORDS];
        for (int i = 0; i < WORDS; i++) {
            odd[i] = random.nextLong() | 1;
        }
        return odd;
    }

    /** Returns a key or mask of zeros. */
    public static long[] create() {
        return new long[WORDS];
    }

    /** Hashes the bits of {@code key} that {@code mask} looks at. Differs from process to process. */
    public static int hash(long[] key, long[] mask) {
        long sum = 0;
        for (int i = 0; i < WORDS; i++) {
            sum += product(key[i] & mask[i], i);
        }
        return finish(sum);
    }

    /** Hashes a whole key, or one that is masked already: equal to {@link #hash(long[], long[])} under a mask of ones. */
    public static int hash(long[] key) {
        long sum = 0;
        for (int i = 0; i < WORDS; i++) {
            sum += product(key[i], i);
        }
        return finish(sum);
    }

    /** A product loses what its factor's high bits say, so they are put into the low ones too, which takes nothing away. */
    private static long product(long word, int index) {
        return (word ^ (word >>> 32)) * MULTIPLIERS[index];
    }

    private static int finish(long sum) {
        // a product's low bits know only its factors' low bits, so the high ones have to come down
        long mixed = (sum ^ (sum >>> 32)) * 0x9e37_79b9_7f4a_7c15L;
        return (int) (mixed >>> 32);
    }

    /** Tells whether two whole keys are the same. */
    public static boolean same(long[] one, long[] other) {
        long difference = 0;
        for (int i = 0; i < WORDS; i++) {
            difference |= one[i] ^ other[i];
        }
        return difference == 0;
    }

    /** Tells whether {@code key} has the bits of {@code masked} where {@code mask} looks; {@code masked} has no others. */
    public static boolean matches(long[] key, long[] masked, long[] mask) {
        long difference = 0;
        for (int i = 0; i < WORDS; i++) {
            difference |= (key[i] & mask[i]) ^ masked[i];
        }
        return difference == 0;
    }

    /** Writes {@code key} with all bits cleared that {@code mask} does not look at. */
    public static void apply(long[] key, long[] mask, long[] out) {
        for (int i = 0; i < WORDS; i++) {
            out[i] = key[i] & mask[i];
        }
    }

    /** Makes {@code mask} look at everything that {@code more} looks at too. */
    public static void union(long[] mask, long[] more) {
        for (int i = 0; i < WORDS; i++) {
            mask[i] |= more[i];
        }
    }
}
