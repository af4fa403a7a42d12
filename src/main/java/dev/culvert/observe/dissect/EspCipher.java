package dev.culvert.observe.dissect;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * How one association's packets are opened: AES-GCM (RFC 4106) or AES-CBC (RFC 3602) with an HMAC of SHA-2 (RFC 4868). A tool's: it
 * makes a cipher for each packet.
 */
sealed interface EspCipher {
    /** Bytes in front of the IV: SPI and sequence number. */
    int START = 8;

    /** Bytes of the IV. */
    int iv();

    /** Bytes of the integrity check value. */
    int icv();

    /**
     * Decrypts what is between IV and ICV, in place.
     *
     * @param packet from {@code at}, the SPI, to {@code end}
     * @return whether it is genuine; otherwise nothing has changed
     */
    boolean open(byte[] packet, int at, int end);

    /**
     * Makes one by the names of Wireshark's table.
     *
     * @throws IllegalArgumentException if it is another algorithm, or a key of another length
     */
    static EspCipher of(String cipher, byte[] key, String integrity, byte[] integrityKey) {
        if (cipher.startsWith("AES-GCM") && (key.length == 20 || key.length == 28 || key.length == 36)) {
            return new Gcm(key);
        }
        if (cipher.startsWith("AES-CBC") && (key.length == 16 || key.length == 24 || key.length == 32)) {
            return new CbcHmac(key, CbcHmac.algorithm(integrity), integrityKey);
        }
        throw new IllegalArgumentException();
    }

    /**
     * AES-GCM.
     *
     * @param key the key and four bytes of salt
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Gcm(byte[] key) implements EspCipher {
        private static final int SALT = 4;
        private static final int ICV = 16;

        @Override
        public int iv() {
            return 8;
        }

        @Override
        public int icv() {
            return ICV;
        }

        @Override
        public boolean open(byte[] packet, int at, int end) {
            byte[] start = Arrays.copyOfRange(packet, at, at + START);
            // with extended sequence numbers, of which the upper half is not sent: nobody has sent more than 2^32 yet
            byte[] extended = ByteBuffer.allocate(12)
                    .put(start, 0, 4)
                    .putInt(0)
                    .put(start, 4, 4)
                    .array();
            return open(packet, at, end, start) || open(packet, at, end, extended);
        }

        private boolean open(byte[] packet, int at, int end, byte[] associated) {
            byte[] nonce = ByteBuffer.allocate(12)
                    .put(key, key.length - SALT, SALT)
                    .put(packet, at + START, iv())
                    .array();
            try {
                Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
                cipher.init(
                        Cipher.DECRYPT_MODE,
                        new SecretKeySpec(key, 0, key.length - SALT, "AES"),
                        new GCMParameterSpec(Byte.SIZE * ICV, nonce));
                cipher.updateAAD(associated);
                int text = at + START + iv();
                byte[] open = cipher.doFinal(packet, text, end - text);
                System.arraycopy(open, 0, packet, text, open.length);
                return true;
            } catch (GeneralSecurityException e) {
                return false; // another one's, or damaged
            }
        }

        @Override
        public String toString() {
            return "AES-GCM";
        }
    }

    /**
     * AES-CBC with an HMAC.
     *
     * @param key of the cipher
     * @param algorithm the HMAC's name in the JDK
     * @param integrityKey the HMAC's
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record CbcHmac(byte[] key, String algorithm, byte[] integrityKey) implements EspCipher {
        private static final int BLOCK = 16;

        static String algorithm(String name) {
            if (name.startsWith("HMAC-SHA-256-128")) {
                return "HmacSHA256";
            }
            if (name.startsWith("HMAC-SHA-384-192")) {
                return "HmacSHA384";
            }
            if (name.startsWith("HMAC-SHA-512-256")) {
                return "HmacSHA512";
            }
            throw new IllegalArgumentException();
        }

        @Override
        public int iv() {
            return BLOCK;
        }

        /** Half of what the hash has. */
        @Override
        public int icv() {
            return Integer.parseInt(algorithm.substring("HmacSHA".length())) / Byte.SIZE / 2;
        }

        @Override
        public boolean open(byte[] packet, int at, int end) {
            int text = at + START + BLOCK;
            int length = end - icv() - text;
            if (length % BLOCK != 0) {
                return false;
            }
            try {
                Mac mac = Mac.getInstance(algorithm);
                mac.init(new SecretKeySpec(integrityKey, algorithm));
                mac.update(packet, at, end - icv() - at);
                byte[] plain = ((Mac) mac.clone()).doFinal();
                mac.update(new byte[Integer.BYTES]); // with extended sequence numbers, their upper half, as above
                byte[] extended = mac.doFinal();
                byte[] icv = Arrays.copyOfRange(packet, end - icv(), end);
                if (!MessageDigest.isEqual(icv, Arrays.copyOf(plain, icv()))
                        && !MessageDigest.isEqual(icv, Arrays.copyOf(extended, icv()))) {
                    return false;
                }
                Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
                cipher.init(
                        Cipher.DECRYPT_MODE,
                        new SecretKeySpec(key, "AES"),
                        new IvParameterSpec(packet, at + START, BLOCK));
                byte[] open = cipher.doFinal(packet, text, length);
                System.arraycopy(open, 0, packet, text, length);
                return true;
            } catch (GeneralSecurityException | CloneNotSupportedException e) {
                return false;
            }
        }

        @Override
        public String toString() {
            return "AES-CBC with " + algorithm;
        }
    }
}
