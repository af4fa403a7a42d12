package dev.culvert.ipsec.ike.crypto;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.XECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPublicKeySpec;
import javax.crypto.KeyAgreement;

/** X25519 (RFC 7748, RFC 8031): public values and the secret are 32 bytes, little-endian. */
final class X25519KeyExchange implements KeyExchange {
    private static final int LENGTH = 32;

    private final KeyPair pair;

    /** A test brings a pair from the RFC. */
    X25519KeyExchange(KeyPair pair) {
        this.pair = pair;
    }

    static X25519KeyExchange start(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("X25519");
            generator.initialize(NamedParameterSpec.X25519, random);
            return new X25519KeyExchange(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw Algorithms.missing(e);
        }
    }

    @Override
    public KeGroup group() {
        return KeGroup.CURVE25519;
    }

    @Override
    public byte[] publicValue() {
        return reversed(KeyExchange.fixed(((XECPublicKey) pair.getPublic()).getU(), LENGTH));
    }

    @Override
    public byte[] sharedSecret(byte[] peer) throws CryptoException {
        if (peer.length != LENGTH) {
            throw new CryptoException("public value of a wrong length");
        }
        byte[] u = reversed(peer);
        u[0] &= 0x7f; // RFC 7748 section 5: the highest bit is ignored
        try {
            KeyAgreement agreement = KeyAgreement.getInstance("X25519");
            agreement.init(pair.getPrivate());
            agreement.doPhase(
                    KeyFactory.getInstance("X25519")
                            .generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, u))),
                    true);
            // refuses points of small order, with which the secret would be zero
            return agreement.generateSecret();
        } catch (GeneralSecurityException e) {
            throw new CryptoException("public value refused");
        }
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] out = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            out[i] = bytes[bytes.length - 1 - i];
        }
        return out;
    }
}
