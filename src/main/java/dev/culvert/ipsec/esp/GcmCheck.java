package dev.culvert.ipsec.esp;

import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.util.Random;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/**
 * Whether this JVM's AES-GCM is right for texts of every length. There were JVMs of version 25 whose code for processors with wide
 * vectors was not (JDK-8371864): a tunnel over it loses packets of just those lengths. Nothing is ever taken for genuine that is
 * not, so it is for service and not for secrecy that this looks.
 *
 * <p>The code in question is run only after the compiler has taken up what calls it, which takes some thousand packets. So a first
 * look, some milliseconds at the first use of AES-GCM, sees that there is such a cipher and that it is right as it is interpreted; a
 * thread then goes on until compiled code must have had its turn at every length, about a third of a second. What it finds is
 * logged, and from then on no association with AES-GCM can be made.
 */
final class GcmCheck {
    private static final System.Logger LOG = System.getLogger("ipsec");

    /** What a packet on a usual wire can be as long as. Each length has its turn in one of {@link #STEP} rounds. */
    private static final int LENGTH_MAX = 2_048;

    /** Not a multiple of anything, so that each round has all ends of blocks and vectors. */
    private static final int STEP = 37;

    /** Some 25,000 texts. The compiler takes up what has run 5,000 times. */
    private static final int ROUNDS = 6 * STEP;

    private static volatile @Nullable String fault;

    private GcmCheck() {}

    private static final class FirstLook {
        static {
            fault = sweep(new Random(), 0, LENGTH_MAX);
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
        for (int round = 0; round < ROUNDS && fault == null; round++) {
            fault = sweep(random, round % STEP, LENGTH_MAX);
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
