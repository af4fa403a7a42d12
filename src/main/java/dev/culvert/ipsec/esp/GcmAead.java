package dev.culvert.ipsec.esp;

import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-GCM as RFC 4106 has it. The nonce is a salt of the keys and the IV in the packet, which is the sequence number here: no two
 * packets of a key have the same. Authenticated besides the text are SPI and sequence number, the latter whole if it is extended.
 */
final class GcmAead implements Aead {
    /** Bytes of the ICV. */
    static final int ICV = 16;

    private static final int IV = EspSuite.SPI_AND_SEQUENCE;
    private static final int TEXT = IV + 8;
    private static final int SALT = 4;

    private final Cipher cipher;
    private final int mode;
    private final SecretBytes key;
    private final boolean extended;
    private final byte[] nonce = new byte[SALT + 8];
    private final byte[] header = new byte[12];

    GcmAead(EspKeys keys, boolean encrypt) throws GeneralSecurityException {
        String fault = GcmCheck.fault();
        if (fault != null) {
            throw new GeneralSecurityException(fault);
        }
        cipher = Cipher.getInstance("AES/GCM/NoPadding");
        mode = encrypt ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE;
        key = keys.encryptionKey();
        extended = keys.extended();
        keys.salt(nonce);
    }

    @Override
    public Verdict seal(byte[] in, byte[] out, int text, long sequence) {
        LONG.set(out, IV, sequence);
        try {
            begin(out, sequence);
            cipher.doFinal(in, TEXT, text, out, TEXT);
            return Verdict.GOOD;
        } catch (GeneralSecurityException | RuntimeException e) {
            return Verdict.FAILED;
        }
    }

    @Override
    public Verdict open(byte[] in, byte[] out, int text, long sequence) {
        try {
            begin(in, sequence);
            cipher.doFinal(in, TEXT, text + ICV, out, TEXT);
            return Verdict.GOOD;
        } catch (AEADBadTagException e) {
            return Verdict.FORGED;
        } catch (GeneralSecurityException | RuntimeException e) {
            return Verdict.FAILED;
        }
    }

    /** The JDK wants a new beginning for each packet, although the key stays. */
    private void begin(byte[] packet, long sequence) throws GeneralSecurityException {
        LONG.set(nonce, SALT, (long) LONG.get(packet, IV));
        cipher.init(mode, key, new GCMParameterSpec(ICV * Byte.SIZE, nonce));
        if (extended) {
            INT.set(header, 0, (int) INT.get(packet, 0));
            LONG.set(header, 4, sequence);
            cipher.updateAAD(header, 0, 12);
        } else {
            cipher.updateAAD(packet, 0, EspSuite.SPI_AND_SEQUENCE);
        }
    }

    @Override
    public void close() {
        key.destroy();
        LONG.set(nonce, 0, 0L);
        INT.set(nonce, 8, 0);
        try {
            // a new key makes the JDK overwrite its copies of the last one
            cipher.init(mode, SecretBytes.zero("AES", key.length()), new GCMParameterSpec(ICV * Byte.SIZE, nonce));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
