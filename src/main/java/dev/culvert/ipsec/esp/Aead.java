package dev.culvert.ipsec.esp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/**
 * Authenticated encryption of ESP packets in one direction with one key. Packets lie at the beginning of arrays: SPI and
 * sequence number, IV, text (payload, padding, its length, next header), ICV. Used by one thread at a time.
 */
sealed interface Aead extends AutoCloseable permits GcmAead, CbcHmacAead {
    /** Access to four bytes of a packet in an array. */
    VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    /** Access to eight bytes. */
    VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** What came of a packet. */
    enum Verdict {
        /** It is sealed, or it is genuine. */
        GOOD,
        /** Its ICV is wrong. */
        FORGED,
        /** The JDK's cipher gave up, which it has no reason to. */
        FAILED
    }

    /**
     * Encrypts and authenticates.
     *
     * @param in has the text in its place
     * @param out has SPI and sequence number; gets IV, encrypted text and ICV
     * @param text bytes of text
     * @param sequence the whole sequence number, which no packet of this key had before
     */
    Verdict seal(byte[] in, byte[] out, int text, long sequence);

    /**
     * Verifies and decrypts.
     *
     * @param in has the whole packet, and is left as it is
     * @param out gets the text, in its place; not to be used unless the verdict is good
     * @param text bytes of text
     * @param sequence the whole sequence number
     */
    Verdict open(byte[] in, byte[] out, int text, long sequence);

    /** Overwrites the keys: its own, and what the JDK keeps of them as far as that lets itself be overwritten. */
    @Override
    void close();

    /**
     * Makes one.
     *
     * @param encrypt for sealing; otherwise for opening
     * @throws GeneralSecurityException if the JDK does not have the algorithms, or does them wrong
     */
    static Aead of(EspKeys keys, boolean encrypt) throws GeneralSecurityException {
        @Nullable HmacAlgorithm integrity = keys.suite().integrity();
        return integrity == null ? new GcmAead(keys, encrypt) : new CbcHmacAead(keys, integrity, encrypt);
    }
}
