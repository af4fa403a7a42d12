package dev.culvert.ipsec.ike.crypto;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Signatures of AUTH payloads: the method "digital signature" (RFC 7427) with RSA (PKCS #1 v1.5; verified with PSS too), ECDSA and
 * Ed25519 over SHA-2; for peers that do not know it, the older methods of RFC 7296 (RSA with SHA-1, which is all that it allows) and
 * RFC 4754 (ECDSA). RSA keys of less than 2048 bits are refused (RFC 8247 section 3.2).
 */
public final class Signatures {
    /** Hashes as SIGNATURE_HASH_ALGORITHMS counts them: SHA2-256, SHA2-384, SHA2-512, and none for Ed25519. */
    public static final List<Integer> HASHES = List.of(2, 3, 4, 5);

    private static final int RSA = 1;
    private static final int DIGITAL_SIGNATURE = 14;
    private static final int RSA_BITS = 2048;

    /** The older methods of ECDSA: RFC 4754, by the size of the curve. */
    private static final Map<Integer, String> ECDSA = Map.of(
            9, "SHA256withECDSAinP1363Format",
            10, "SHA384withECDSAinP1363Format",
            11, "SHA512withECDSAinP1363Format");

    /** RFC 7427 appendix A: AlgorithmIdentifiers in DER. */
    private static final Map<String, String> IDENTIFIERS = Map.of(
            "300d06092a864886f70d01010b0500", "SHA256withRSA",
            "300d06092a864886f70d01010c0500", "SHA384withRSA",
            "300d06092a864886f70d01010d0500", "SHA512withRSA",
            "300a06082a8648ce3d040302", "SHA256withECDSA",
            "300a06082a8648ce3d040303", "SHA384withECDSA",
            "300a06082a8648ce3d040304", "SHA512withECDSA",
            "300506032b6570", "Ed25519");

    private static final byte[] PSS = HexFormat.of().parseHex("06092a864886f70d01010a");
    private static final Set<String> PSS_DIGESTS = Set.of("SHA-256", "SHA-384", "SHA-512");

    private Signatures() {}

    /** The content of an AUTH payload. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Signed(int method, byte[] data) {}

    /**
     * Signs.
     *
     * @param hashes what the peer said of hashes, empty if nothing: then an older method is taken
     * @throws CryptoException if there is no method for the key that the peer knows too
     */
    public static Signed sign(PrivateKey key, PublicKey ours, List<Integer> hashes, byte[] octets)
            throws CryptoException {
        try {
            if (hashes.isEmpty()) {
                int method = oldMethod(ours);
                return new Signed(method, signed(method == RSA ? "SHA1withRSA" : ecdsa(method), key, octets));
            }
            String algorithm = algorithm(ours, hashes);
            byte[] identifier = HexFormat.of().parseHex(identifier(algorithm));
            return new Signed(
                    DIGITAL_SIGNATURE,
                    Algorithms.join(new byte[] {(byte) identifier.length}, identifier, signed(algorithm, key, octets)));
        } catch (GeneralSecurityException e) {
            throw new CryptoException("the private key does not sign");
        }
    }

    private static byte[] signed(String algorithm, PrivateKey key, byte[] octets) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(octets);
        return signature.sign();
    }

    private static String ecdsa(int method) throws CryptoException {
        String algorithm = ECDSA.get(method);
        if (algorithm == null) {
            throw new CryptoException("an authentication method that is not known");
        }
        return algorithm;
    }

    private static int oldMethod(PublicKey key) throws CryptoException {
        if (key instanceof RSAPublicKey) {
            return RSA;
        }
        if (key instanceof ECPublicKey ec) {
            return switch (ec.getParams().getCurve().getField().getFieldSize()) {
                case 256 -> 9;
                case 384 -> 10;
                default -> 11;
            };
        }
        throw new CryptoException("no older method for a key of this kind");
    }

    private static String algorithm(PublicKey key, List<Integer> hashes) throws CryptoException {
        if (key instanceof RSAPublicKey) {
            return hash(hashes, 2) + "withRSA";
        }
        if (key instanceof ECPublicKey ec) {
            int bits = ec.getParams().getCurve().getField().getFieldSize();
            return hash(hashes, bits <= 256 ? 2 : bits <= 384 ? 3 : 4) + "withECDSA";
        }
        if (key.getAlgorithm().equals("EdDSA") && hashes.contains(5)) {
            return "Ed25519";
        }
        throw new CryptoException("no method for a key of this kind");
    }

    private static String hash(List<Integer> hashes, int best) throws CryptoException {
        for (int hash : List.of(best, 2, 3, 4)) {
            if (hashes.contains(hash)) {
                return hash == 2 ? "SHA256" : hash == 3 ? "SHA384" : "SHA512";
            }
        }
        throw new CryptoException("the peer knows none of SHA-2");
    }

    private static String identifier(String algorithm) throws CryptoException {
        for (Map.Entry<String, String> one : IDENTIFIERS.entrySet()) {
            if (one.getValue().equals(algorithm)) {
                return one.getKey();
            }
        }
        throw new CryptoException("no identifier of " + algorithm);
    }

    /**
     * Verifies; whatever the data is, the outcome is an answer.
     *
     * @param announced whether we said which hashes we know, so that the peer must not use the older way of RSA
     */
    public static boolean verify(PublicKey key, boolean announced, int method, byte[] data, byte[] octets) {
        if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < RSA_BITS) {
            return false;
        }
        try {
            return switch (method) {
                case RSA -> !announced && verify(Signature.getInstance("SHA1withRSA"), key, data, octets);
                case DIGITAL_SIGNATURE -> verifyDigital(key, data, octets);
                default ->
                    key instanceof ECPublicKey
                            && oldMethod(key) == method
                            && verify(Signature.getInstance(ecdsa(method)), key, data, octets);
            };
        } catch (GeneralSecurityException | CryptoException | IOException e) {
            return false;
        }
    }

    private static boolean verifyDigital(PublicKey key, byte[] data, byte[] octets)
            throws GeneralSecurityException, IOException {
        int length = data.length == 0 ? 0 : data[0] & 0xff;
        if (length < 2 || data.length <= 1 + length) {
            return false;
        }
        byte[] identifier = Arrays.copyOfRange(data, 1, 1 + length);
        byte[] signature = Arrays.copyOfRange(data, 1 + length, data.length);
        String algorithm = IDENTIFIERS.get(HexFormat.of().formatHex(identifier));
        if (algorithm != null) {
            return verify(Signature.getInstance(algorithm), key, signature, octets);
        }
        int parameters = 2 + PSS.length;
        if (length <= parameters || !Arrays.equals(PSS, 0, PSS.length, identifier, 2, parameters)) {
            return false;
        }
        AlgorithmParameters pss = AlgorithmParameters.getInstance("RSASSA-PSS");
        pss.init(Arrays.copyOfRange(identifier, parameters, length));
        PSSParameterSpec spec = pss.getParameterSpec(PSSParameterSpec.class);
        if (!PSS_DIGESTS.contains(spec.getDigestAlgorithm())
                || !(spec.getMGFParameters() instanceof MGF1ParameterSpec mgf)
                || !mgf.getDigestAlgorithm().equals(spec.getDigestAlgorithm())) {
            return false;
        }
        Signature verifier = Signature.getInstance("RSASSA-PSS");
        verifier.setParameter(spec);
        return verify(verifier, key, signature, octets);
    }

    private static boolean verify(Signature verifier, PublicKey key, byte[] signature, byte[] octets)
            throws GeneralSecurityException {
        verifier.initVerify(key);
        verifier.update(octets);
        return verifier.verify(signature);
    }
}
