package dev.culvert.ipsec.esp;

import static dev.culvert.ipsec.esp.EspTestKit.hex;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Packets and digests that others have published. */
class EspVectorsTest {
    private final EspTestKit kit = new EspTestKit();

    /**
     * The AES-GCM packets of draft-mcgrew-gcm-test-01, in its order: key, salt, high half of the sequence number if it is extended,
     * text, packet.
     */
    @ParameterizedTest
    @CsvSource({
        "4c80cdefbb5d10da906ac73c3613a634, 2e443b68, 87654321,"
                + " 45000048699a000080114db7c0a80102c0a801010a9bf15638d301000001000000000000045f736970045f756470037369700963796265"
                + "726369747902646b000021000101020201,"
                + " 00004321000000004956ed7e3b244cfefecf537e729d5b07dc30df528dd22b768d1b98736696a6fd348509fa13ceac34cfa2436f14a3"
                + "f3cf65925bf1f4a13c5d15b21e1884f5ff6247aeabb786b93bce61bc17d768fd9732459018148f6cbe722fd04796562dfdb4",
        "feffe9928665731c6d6a8f9467308308, cafebabe, ,"
                + " 4500003e698f000080114dccc0a80102c0a801010a980035002a2343b2d001000001000000000000037369700963796265726369747902"
                + "646b00000100010001,"
                + " 0000a5f80000000afacedbaddecaf888deb22cd9b07c72c16e3a65beeb8df304a5a5897d33ae530f1ba76d5d114d2a5c3de81827c10e"
                + "9a4f51330d0eec416642cfbb85a5b47e48a4ec3b9ba95d918bd183b70d3aa8bc6ee4c309e9d85a41ad4a",
        "abbccddef00112233445566778899aababbccddef00112233445566778899aab, 11223344, ,"
                + " 4500003069a6400080062690c0a801029389155e0a9e008b2dc57ee0000000007002400020bf0000020405b40101040201020201,"
                + " 4a2cbfe3000000020102030405060708ff425c9b724599df7a3bcd510194e00d6a78107f1b0b1cbf06efae9d65a5d763748a63798577"
                + "1d347f0545659f14e99def842d8eb335f4eecfdbf831824b4c4915956c96",
        "3de09874b388e6491988d0c3607eae1f, 57690e43, 10101010,"
                + " 4500003c99c300008001cb7c40679318010101010800085c020043006162636465666768696a6b6c6d6e6f7071727374757677616263"
                + "64656667686901020201,"
                + " 42f67e3f101010104e280000a2fca1a3fba2caa4853cf9f0f22cb10d86dd83b0fec75691cf1a04b00d1138ec9c35791765acbd8701ad"
                + "79845bf9fe3fba487bc91755e6662b4c8d0d1f5e22739530320ae0d731cc978ecafaeae88f00e80d6e48",
        "3de09874b388e6491988d0c3607eae1f, 57690e43, 10101010,"
                + " 4500001c42a200008001441f406793b6e00000020a00f5ff01020201,"
                + " 42f67e3f101010104e280000a2fca1a3fba2ca845e5df9f0f22c3e6e86dd831e1fc65792cd1af9130e1379ed369f071f35e034be95f1"
                + "12e4e7d05d35",
        "feffe9928665731c6d6a8f9467308308feffe9928665731c, cafebabe, ,"
                + " 45000028a4ad4000400678800a01038f0a010612802306b8cb712602dd6bb03e501016d075680001,"
                + " 0000a5f80000000afacedbaddecaf888a5b1f8066029aea40e598b8122de02420938b3ab33f828e687b8858b5bfbdbd0315b27452144"
                + "cc7795457b9652037f5318027b5b4cd7a636",
        "abbccddef00112233445566778899aab, decaf888, 00000000,"
                + " 4500004933ba00007f119106c3fb1d10c2b1d326c02831ce0035dd7b800302d500004e20001e8c18d75b81dc91baa0476b91b924b280"
                + "389d92c963bac046ec959b6266c04722b14923010101,"
                + " 0000010000000001cafedebaceface7418a6fd42f72cbf4ab2a2ea901f73d814e3e7f243d95412e1c349c1d2fbec168f9190feebaf2c"
                + "b01984e65863965d7472b79da345e0e780191f0d2f0e0f496c226f2127b27db35724e7845d68651f57e65f354f75ff17015769623436",
        "abbccddef00112233445566778899aababbccddef00112233445566778899aab, 73616c74, 156f3126,"
                + " 45080028732c00004006e9f90a0106120a01038f06b88023dd6bafbecb71260250101f646d540001,"
                + " 17405e67dd0db99b616e640169766563f2d69ecdbd5a0d5b8d5ef38bad4da58d1f278fde98ef67549d524a3018d9a57ff4d3a31ce673"
                + "119e451626c2415771e3b7eebca614c89b35",
        "7d773d00c144c525ac619d18c84a3f47, d9664267, , 01020201,"
                + " 335467aeffffffff43457e9182443bc6437f866bcb3f699fe9b0822bac961c4504bef270",
        "6c6567616c697a656d6172696a75616e61616e64646f69746265666f72656961, 7475726e, ffffffff,"
                + " 45000030da3a00008001df3bc0a80005c0a800010800c6cd020007006162636465666768696a6b6c6d6e6f707172737401020201,"
                + " 796b6963ffffffff333021696765746df97ab2aa356d8edce17644ac8c78e25dd24dedbb29ebf1b64a274b39b49c3a864cd3d78ca4ae"
                + "68a32b42458fb57dbe821dcc63b9d0937ba2945f669368661a329fb4c053",
    })
    void opensPacketsOfTheGcmDraft(String key, String salt, String high, String text, String packet) throws Exception {
        EspSuite suite = EspSuite.of(20, key.length() * 4, 0).orElseThrow();
        byte[] sealed = hex(packet);
        byte[] expected = hex(text);
        EspKeys keys = new EspKeys(EspTestKit.SPI, suite, high != null, hex(key + salt));
        long sequence = (int) Aead.INT.get(sealed, 4) & 0xffff_ffffL;
        if (high != null) {
            sequence |= Long.parseLong(high, 16) << 32;
        }
        byte[] opened = new byte[sealed.length];
        try (Aead aead = Aead.of(keys, false)) {
            assertThat(aead.open(sealed, opened, expected.length, sequence)).isEqualTo(Aead.Verdict.GOOD);
            assertThat(Arrays.copyOfRange(opened, 16, 16 + expected.length)).isEqualTo(expected);
            if (high != null) {
                assertThat(aead.open(sealed, opened, expected.length, sequence ^ 1L << 40))
                        .isEqualTo(Aead.Verdict.FORGED);
            }
        }
        keys.close();
    }

    /** The sample packets of RFC 3602 section 4, cases 5 to 8, to which an ICV is added. */
    @ParameterizedTest
    @CsvSource({
        "90d382b410eeba7ad938c46cec1a82bf, 1,"
                + " 08000ebda70a00008e9c083db95b070008090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d"
                + "2e2f3031323334353637,"
                + " 0000432100000001e96e8c08ab465763fd098d45dd3ff893f663c25d325c18c6a9453e194e120849a4870b66cc6b9965330013b4898d"
                + "c856a4699e523a55db080b59ec3a8e4b7e52775b07d1db34ed9c538ab50c551b874aa269add047ad2d5913ac19b7cfbad4a6",
        "90d382b410eeba7ad938c46cec1a82bf, 1, 0800b5e8a80a0500a69c083d0b660e00777777777777777777777777,"
                + " 000043210000000869d08df7d203329db093fc4924e5bd80f51995881ec4e0c4488987ce742e8109689bb379d2d750c0d915dca346a8"
                + "9f75",
        "0123456789abcdef0123456789abcdef, 4,"
                + " 45000054090400004001f988c0a87b03c0a87bc808009f76a90a0100b49c083d02a2040008090a0b0c0d0e0f10111213141516171819"
                + "1a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637,"
                + " 0000876500000002f4e765244f6407adf13dc1380f673f37773b5241a4c449225e4f3ce5ed611b0c237ca96cf74a93013c1b0ea1a0cf"
                + "70f8e4ecaec78ac53aad7a0f022b859243c647752e94a859352b8a4d4d2decd136e5c177f132ad3fbfb2201ac9904c74ee0a109e0ca1"
                + "e4dfe9d5a100b842f1c22f0d",
        "0123456789abcdef0123456789abcdef, 4,"
                + " 45000044090c00004001f990c0a87b03c0a87bc80800d63caa0a0200c69c083da3de0300ffffffffffffffffffffffffffffffffffff"
                + "ffffffffffffffffffffffffffff,"
                + " 000087650000000585d47224b5f3dd5d2101d4ea8dffab2215b92683819596a8047232cc00f7048fe45318e11f8a0f62ede3c3fc6120"
                + "3bb50f980a08c9843fd3a1b06d5c07ff9639b7eb7dfb3512e5de435e7207ed971ef3d2726d9b5ef6affc6d17a0decbb13892",
    })
    void opensPacketsOfRfc3602(String key, int nextHeader, String payload, String packet) throws Exception {
        byte[] unauthenticated = hex(packet);
        byte[] expected = hex(payload);
        for (EspSuite suite : EspSuite.values()) {
            HmacAlgorithm integrity = suite.integrity();
            if (integrity == null || suite.keyBits() != 128) {
                continue;
            }
            byte[] integrityKey = kit.randomBytes(integrity.keyLength());
            byte[] material = Arrays.copyOf(hex(key), 16 + integrityKey.length);
            System.arraycopy(integrityKey, 0, material, 16, integrityKey.length);
            Mac mac = Mac.getInstance(integrity.algorithm());
            mac.init(new SecretKeySpec(integrityKey, "x"));
            byte[] whole = Arrays.copyOf(unauthenticated, unauthenticated.length + integrity.icvLength());
            System.arraycopy(mac.doFinal(unauthenticated), 0, whole, unauthenticated.length, integrity.icvLength());
            try (InboundSa in = new InboundSa(new EspKeys(0x4321, suite, false, material), kit.scratch)) {
                assertThat(kit.open(in, whole)).isEqualTo(expected.length);
                assertThat(kit.payload(in, expected.length)).isEqualTo(expected);
                assertThat(in.nextHeader()).isEqualTo(nextHeader);
            }
        }
    }

    /** RFC 4868 section 2.7.2, the first case of each: what is sent is the digest's first half, and keys are as long as digests. */
    @ParameterizedTest
    @CsvSource({
        "SHA2_256_128, 198a607eb44bfbc69903a0f1cf2bbdc5",
        "SHA2_384_192, b6a8d5636f5c6a7224f9977dcf7ee6c7fb6d0c48cbdee973",
        "SHA2_512_256, 637edc6e01dce7e6742a99451aae82df23da3e92439e590e43e761b33e910fb8",
    })
    void digestsAreThoseOfRfc4868(HmacAlgorithm integrity, String sent) throws Exception {
        byte[] key = new byte[integrity.keyLength()];
        Arrays.fill(key, (byte) 0x0b);
        Mac mac = Mac.getInstance(integrity.algorithm());
        mac.init(new SecretBytes(integrity.algorithm(), key, 0, key.length));
        byte[] digest = mac.doFinal("Hi There".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(Arrays.copyOf(digest, integrity.icvLength())).isEqualTo(hex(sent));
    }

    /** NIST SP 800-38A appendix C, the first of its ways to make an IV. */
    @ParameterizedTest
    @EnumSource(names = {"AES_CBC_128_SHA2_256", "AES_CBC_192_SHA2_384", "AES_CBC_256_SHA2_512"})
    void anIvIsTheEncryptedSequenceNumber(EspSuite suite) throws Exception {
        EspKeys keys = kit.keys(suite, true);
        javax.crypto.Cipher block = javax.crypto.Cipher.getInstance("AES/ECB/NoPadding");
        block.init(javax.crypto.Cipher.ENCRYPT_MODE, keys.encryptionKey());
        byte[] number = new byte[16];
        number[15] = 1;
        try (OutboundSa out = new OutboundSa(keys, kit.scratch)) {
            byte[] packet = kit.seal(out, new byte[1], 47);
            assertThat(Arrays.copyOfRange(packet, 8, 24)).isEqualTo(block.doFinal(number));
        }
    }

    @Test
    void aGcmIvIsTheSequenceNumber() throws Exception {
        try (OutboundSa out = new OutboundSa(kit.keys(EspSuite.AES_GCM_16_256, true), kit.scratch, 0x1_0000_00ffL)) {
            assertThat(Arrays.copyOfRange(kit.seal(out, new byte[1], 47), 4, 16))
                    .isEqualTo(hex("00000100 0000000100000100"));
        }
    }
}
