package dev.culvert.ipsec.esp;

/**
 * Which of the newest sequence numbers were seen, in a ring of words (RFC 6479), and which number a packet has of whose 64 bits
 * only 32 are sent (RFC 4303 appendix A2). A number is looked up before its packet is authenticated, and put down after that.
 */
final class ReplayWindow {
    /** How far behind the newest number another may come. */
    static final int SIZE = 1_984;

    /** One word more than the window needs, so that the newest number's word never is the oldest's. */
    private static final int WORDS = SIZE / Long.SIZE + 1;

    private static final long LOW = 0xffff_ffffL;

    private final boolean extended;
    private final long[] words = new long[WORDS];
    private long newest;

    ReplayWindow(boolean extended) {
        this.extended = extended;
    }

    /** Returns the newest number that was authentic; 0 before the first. */
    long newest() {
        return newest;
    }

    /**
     * Completes a sequence number: of all that end in these 32 bits, the one in the window or the next above it.
     *
     * @param sent what the packet says
     * @return the number; negative if there is none
     */
    long complete(int sent) {
        long low = sent & LOW;
        if (!extended) {
            return low;
        }
        long high = newest >>> 32;
        long oldest = (newest & LOW) - SIZE + 1;
        if (oldest >= 0) {
            return (low >= oldest ? high : high + 1) << 32 | low;
        }
        // the window reaches back into the numbers with the high half before
        return (low >= (oldest & LOW) ? high - 1 : high) << 32 | low;
    }

    /** Whether a number was not seen yet, as far as the window reaches. There is no number 0. */
    boolean isFresh(long sequence) {
        if (sequence > newest) {
            return true;
        }
        if (sequence <= 0 || newest - sequence >= SIZE) {
            return false;
        }
        return (words[word(sequence)] >>> sequence & 1) == 0;
    }

    /** Puts an authentic packet's number down. */
    void accept(long sequence) {
        if (sequence > newest) {
            long steps = Math.min((sequence >>> 6) - (newest >>> 6), WORDS);
            for (long i = 0; i < steps; i++) {
                words[(int) (((sequence >>> 6) - i) % WORDS)] = 0;
            }
            newest = sequence;
        }
        words[word(sequence)] |= 1L << sequence;
    }

    private static int word(long sequence) {
        return (int) ((sequence >>> 6) % WORDS);
    }
}
