package dev.culvert.ipsec.ike.crypto;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.Map;
import javax.crypto.KeyAgreement;
import javax.crypto.interfaces.DHPublicKey;
import javax.crypto.spec.DHParameterSpec;
import javax.crypto.spec.DHPublicKeySpec;

/** Diffie-Hellman modulo a prime (RFC 3526): public values and the secret are as long as the prime. */
final class ModpKeyExchange implements KeyExchange {
    private static final Map<KeGroup, DHParameterSpec> PARAMETERS = parameters();

    private final KeGroup group;
    private final KeyPair pair;

    private ModpKeyExchange(KeGroup group, KeyPair pair) {
        this.group = group;
        this.pair = pair;
    }

    static ModpKeyExchange start(KeGroup group, SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("DH");
            generator.initialize(PARAMETERS.get(group), random);
            return new ModpKeyExchange(group, generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw Algorithms.missing(e);
        }
    }

    private static Map<KeGroup, DHParameterSpec> parameters() {
        Map<KeGroup, DHParameterSpec> map = new EnumMap<>(KeGroup.class);
        map.put(KeGroup.MODP2048, parameters(2048, 124_476));
        map.put(KeGroup.MODP3072, parameters(3072, 1_690_314));
        map.put(KeGroup.MODP4096, parameters(4096, 240_904));
        return map;
    }

    /** RFC 3526 gives its primes by a formula too: 2^n - 2^(n-64) - 1 + 2^64 * ([2^(n-130) pi] + k); the generator is 2. */
    private static DHParameterSpec parameters(int bits, long k) {
        BigInteger one = BigInteger.ONE;
        BigInteger prime = one.shiftLeft(bits)
                .subtract(one.shiftLeft(bits - 64))
                .subtract(one)
                .add(pi(bits - 130).add(BigInteger.valueOf(k)).shiftLeft(64));
        return new DHParameterSpec(prime, BigInteger.TWO);
    }

    /** [2^bits * pi], by Machin's formula with bits to spare. */
    private static BigInteger pi(int bits) {
        int spare = 64;
        BigInteger unit = BigInteger.ONE.shiftLeft(bits + spare);
        BigInteger quarter = arcTangentOfInverse(5, unit).shiftLeft(2).subtract(arcTangentOfInverse(239, unit));
        return quarter.shiftLeft(2).shiftRight(spare);
    }

    private static BigInteger arcTangentOfInverse(long x, BigInteger unit) {
        BigInteger square = BigInteger.valueOf(x * x);
        BigInteger power = unit.divide(BigInteger.valueOf(x));
        BigInteger sum = power;
        for (long n = 3; power.signum() != 0; n += 2) {
            power = power.divide(square);
            BigInteger term = power.divide(BigInteger.valueOf(n));
            sum = (n & 2) != 0 ? sum.subtract(term) : sum.add(term);
        }
        return sum;
    }

    static BigInteger prime(KeGroup group) {
        DHParameterSpec parameters = PARAMETERS.get(group);
        if (parameters == null) {
            throw new IllegalArgumentException(group.toString());
        }
        return parameters.getP();
    }

    @Override
    public KeGroup group() {
        return group;
    }

    @Override
    public byte[] publicValue() {
        return KeyExchange.fixed(((DHPublicKey) pair.getPublic()).getY(), length());
    }

    @Override
    public byte[] sharedSecret(byte[] peer) throws CryptoException {
        BigInteger prime = prime(group);
        BigInteger y = new BigInteger(1, peer);
        if (peer.length != length()
                || y.compareTo(BigInteger.ONE) <= 0
                || y.compareTo(prime.subtract(BigInteger.ONE)) >= 0) {
            throw new CryptoException("public value outside its group");
        }
        byte[] secret = new byte[0];
        try {
            KeyAgreement agreement = KeyAgreement.getInstance("DH");
            agreement.init(pair.getPrivate());
            agreement.doPhase(
                    KeyFactory.getInstance("DH").generatePublic(new DHPublicKeySpec(y, prime, BigInteger.TWO)), true);
            secret = agreement.generateSecret();
            return KeyExchange.fixed(new BigInteger(1, secret), length());
        } catch (GeneralSecurityException e) {
            throw new CryptoException("public value refused");
        } finally {
            Algorithms.wipe(secret);
        }
    }

    private int length() {
        return prime(group).bitLength() / 8;
    }
}
