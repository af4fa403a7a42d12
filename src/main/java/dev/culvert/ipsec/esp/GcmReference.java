package dev.culvert.ipsec.esp;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What AES-GCM has to make of a text, worked out by AES-CTR and a GHASH of its own (NIST SP 800-38D): slow, and with nothing in
 * common with the JDK's fast code. A key stream and a GHASH go on from where a shorter text's ended, so each is worked out once for
 * all lengths of the text.
 */
final class GcmReference {
    private static final int BLOCK = 16;
    private static final int TAG_BITS = 128;

    private final byte[] text;
    private final byte[] header = new byte[8];
    private final SecretKeySpec key;
    private final byte[] nonce = new byte[12];
    private final byte[] encrypted;
    private final byte[] tagMask;
    private final long hashKeyHigh;
    private final long hashKeyLow;

    /** The GHASH after each whole block, two numbers each. */
    private final long[] ghashes;

    /** Works out what is right for the first bytes, however many, of a random text with a random key of 256 bits. */
    GcmReference(Random random, int lengthMax) throws GeneralSecurityException {
        text = new byte[lengthMax];
        byte[] keyBytes = new byte[32];
        random.nextBytes(text);
        random.nextBytes(keyBytes);
        random.nextBytes(nonce);
        random.nextBytes(header);
        key = new SecretKeySpec(keyBytes, "AES");
        Cipher counter = Cipher.getInstance("AES/CTR/NoPadding");
        byte[] first = Arrays.copyOf(nonce, BLOCK);
        first[BLOCK - 1] = 1;
        counter.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(first));
        tagMask = counter.update(new byte[BLOCK]);
        encrypted = counter.doFinal(text);
        Cipher block = Cipher.getInstance("AES/ECB/NoPadding");
        block.init(Cipher.ENCRYPT_MODE, key);
        byte[] hashKey = block.doFinal(new byte[BLOCK]);
        hashKeyHigh = (long) Aead.LONG.get(hashKey, 0);
        hashKeyLow = (long) Aead.LONG.get(hashKey, 8);
        ghashes = ghashes();
    }

    /** Whether a cipher encrypts the text's first bytes as it should, and decrypts them. */
    boolean agrees(Cipher cipher, int length) throws GeneralSecurityException {
        byte[] right = sealed(length);
        byte[] result = new byte[length + BLOCK];
        cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(header);
        cipher.doFinal(text, 0, length, result, 0);
        if (!Arrays.equals(result, right)) {
            return false;
        }
        cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(header);
        try {
            return cipher.doFinal(right, 0, right.length, result, 0) == length
                    && Arrays.equals(result, 0, length, text, 0, length);
        } catch (AEADBadTagException e) {
            return false;
        }
    }

    /** The text's first bytes, encrypted, and the tag: section 7.1. */
    private byte[] sealed(int length) {
        byte[] packet = Arrays.copyOf(encrypted, length + BLOCK);
        Arrays.fill(packet, length, packet.length, (byte) 0);
        int whole = length / BLOCK;
        long[] hash = {ghashes[whole * 2], ghashes[whole * 2 + 1]};
        if (length % BLOCK != 0) {
            absorb(hash, packet, whole * BLOCK);
        }
        absorb(hash, (long) header.length * Byte.SIZE, (long) length * Byte.SIZE);
        Aead.LONG.set(packet, length, hash[0] ^ (long) Aead.LONG.get(tagMask, 0));
        Aead.LONG.set(packet, length + 8, hash[1] ^ (long) Aead.LONG.get(tagMask, 8));
        return packet;
    }

    private long[] ghashes() {
        int blocks = text.length / BLOCK;
        long[] all = new long[(blocks + 1) * 2];
        long[] hash = new long[2];
        absorb(hash, (long) Aead.LONG.get(header, 0), 0);
        for (int i = 0; i <= blocks; i++) {
            all[i * 2] = hash[0];
            all[i * 2 + 1] = hash[1];
            if (i < blocks) {
                absorb(hash, encrypted, i * BLOCK);
            }
        }
        return all;
    }

    private void absorb(long[] hash, byte[] from, int at) {
        absorb(hash, (long) Aead.LONG.get(from, at), (long) Aead.LONG.get(from, at + 8));
    }

    /** One block into a GHASH: a multiplication as section 6.3 has it. */
    private void absorb(long[] hash, long high, long low) {
        long xHigh = hash[0] ^ high;
        long xLow = hash[1] ^ low;
        long zHigh = 0;
        long zLow = 0;
        long vHigh = hashKeyHigh;
        long vLow = hashKeyLow;
        for (int i = 0; i < 128; i++) {
            long bit = -((i < 64 ? xHigh >>> (63 - i) : xLow >>> (127 - i)) & 1);
            zHigh ^= vHigh & bit;
            zLow ^= vLow & bit;
            long carry = -(vLow & 1);
            vLow = vLow >>> 1 | vHigh << 63;
            vHigh = vHigh >>> 1 ^ (carry & 0xe100_0000_0000_0000L);
        }
        hash[0] = zHigh;
        hash[1] = zLow;
    }
}
