package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.crypto.Algorithms;
import dev.culvert.ipsec.ike.crypto.Prf;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;

/**
 * Cookies (RFC 7296 section 2.6): who sends one back does receive what is sent to its address. Nothing is stored for it. The
 * secret changes every minute; the one before counts for a minute more.
 */
final class Cookies {
    private static final long LIFETIME = TimeUnit.MINUTES.toNanos(1);

    private final SecureRandom random;
    private byte[] secret;
    private byte[] previous;
    private long changeAt;

    Cookies(SecureRandom random) {
        this.random = random;
        secret = drawn();
        previous = drawn();
    }

    private byte[] drawn() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return bytes;
    }

    byte[] cookie(IkeDatagram request, long spiInitiator, byte[] nonce, long now) {
        if (now >= changeAt) {
            Algorithms.wipe(previous);
            previous = now >= changeAt + LIFETIME ? drawn() : secret;
            secret = drawn();
            changeAt = now + LIFETIME;
        }
        return compute(secret, request, spiInitiator, nonce);
    }

    boolean isRight(byte[] cookie, IkeDatagram request, long spiInitiator, byte[] nonce, long now) {
        return MessageDigest.isEqual(cookie, cookie(request, spiInitiator, nonce, now))
                || MessageDigest.isEqual(cookie, compute(previous, request, spiInitiator, nonce));
    }

    private static byte[] compute(byte[] secret, IkeDatagram request, long spiInitiator, byte[] nonce) {
        byte[] where = ByteBuffer.allocate(26)
                .putLong(request.remote().high())
                .putLong(request.remote().low())
                .putShort((short) request.remotePort())
                .putLong(spiInitiator)
                .array();
        return Prf.PRFSHA256.compute(secret, where, nonce);
    }
}
