package dev.culvert.ipsec.ike.crypto;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.KeyAgreement;

/** Diffie-Hellman on NIST's curves (RFC 5903): public values are x and y, the secret is x alone. */
final class EcpKeyExchange implements KeyExchange {
    private final KeGroup group;
    private final KeyPair pair;

    /** A test brings a pair from the RFC. */
    EcpKeyExchange(KeGroup group, KeyPair pair) {
        this.group = group;
        this.pair = pair;
    }

    static EcpKeyExchange start(KeGroup group, SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve(group)), random);
            return new EcpKeyExchange(group, generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw Algorithms.missing(e);
        }
    }

    private static String curve(KeGroup group) {
        return group == KeGroup.ECP256 ? "secp256r1" : "secp384r1";
    }

    static ECParameterSpec parameters(KeGroup group) {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec(curve(group)));
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw Algorithms.missing(e);
        }
    }

    @Override
    public KeGroup group() {
        return group;
    }

    @Override
    public byte[] publicValue() {
        ECPoint point = ((ECPublicKey) pair.getPublic()).getW();
        return Algorithms.join(
                KeyExchange.fixed(point.getAffineX(), length()), KeyExchange.fixed(point.getAffineY(), length()));
    }

    @Override
    public byte[] sharedSecret(byte[] peer) throws CryptoException {
        if (peer.length != 2 * length()) {
            throw new CryptoException("public value of a wrong length");
        }
        ECPoint point = new ECPoint(
                new BigInteger(1, Arrays.copyOf(peer, length())),
                new BigInteger(1, Arrays.copyOfRange(peer, length(), peer.length)));
        ECParameterSpec parameters = parameters(group);
        if (!isOnCurve(point, parameters)) {
            throw new CryptoException("public value outside its group");
        }
        byte[] secret = new byte[0];
        try {
            KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
            agreement.init(pair.getPrivate());
            agreement.doPhase(
                    KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, parameters)), true);
            secret = agreement.generateSecret();
            return KeyExchange.fixed(new BigInteger(1, secret), length());
        } catch (GeneralSecurityException e) {
            throw new CryptoException("public value refused");
        } finally {
            Algorithms.wipe(secret);
        }
    }

    /** The JDK looks too; that it does is no part of its contract. */
    private static boolean isOnCurve(ECPoint point, ECParameterSpec parameters) {
        BigInteger p = ((ECFieldFp) parameters.getCurve().getField()).getP();
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        BigInteger right = x.pow(3)
                .add(parameters.getCurve().getA().multiply(x))
                .add(parameters.getCurve().getB());
        return x.compareTo(p) < 0 && y.compareTo(p) < 0 && y.pow(2).mod(p).equals(right.mod(p));
    }

    private int length() {
        return group == KeGroup.ECP256 ? 32 : 48;
    }
}
