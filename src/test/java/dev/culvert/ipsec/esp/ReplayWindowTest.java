package dev.culvert.ipsec.esp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The ring beside a set of all numbers ever seen. */
class ReplayWindowTest {
    private static final long LOW = 0xffff_ffffL;

    private final Random random = new EspTestKit().random;

    @Test
    void agreesWithASetOfAllThatWasSeen() {
        for (int round = 0; round < 200; round++) {
            boolean extended = random.nextBoolean();
            ReplayWindow window = new ReplayWindow(extended);
            Set<Long> seen = new HashSet<>();
            long newest = 0;
            if (extended && random.nextBoolean()) {
                newest = (random.nextLong(1, 100) << 32) - random.nextInt(3_000);
                window.accept(newest);
                seen.add(newest);
            }
            for (int i = 0; i < 3_000; i++) {
                long sequence = next(newest);
                if (sequence < 0 || (!extended && sequence > LOW)) {
                    continue;
                }
                boolean fresh = sequence > 0 && sequence > newest - ReplayWindow.SIZE && !seen.contains(sequence);
                assertThat(window.isFresh(sequence))
                        .as("%d, newest %d", sequence, newest)
                        .isEqualTo(fresh);
                if (fresh && random.nextInt(4) != 0) { // the fourth is not authentic
                    window.accept(sequence);
                    seen.add(sequence);
                    newest = Math.max(newest, sequence);
                }
                assertThat(window.newest()).isEqualTo(newest);
            }
        }
    }

    private long next(long newest) {
        return newest
                + switch (random.nextInt(12)) {
                    case 0 -> random.nextInt(2 * ReplayWindow.SIZE);
                    case 1 -> -random.nextInt(2 * ReplayWindow.SIZE);
                    case 2 -> -ReplayWindow.SIZE + random.nextInt(3) - 1;
                    case 3 -> random.nextInt(64) * 64L;
                    case 4 -> random.nextInt(1 << 20);
                    default -> random.nextInt(40) - 20;
                };
    }

    /** Of all numbers that end in those 32 bits: the one in the window, or else the next above it (RFC 4303 appendix A1). */
    @Test
    void completesAsThoughItHadTriedAllHighHalves() {
        for (int round = 0; round < 100_000; round++) {
            long newest = switch (random.nextInt(3)) {
                case 0 -> random.nextLong(1L << 40);
                case 1 -> Math.max(1, (random.nextLong(5) << 32) + random.nextInt(4_000) - 2_000);
                default -> random.nextLong(Long.MAX_VALUE - (1L << 33));
            };
            ReplayWindow window = new ReplayWindow(true);
            window.accept(newest);
            long wanted = newest + random.nextInt(6_000) - 3_000;
            long bottom = newest - ReplayWindow.SIZE + 1;
            int sent = (int) (random.nextBoolean() ? wanted : random.nextLong());
            long expected = (bottom & ~LOW) | (sent & LOW);
            while (expected < bottom) {
                expected += 1L << 32;
            }
            long actual = window.complete(sent);
            if (expected < 0) { // such a window begins before the first number
                assertThat(window.isFresh(actual)).isFalse();
            } else {
                assertThat(actual).as("%d after %d", sent & LOW, newest).isEqualTo(expected);
            }
        }
    }

    @Test
    void withoutExtensionANumberIsWhatItIs() {
        ReplayWindow window = new ReplayWindow(false);
        window.accept(LOW);
        assertThat(window.complete(-1)).isEqualTo(LOW);
        assertThat(window.complete(0)).isZero();
        assertThat(window.isFresh(0)).isFalse();
        assertThat(window.complete(1)).isEqualTo(1);
        assertThat(window.isFresh(1)).isFalse();
    }
}
