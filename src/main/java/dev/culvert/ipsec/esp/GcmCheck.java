package dev.culvert.ipsec.esp;

import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/**
 * Whether this JVM's AES-GCM is right for texts of every length. There were JVMs of version 25 whose code for processors with wide
 * vectors was not (JDK-8371864): a tunnel over it loses packets of just those lengths. Nothing is ever taken for genuine that is
 * not, so it is for service and not for secrecy that this looks.
 *
 * <p>The code in question is run only after the compiler has taken up what calls it, which takes some thousand packets. So a first
 * look, some milliseconds at the first use of AES-GCM, sees that there is such a cipher and that it is right as it is interpreted; a
 * thread then gives the compiler reason and time to take it up, and has compiled code try every length, in about a second of
 * computing. What it finds is logged, and from then on no association with AES-GCM can be made.
 */
final class GcmCheck {
    private static final System.Logger LOG = System.getLogger("ipsec");

    /** What a packet on a usual wire can be as long as. Each length has its turn within {@link #STEP} rounds. */
    private static final int LENGTH_MAX = 2_048;

    /** Not a multiple of anything, so that each round has all ends of blocks and vectors. */
    private static final int STEP = 37;

    /** Enough for a first look: it is interpreted whatever its length. */
    private static final int SHORT = 640;

    /** Some 25,000 texts in a pass. The compiler takes up what has run 5,000 times, or more often when it is busy. */
    private static final int ROUNDS = 6 * STEP;

    private static final int PASSES = 5;

    /** Between two passes, for the compiler. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static volatile @Nullable String fault;

    private GcmCheck() {}

    private static final class FirstLook {
        static {
            fault = sweep(new Random(), 0, SHORT);
            Thread.ofPlatform().daemon().name("aes-gcm-check").start(GcmCheck::goOn);
        }

        static void begin() {
            // the initializer does it, once, and who else comes meanwhile waits
        }
    }

    /** Returns what is wrong with this JVM's AES-GCM, in words; null while nothing is known to be. */
    static @Nullable String fault() {
        FirstLook.begin();
        return fault;
    }

    private static void goOn() {
        Random random = new Random();
        for (int pass = 0; pass < PASSES && fault == null; pass++) {
            for (int round = 0; round < ROUNDS && fault == null; round++) {
                fault = sweep(random, round % STEP, LENGTH_MAX);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        if (fault == null) {
            fault = sweep(random, 0, 5 * LENGTH_MAX); // and jumbo frames
        }
        if (fault != null) {
            LOG.log(Level.ERROR, fault);
        }
    }

    private static @Nullable String sweep(Random random, int from, int lengthMax) {
        try {
            return sweep(Cipher.getInstance("AES/GCM/NoPadding"), random, from, lengthMax);
        } catch (GeneralSecurityException | RuntimeException e) {
            return "this Java has no AES-GCM that works: " + e.getMessage();
        }
    }

    /** Tries every {@link #STEP}th length. Returns what is wrong; null if nothing is. */
    static @Nullable String sweep(Cipher cipher, Random random, int from, int lengthMax)
            throws GeneralSecurityException {
        GcmReference one = new GcmReference(random, lengthMax);
        GcmReference other = new GcmReference(random, lengthMax);
        for (int length = from; length <= lengthMax; length += STEP) {
            // in turn, because the JDK does not encrypt with one key and nonce twice running
            if (!one.agrees(cipher, length) || !other.agrees(cipher, length)) {
                return "this Java's AES-GCM is wrong for " + length
                        + " bytes: it needs a newer update of the JDK (JDK-8371864), and is not used";
            }
        }
        return null;
    }
}
