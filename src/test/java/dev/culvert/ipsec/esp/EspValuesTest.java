package dev.culvert.ipsec.esp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.packet.Frames;
import dev.culvert.packet.IpAddress;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Suites, keys, SPIs and what is found by them. */
class EspValuesTest {
    private final EspTestKit kit = new EspTestKit();

    /** Lengths by hand: RFC 4106 sections 3 and 8.1, RFC 3602 sections 2 and 3, RFC 4868 section 2.1, RFC 7296 section 2.17. */
    @ParameterizedTest
    @CsvSource({
        "20, 128, 0, AES_GCM_16_128, 20, 16, 34, 1446",
        "20, 192, 0, AES_GCM_16_192, 28, 16, 34, 1446",
        "20, 256, 0, AES_GCM_16_256, 36, 16, 34, 1446",
        "12, 128, 12, AES_CBC_128/HMAC_SHA2_256_128, 48, 24, 42, 1438",
        "12, 192, 13, AES_CBC_192/HMAC_SHA2_384_192, 72, 24, 50, 1422",
        "12, 256, 14, AES_CBC_256/HMAC_SHA2_512_256, 96, 24, 58, 1422",
    })
    void suitesAreWhatTheRfcsSay(
            int encryption, int bits, int integrity, String name, int keys, int header, int overhead46, int payload) {
        EspSuite suite = EspSuite.of(encryption, bits, integrity).orElseThrow();
        assertThat(suite).hasToString(name);
        assertThat(suite.keyLength()).isEqualTo(keys);
        assertThat(suite.headerLength()).isEqualTo(header);
        // 46 bytes and the two of the trailer are whole blocks of either kind
        assertThat(suite.overhead(46)).isEqualTo(overhead46);
        assertThat(suite.maxPayload(1_500 - 20)).isEqualTo(payload);
    }

    @Test
    void onlyTheseSuitesExist() {
        int found = 0;
        for (int encryption = 0; encryption < 64; encryption++) {
            for (int bits = 0; bits <= 512; bits += 8) {
                for (int integrity = 0; integrity < 64; integrity++) {
                    var suite = EspSuite.of(encryption, bits, integrity);
                    if (suite.isPresent()) {
                        found++;
                        assertThat(suite.get().encryptionId()).isEqualTo(encryption);
                        assertThat(suite.get().keyBits()).isEqualTo(bits);
                        assertThat(suite.get().integrityId()).isEqualTo(integrity);
                    }
                }
            }
        }
        assertThat(found).isEqualTo(EspSuite.values().length);
    }

    @ParameterizedTest
    @EnumSource
    void theLongestPayloadIsExactlyThat(EspSuite suite) {
        for (int space = 0; space < 2_000; space++) {
            int payload = suite.maxPayload(space);
            assertThat(payload).isGreaterThanOrEqualTo(0);
            if (payload > 0) {
                assertThat(payload + suite.overhead(payload)).isLessThanOrEqualTo(space);
            }
            assertThat(payload + 1 + suite.overhead(payload + 1)).isGreaterThan(space);
        }
    }

    @Test
    void keysAreShownToNobodyAndWiped() {
        EspSuite suite = EspSuite.AES_CBC_128_SHA2_256;
        byte[] material = kit.randomBytes(suite.keyLength());
        EspKeys keys = new EspKeys(0xabcdef01, suite, true, material);
        assertThat(keys).hasToString("SPI abcdef01, AES_CBC_128/HMAC_SHA2_256_128, ESN");
        EspKeys twin = keys.copy();
        assertThat(twin).isEqualTo(keys).hasSameHashCodeAs(keys);
        for (int i = 0; i < material.length; i++) {
            byte[] other = material.clone();
            other[i] ^= 1;
            assertThat(new EspKeys(0xabcdef01, suite, true, other)).isNotEqualTo(keys);
        }
        assertThat(new EspKeys(0xabcdef02, suite, true, material)).isNotEqualTo(keys);
        assertThat(new EspKeys(0xabcdef01, suite, false, material)).isNotEqualTo(keys);
        keys.close();
        assertThat(keys.material()).containsOnly(0);
        assertThatThrownBy(() -> new OutboundSa(keys, kit.scratch)).hasMessage("the keys of SPI abcdef01 are wiped");
        assertThatThrownBy(keys::copy).isInstanceOf(IllegalStateException.class);
        assertThat(twin.material()).as("the copy's own").isEqualTo(material);
        SecretBytes key = twin.encryptionKey();
        assertThat(key).hasToString("AES key");
        assertThat(key.getEncoded()).isEqualTo(Arrays.copyOf(material, 16));
        key.destroy();
        assertThat(key.getEncoded()).containsOnly(0);
    }

    @Test
    void keysOfAWrongLengthAreRefusedWithoutBeingShown() {
        byte[] material = kit.randomBytes(35);
        assertThatThrownBy(() -> new EspKeys(256, EspSuite.AES_GCM_16_256, false, material))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("AES_GCM_16_256 needs 36 bytes of keys and not 35");
        assertThatThrownBy(() -> new EspKeys(255, EspSuite.AES_GCM_16_256, false, new byte[36]))
                .hasMessage("the SPI 255 is reserved");
    }

    /** After it is closed an AEAD has no key, and so opens nothing that was sealed with one, and seals nothing that can be opened. */
    @ParameterizedTest
    @EnumSource
    void aClosedAeadHasForgottenItsKey(EspSuite suite) throws Exception {
        EspKeys keys = kit.keys(suite, false);
        byte[] packet;
        try (OutboundSa out = new OutboundSa(keys, kit.scratch)) {
            packet = kit.seal(out, new byte[46], 47);
        }
        Aead aead = Aead.of(keys, false);
        byte[] out = new byte[packet.length];
        assertThat(aead.open(packet, out, 48, 1)).isEqualTo(Aead.Verdict.GOOD);
        aead.close();
        assertThat(aead.open(packet, out, 48, 1)).isEqualTo(Aead.Verdict.FORGED);
    }

    @Test
    void wiresharksLinesAreQuoted() {
        byte[] material = new byte[48];
        Arrays.fill(material, 16, 48, (byte) 0xff);
        IpAddress source = IpAddress.parse("fd00::1");
        IpAddress destination = IpAddress.parse("fd00::2");
        assertThat(WiresharkKeys.line(
                        new EspKeys(0x100, EspSuite.AES_CBC_128_SHA2_256, false, material), source, destination))
                .isEqualTo("\"IPv6\",\"fd00::1\",\"fd00::2\",\"0x00000100\",\"AES-CBC [RFC3602]\",\"0x"
                        + "00".repeat(16) + "\",\"HMAC-SHA-256-128 [RFC4868]\",\"0x" + "ff".repeat(32) + "\"");
    }

    @Test
    void spisAreGivenOutOnceAndAgainWhenTheyCameBack() {
        // a source that repeats itself, and begins with reserved numbers
        int[] numbers = {0, 255, 256, 256, -1, 7, 256, 300};
        SpiAllocator spis = new SpiAllocator(new SecureRandom() {
            private int at;

            @Override
            public int nextInt() {
                return numbers[at++];
            }
        });
        assertThat(spis.allocate()).isEqualTo(256);
        assertThat(spis.allocate()).isEqualTo(-1);
        spis.release(256);
        spis.release(12_345);
        assertThat(spis.allocate()).isEqualTo(256);
        assertThat(spis.allocate()).isEqualTo(300);
    }

    @Test
    void spisEnd() {
        SpiAllocator spis = new SpiAllocator(new SecureRandom());
        Map<Integer, String> all = new HashMap<>();
        for (int i = 0; i < SaTable.ENTRIES_MAX; i++) {
            int spi = spis.allocate();
            assertThat(Integer.compareUnsigned(spi, 256)).isNotNegative();
            all.put(spi, HexFormat.of().toHexDigits(spi));
        }
        assertThat(all).hasSize(SaTable.ENTRIES_MAX);
        assertThat(spis.allocate()).isZero();
        SaTable<String> table = new SaTable<>(all);
        all.forEach((spi, text) -> assertThat(table.find(spi)).isSameAs(text));
        int missing = 1_000;
        while (all.containsKey(missing)) {
            missing++;
        }
        assertThat(table.find(missing)).isNull();
        all.put(missing, "");
        assertThatThrownBy(() -> new SaTable<>(all)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anEmptyTableFindsNothingAndAFullRingEnds() {
        assertThat(new SaTable<String>(Map.of()).find(0)).isNull();
        // all in one place of the table
        SaTable<Integer> table = new SaTable<>(Map.of(0x100, 1, 0x200, 2, 0x300, 3));
        assertThat(table.find(0x300)).isEqualTo(3);
        assertThat(table.find(0x400)).isNull();
        assertThat(table.find(0)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "ff, KEEPALIVE",
        "'', MALFORMED",
        "fe, MALFORMED",
        "ffff, MALFORMED",
        "000000, MALFORMED",
        "00000000, IKE",
        "0000000001, IKE",
        "00000100, ESP",
        "ffffffff, ESP",
    })
    void datagramsAtPort4500(String bytes, UdpEncapsulation kind) {
        byte[] datagram = HexFormat.of().parseHex(bytes);
        assertThat(UdpEncapsulation.of(Frames.memory(Arrays.copyOf(datagram, 16)), 0, datagram.length))
                .isEqualTo(kind);
    }
}
