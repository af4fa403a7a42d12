package dev.culvert.ipsec.esp;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;

/**
 * AES-CBC (RFC 3602), and HMAC-SHA-2 (RFC 4868) over what came of it. An IV has to be one that nobody can foretell. Here it is the
 * sequence number's encryption under the packet's key (NIST SP 800-38A appendix C). That is what CBC, begun with zeros, makes of a
 * first block that is the sequence number: so one call makes the IV and all blocks after it, and the cipher, which goes back to
 * those zeros by itself, is set up once and not for each packet. Decryption likewise begins a block early, and what that becomes
 * is of no use.
 */
final class CbcHmacAead implements Aead {
    private static final int BLOCK = 16;
    private static final int IV = EspSuite.SPI_AND_SEQUENCE;
    private static final int TEXT = IV + BLOCK;

    private final Cipher cipher;
    private final int mode;
    private final int keyLength;
    private final Mac mac;
    private final boolean extended;
    private final byte[] high = new byte[4];
    private final byte[] digest;
    private final byte[] expected;
    private final byte[] received;

    CbcHmacAead(EspKeys keys, HmacAlgorithm integrity, boolean encrypt) throws GeneralSecurityException {
        cipher = Cipher.getInstance("AES/CBC/NoPadding");
        mac = Mac.getInstance(integrity.algorithm());
        mode = encrypt ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE;
        extended = keys.extended();
        keyLength = keys.suite().encryptionKeyLength();
        digest = new byte[integrity.keyLength()];
        expected = new byte[integrity.icvLength()];
        received = new byte[integrity.icvLength()];
        SecretBytes encryptionKey = keys.encryptionKey();
        SecretBytes integrityKey = keys.integrityKey(integrity);
        cipher.init(mode, encryptionKey, new IvParameterSpec(new byte[BLOCK]));
        mac.init(integrityKey);
        encryptionKey.destroy();
        integrityKey.destroy();
    }

    @Override
    public Verdict seal(byte[] in, byte[] out, int text, long sequence) {
        LONG.set(in, IV, 0L);
        LONG.set(in, IV + 8, sequence);
        try {
            cipher.doFinal(in, IV, BLOCK + text, out, IV);
            authenticate(out, text, sequence);
            System.arraycopy(digest, 0, out, TEXT + text, expected.length);
            return Verdict.GOOD;
        } catch (GeneralSecurityException | RuntimeException e) {
            return Verdict.FAILED;
        }
    }

    @Override
    public Verdict open(byte[] in, byte[] out, int text, long sequence) {
        try {
            authenticate(in, text, sequence);
            System.arraycopy(digest, 0, expected, 0, expected.length);
            System.arraycopy(in, TEXT + text, received, 0, received.length);
            if (!MessageDigest.isEqual(expected, received)) {
                return Verdict.FORGED;
            }
            cipher.doFinal(in, IV, BLOCK + text, out, IV);
            return Verdict.GOOD;
        } catch (GeneralSecurityException | RuntimeException e) {
            return Verdict.FAILED;
        }
    }

    /** The high half of an extended sequence number is not sent, but counts as if it stood behind the text. */
    private void authenticate(byte[] packet, int text, long sequence) throws GeneralSecurityException {
        mac.update(packet, 0, TEXT + text);
        if (extended) {
            INT.set(high, 0, (int) (sequence >>> 32));
            mac.update(high, 0, 4);
        }
        mac.doFinal(digest, 0);
    }

    @Override
    public void close() {
        try {
            // new keys make the JDK overwrite its copies of the last ones
            cipher.init(mode, SecretBytes.zero("AES", keyLength), new IvParameterSpec(new byte[BLOCK]));
            mac.init(SecretBytes.zero(mac.getAlgorithm(), digest.length));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
