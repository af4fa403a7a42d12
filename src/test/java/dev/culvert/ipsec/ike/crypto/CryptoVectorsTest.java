package dev.culvert.ipsec.ike.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Published test vectors. */
class CryptoVectorsTest {
    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }

    /** RFC 4868 section 2.7.2, the PRF test cases with keys of 20 and 131 bytes (RFC 4231 cases 1, 6). */
    @Test
    void pseudorandomFunctions() {
        byte[] key = new byte[20];
        Arrays.fill(key, (byte) 0x0b);
        byte[] data = "Hi There".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        assertThat(Prf.PRFSHA256.compute(key, data))
                .isEqualTo(hex("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"));
        assertThat(Prf.PRFSHA384.compute(key, data))
                .isEqualTo(hex("afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59c"
                        + "faea9ea9076ede7f4af152e8b2fa9cb6"));
        assertThat(Prf.PRFSHA512.compute(key, data))
                .isEqualTo(hex("87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
                        + "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"));
        byte[] large = new byte[131];
        Arrays.fill(large, (byte) 0xaa);
        assertThat(Prf.PRFSHA256.compute(
                        large,
                        "Test Using Larger Than Block-Size Key - Hash Key First"
                                .getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                .isEqualTo(hex("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"));
    }

    /** RFC 7296 section 2.13 is RFC 5869's HKDF-Expand: its test case 1 is one of prf+. */
    @Test
    void expansion() {
        assertThat(Prf.PRFSHA256.plus(
                        hex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"),
                        hex("f0f1f2f3f4f5f6f7f8f9"),
                        42))
                .isEqualTo(hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"));
    }

    /** RFC 7748 section 6.1, which RFC 8031 refers to. */
    @Test
    void x25519() throws Exception {
        String aliceOpen = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";
        String bobOpen = "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f";
        byte[] shared = hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
        X25519KeyExchange alice =
                x25519(hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"), aliceOpen);
        X25519KeyExchange bob =
                x25519(hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"), bobOpen);
        assertThat(alice.publicValue()).isEqualTo(hex(aliceOpen));
        assertThat(alice.sharedSecret(hex(bobOpen))).isEqualTo(shared);
        assertThat(bob.sharedSecret(hex(aliceOpen))).isEqualTo(shared);
        byte[] unmasked = hex(bobOpen);
        unmasked[31] |= (byte) 0x80;
        assertThat(alice.sharedSecret(unmasked)).isEqualTo(shared);
        assertThatThrownBy(() -> alice.sharedSecret(new byte[32])).isInstanceOf(CryptoException.class);
    }

    private static X25519KeyExchange x25519(byte[] secret, String open) throws Exception {
        KeyFactory factory = KeyFactory.getInstance("X25519");
        PrivateKey key = factory.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, secret));
        byte[] big = hex(open);
        for (int i = 0; i < 16; i++) {
            byte swap = big[i];
            big[i] = big[31 - i];
            big[31 - i] = swap;
        }
        PublicKey publicKey =
                factory.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, big)));
        return new X25519KeyExchange(new KeyPair(publicKey, key));
    }

    /** RFC 5903 section 8.1. */
    @Test
    void ecp256() throws Exception {
        assertAgrees(
                KeGroup.ECP256,
                "C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433",
                "DAD0B65394221CF9B051E1FECA5787D098DFE637FC90B9EF945D0C3772581180"
                        + "5271A0461CDB8252D61F1C456FA3E59AB1F45B33ACCF5F58389E0577B8990BB3",
                "C6EF9C5D78AE012A011164ACB397CE2088685D8F06BF9BE0B283AB46476BEE53",
                "D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF63"
                        + "56FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB",
                "D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE");
    }

    /** RFC 5903 section 8.2. */
    @Test
    void ecp384() throws Exception {
        assertAgrees(
                KeGroup.ECP384,
                "099F3C7034D4A2C699884D73A375A67F7624EF7C6B3C0F160647B67414DCE655E35B538041E649EE3FAEF896783AB194",
                "667842D7D180AC2CDE6F74F37551F55755C7645C20EF73E31634FE72B4C55EE6DE3AC808ACB4BDB4C88732AEE95F41AA"
                        + "9482ED1FC0EEB9CAFC4984625CCFC23F65032149E0E144ADA024181535A0F38EEB9FCFF3C2C947DAE69B4C634573A81C",
                "41CB0779B4BDB85D47846725FBEC3C9430FAB46CC8DC5060855CC9BDA0AA2942E0308312916B8ED2960E4BD55A7448FC",
                "E558DBEF53EECDE3D3FCCFC1AEA08A89A987475D12FD950D83CFA41732BC509D0D1AC43A0336DEF96FDA41D0774A3571"
                        + "DCFBEC7AACF3196472169E838430367F66EEBE3C6E70C416DD5F0C68759DD1FFF83FA40142209DFF5EAAD96DB9E6386C",
                "11187331C279962D93D604243FD592CB9D0A926F422E47187521287E7156C5C4D603135569B9E9D09CF5D4A270F59746");
    }

    private static void assertAgrees(KeGroup group, String i, String gi, String r, String gr, String shared)
            throws Exception {
        EcpKeyExchange ours = ecp(group, i, gi);
        EcpKeyExchange theirs = ecp(group, r, gr);
        assertThat(ours.publicValue()).isEqualTo(hex(gi));
        assertThat(ours.sharedSecret(hex(gr))).isEqualTo(hex(shared));
        assertThat(theirs.sharedSecret(hex(gi))).isEqualTo(hex(shared));
        byte[] outside = hex(gr);
        outside[outside.length - 1] ^= 1;
        assertThatThrownBy(() -> ours.sharedSecret(outside)).isInstanceOf(CryptoException.class);
        assertThatThrownBy(() -> ours.sharedSecret(new byte[outside.length])).isInstanceOf(CryptoException.class);
    }

    private static EcpKeyExchange ecp(KeGroup group, String secret, String open) throws Exception {
        ECParameterSpec parameters = EcpKeyExchange.parameters(group);
        KeyFactory factory = KeyFactory.getInstance("EC");
        byte[] point = hex(open);
        return new EcpKeyExchange(
                group,
                new KeyPair(
                        factory.generatePublic(new ECPublicKeySpec(
                                new ECPoint(
                                        new BigInteger(1, Arrays.copyOf(point, point.length / 2)),
                                        new BigInteger(1, Arrays.copyOfRange(point, point.length / 2, point.length))),
                                parameters)),
                        factory.generatePrivate(new ECPrivateKeySpec(new BigInteger(1, hex(secret)), parameters))));
    }

    /** The formula gives safe primes that begin and end as those of RFC 3526; with any digit of pi wrong they would be none. */
    @ParameterizedTest
    @EnumSource(names = {"MODP2048", "MODP3072", "MODP4096"})
    void primes(KeGroup group) {
        BigInteger prime = ModpKeyExchange.prime(group);
        assertThat(prime.toString(16)).startsWith("ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd1");
        assertThat(prime.toString(16)).endsWith("ffffffffffffffff");
        assertThat(prime.bitLength()).isEqualTo(Integer.parseInt(group.name().substring(4)));
        assertThat(prime.isProbablePrime(4)).isTrue();
        assertThat(prime.shiftRight(1).isProbablePrime(4)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void bothEndsAgreeInEveryGroup(KeGroup group) throws Exception {
        SecureRandom random = new SecureRandom();
        KeyExchange one = group.start(random);
        KeyExchange other = group.start(random);
        assertThat(one.sharedSecret(other.publicValue()))
                .isEqualTo(other.sharedSecret(one.publicValue()))
                .hasSize(group == KeGroup.CURVE25519 ? 32 : one.publicValue().length / (isCurve(group) ? 2 : 1));
        assertThatThrownBy(() -> one.sharedSecret(new byte[one.publicValue().length]))
                .isInstanceOf(CryptoException.class);
        assertThatThrownBy(() -> one.sharedSecret(new byte[0])).isInstanceOf(CryptoException.class);
    }

    private static boolean isCurve(KeGroup group) {
        return group == KeGroup.ECP256 || group == KeGroup.ECP384;
    }
}
