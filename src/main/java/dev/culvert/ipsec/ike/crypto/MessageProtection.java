package dev.culvert.ipsec.ike.crypto;

import dev.culvert.ipsec.ike.message.IkeHeader;
import dev.culvert.ipsec.ike.message.Payload;
import dev.culvert.ipsec.ike.message.PayloadType;
import dev.culvert.ipsec.ike.message.PayloadWriter;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Encrypted payloads of one IKE SA (RFC 7296 section 3.14, RFC 5282 for GCM) and their fragments (RFC 7383). With GCM the
 * initialization vectors count up, which is what never repeats.
 */
public final class MessageProtection {
    private static final int GENERIC_HEADER = 4;
    private static final int FRAGMENT_HEADER = 4;
    private static final int GCM_IV = 8;
    private static final int GCM_ICV = 16;
    private static final int BLOCK = 16;

    private final IkeSuite suite;
    private final IkeKeys keys;
    private final boolean initiator;
    private final SecureRandom random;
    private long sealed;

    /**
     * Makes the protection of an IKE SA's messages; the keys stay the caller's to wipe.
     *
     * @param initiator whether this end began the IKE SA
     */
    public MessageProtection(IkeSuite suite, IkeKeys keys, boolean initiator, SecureRandom random) {
        this.suite = suite;
        this.keys = keys;
        this.initiator = initiator;
        this.random = random;
    }

    /**
     * Encrypts a message.
     *
     * @param longest bytes that a datagram may have; what is longer leaves as fragments. {@link Integer#MAX_VALUE} forbids them
     * @return the datagrams, one or more
     */
    public List<byte[]> seal(IkeHeader header, List<Payload> payloads, int longest) {
        byte[] inner = PayloadWriter.chain(payloads);
        int first = PayloadWriter.firstType(payloads);
        if (IkeHeader.LENGTH + GENERIC_HEADER + overhead() + inner.length <= longest) {
            return List.of(seal(header.withNextPayload(PayloadType.SK), first, new byte[0], inner));
        }
        int room = longest - IkeHeader.LENGTH - GENERIC_HEADER - FRAGMENT_HEADER - overhead();
        int total = (inner.length + room - 1) / room;
        return IntStream.range(0, total)
                .mapToObj(i -> {
                    byte[] part = Arrays.copyOfRange(inner, i * room, Math.min((i + 1) * room, inner.length));
                    byte[] numbers = ByteBuffer.allocate(FRAGMENT_HEADER)
                            .putShort((short) (i + 1))
                            .putShort((short) total)
                            .array();
                    return seal(header.withNextPayload(PayloadType.SKF), i == 0 ? first : 0, numbers, part);
                })
                .toList();
    }

    private int overhead() {
        return suite.cipher().isAead()
                ? GCM_IV + 1 + GCM_ICV
                : BLOCK + BLOCK + suite.integrity().checksumLength();
    }

    private byte[] seal(IkeHeader header, int firstPayload, byte[] numbers, byte[] inner) {
        boolean aead = suite.cipher().isAead();
        int padding = aead ? 0 : BLOCK - 1 - inner.length % BLOCK;
        byte[] plain = Arrays.copyOf(inner, inner.length + padding + 1);
        plain[plain.length - 1] = (byte) padding;
        int ivLength = aead ? GCM_IV : BLOCK;
        int icv = aead ? GCM_ICV : suite.integrity().checksumLength();
        int offset = IkeHeader.LENGTH + GENERIC_HEADER + numbers.length;
        byte[] message = new byte[offset + ivLength + plain.length + icv];
        header.write(message, message.length);
        int length = message.length - IkeHeader.LENGTH;
        message[IkeHeader.LENGTH] = (byte) firstPayload;
        message[IkeHeader.LENGTH + 2] = (byte) (length >> 8);
        message[IkeHeader.LENGTH + 3] = (byte) length;
        System.arraycopy(numbers, 0, message, IkeHeader.LENGTH + GENERIC_HEADER, numbers.length);
        try {
            if (aead) {
                ByteBuffer.wrap(message).putLong(offset, ++sealed);
                Cipher cipher = gcm(Cipher.ENCRYPT_MODE, initiator, message, offset);
                cipher.doFinal(plain, 0, plain.length, message, offset + ivLength);
            } else {
                byte[] iv = new byte[BLOCK];
                random.nextBytes(iv);
                System.arraycopy(iv, 0, message, offset, BLOCK);
                cbc(Cipher.ENCRYPT_MODE, initiator, iv).doFinal(plain, 0, plain.length, message, offset + BLOCK);
                System.arraycopy(checksum(initiator, message, icv), 0, message, message.length - icv, icv);
            }
        } catch (GeneralSecurityException e) {
            throw Algorithms.missing(e);
        }
        return message;
    }

    /**
     * Decrypts a message of the other end.
     *
     * @return the payloads inside, or a fragment of them; null if it is not authentic
     */
    public byte @Nullable [] open(byte[] message, Payload.Encrypted encrypted) {
        boolean aead = suite.cipher().isAead();
        int ivLength = aead ? GCM_IV : BLOCK;
        int icv = aead ? GCM_ICV : suite.integrity().checksumLength();
        int at = encrypted.offset() + ivLength;
        int length = message.length - at - icv;
        if (length < 1 || (!aead && length % BLOCK != 0)) {
            return null;
        }
        try {
            byte[] plain;
            if (aead) {
                plain = gcm(Cipher.DECRYPT_MODE, !initiator, message, encrypted.offset())
                        .doFinal(message, at, length + icv);
            } else {
                byte[] theirs = Arrays.copyOfRange(message, message.length - icv, message.length);
                if (!MessageDigest.isEqual(theirs, checksum(!initiator, message, icv))) {
                    return null;
                }
                byte[] iv = Arrays.copyOfRange(message, encrypted.offset(), at);
                plain = cbc(Cipher.DECRYPT_MODE, !initiator, iv).doFinal(message, at, length);
            }
            int padding = plain[plain.length - 1] & 0xff;
            return padding < plain.length ? Arrays.copyOf(plain, plain.length - 1 - padding) : null;
        } catch (GeneralSecurityException notAuthentic) {
            return null;
        }
    }

    private Cipher gcm(int mode, boolean initiatorsKey, byte[] message, int offset) throws GeneralSecurityException {
        byte[] key = keys.encryption(initiatorsKey);
        int keyLength = suite.cipher().keyBits() / 8;
        byte[] nonce = new byte[4 + GCM_IV];
        System.arraycopy(key, keyLength, nonce, 0, 4);
        System.arraycopy(message, offset, nonce, 4, GCM_IV);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, 0, keyLength, "AES"), new GCMParameterSpec(8 * GCM_ICV, nonce));
        cipher.updateAAD(message, 0, offset);
        return cipher;
    }

    private Cipher cbc(int mode, boolean initiatorsKey, byte[] iv) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
        cipher.init(mode, new SecretKeySpec(keys.encryption(initiatorsKey), "AES"), new IvParameterSpec(iv));
        return cipher;
    }

    private byte[] checksum(boolean initiatorsKey, byte[] message, int icv) {
        byte[] covered = Arrays.copyOf(message, message.length - icv);
        byte[] whole = Algorithms.hmac(suite.integrity().algorithm(), keys.integrity(initiatorsKey), covered);
        return Arrays.copyOf(whole, icv);
    }
}
