package dev.culvert.ipsec.ike.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Methods of authentication; that genuine peers agree is for StrongSwanCertificatesIT. */
class SignaturesTest {
    private static final byte[] OCTETS = {1, 2, 3};

    private static KeyPair rsa(int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    private static KeyPair ec(String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    private static int assertSigned(KeyPair pair, List<Integer> hashes) throws Exception {
        Signatures.Signed signed = Signatures.sign(pair.getPrivate(), pair.getPublic(), hashes, OCTETS);
        boolean announced = !hashes.isEmpty();
        assertThat(Signatures.verify(pair.getPublic(), announced, signed.method(), signed.data(), OCTETS))
                .isTrue();
        assertThat(Signatures.verify(pair.getPublic(), announced, signed.method(), signed.data(), new byte[3]))
                .isFalse();
        for (int i = 0; i < signed.data().length; i++) {
            byte[] changed = signed.data().clone();
            changed[i] ^= 0x20;
            assertThat(Signatures.verify(pair.getPublic(), announced, signed.method(), changed, OCTETS))
                    .as("changed at %d", i)
                    .isFalse();
        }
        return signed.method();
    }

    @Test
    void theOlderMethodsAreForPeersThatKnowNoOther() throws Exception {
        KeyPair rsa = rsa(2048);
        assertThat(assertSigned(rsa, List.of())).isEqualTo(1);
        assertThat(assertSigned(ec("secp256r1"), List.of())).isEqualTo(9);
        assertThat(assertSigned(ec("secp384r1"), List.of())).isEqualTo(10);
        assertThat(assertSigned(ec("secp521r1"), List.of())).isEqualTo(11);
        Signatures.Signed old = Signatures.sign(rsa.getPrivate(), rsa.getPublic(), List.of(), OCTETS);
        assertThat(Signatures.verify(rsa.getPublic(), true, old.method(), old.data(), OCTETS))
                .isFalse();
    }

    @Test
    void digitalSignatures() throws Exception {
        assertThat(assertSigned(rsa(2048), List.of(2, 3))).isEqualTo(14);
        assertThat(assertSigned(rsa(2048), List.of(4))).isEqualTo(14);
        assertThat(assertSigned(ec("secp384r1"), List.of(2, 3))).isEqualTo(14);
        assertThat(assertSigned(KeyPairGenerator.getInstance("Ed25519").generateKeyPair(), List.of(5)))
                .isEqualTo(14);
        KeyPair pair = rsa(2048);
        assertThatThrownBy(() -> Signatures.sign(pair.getPrivate(), pair.getPublic(), List.of(5), OCTETS))
                .isInstanceOf(CryptoException.class);
    }

    /** RFC 7427 appendix A.4.3: the AlgorithmIdentifier of RSASSA-PSS with SHA-256. */
    @Test
    void pss() throws Exception {
        KeyPair pair = rsa(2048);
        Signature signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        signature.initSign(pair.getPrivate());
        signature.update(OCTETS);
        byte[] identifier = HexFormat.of()
                .parseHex("304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c"
                        + "301a06092a864886f70d010108300d06096086480165030402010500a203020120");
        byte[] data = Algorithms.join(new byte[] {(byte) identifier.length}, identifier, signature.sign());
        assertThat(Signatures.verify(pair.getPublic(), true, 14, data, OCTETS)).isTrue();
        data[data.length - 1] ^= 1;
        assertThat(Signatures.verify(pair.getPublic(), true, 14, data, OCTETS)).isFalse();
    }

    @Test
    void shortKeysAndNonsenseAreRefused() throws Exception {
        KeyPair small = rsa(1024);
        Signatures.Signed signed = Signatures.sign(small.getPrivate(), small.getPublic(), List.of(2), OCTETS);
        assertThat(Signatures.verify(small.getPublic(), true, 14, signed.data(), OCTETS))
                .isFalse();
        KeyPair pair = ec("secp256r1");
        for (int method = 0; method < 256; method++) {
            for (int length : new int[] {0, 1, 2, 20, 300}) {
                assertThat(Signatures.verify(pair.getPublic(), false, method, new byte[length], OCTETS))
                        .isFalse();
            }
        }
    }
}
