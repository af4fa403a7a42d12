package dev.culvert.observe.dissect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DissectorTest {
    private static final String MACS = "020000000002020000000001";

    /** An ARP question in VXLAN. */
    private static final byte[] VXLAN = HexFormat.of()
            .parseHex(MACS + "0800" + "4500004e00004000401100000a0000010a000002" + "c35012b5003a0000"
                    + "0800000000123400" + MACS + "0806" + "00010800060400010200000000010a0000010000000000000a000002");

    private final Dissector dissector = new Dissector(EspKeyring.NONE);

    @Test
    void findsWhatIsInside() {
        Dissection dissection = dissector.dissect(VXLAN);
        assertThat(dissection.protocols()).isEqualTo("eth / ip / udp / vxlan / eth / arp");
        Layer vxlan = dissection.layers().get(3);
        assertThat(vxlan.offset()).isEqualTo(42);
        assertThat(vxlan.length()).isEqualTo(8);
        assertThat(vxlan.fields())
                .contains(new Field(
                        "vxlan.vni", "VNI", 46, 3, "4660", "Which of 16 million networks the frame belongs to."));
    }

    /** The layers of a packet that was cut off cover what is left of it. */
    @Test
    void everyByteBelongsToALayer() {
        for (int length = 0; length <= VXLAN.length; length++) {
            int covered = 0;
            for (Layer layer : dissector.dissect(Arrays.copyOf(VXLAN, length)).layers()) {
                assertThat(layer.offset()).isEqualTo(covered);
                covered += layer.length();
            }
            assertThat(covered).isEqualTo(length);
        }
    }

    /** Tags in tags in tags end before the stack does. */
    @Test
    void endlessNestingEnds() {
        byte[] frame = HexFormat.of().parseHex(MACS + "8100" + "000a8100".repeat(20_000));
        assertThat(dissector.dissect(frame).layers()).hasSizeLessThan(50);
    }

    @Test
    void keysThatAreNotUnderstoodAreNotShown(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(
                folder.resolve("esp_sa"), "\"IPv4\",\"*\",\"*\",\"0x1\",\"ROT13\",\"0xdeadbeef\",\"NULL\",\"\"\n");
        assertThatThrownBy(() -> EspKeyring.read(file))
                .hasMessageEndingWith("esp_sa:1: not a line of ESP keys that is understood here")
                .message()
                .doesNotContain("deadbeef");
    }

    @Test
    void opensEspAndNoOthers(@TempDir Path folder) throws Exception {
        // RFC 4106's layout: an echo request in GRE by AES-GCM, made with the JDK
        byte[] key = HexFormat.of().parseHex("00".repeat(16) + "01020304");
        byte[] text = HexFormat.of()
                .parseHex("00006558" + MACS + "0806" + "0001080006040001" + "0200000000010a000001"
                        + "0000000000000a000002" + "0102022f");
        byte[] start = HexFormat.of().parseHex("0000abcd00000005");
        byte[] iv = HexFormat.of().parseHex("0000000000000005");
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(key, 0, 16, "AES"),
                new GCMParameterSpec(128, HexFormat.of().parseHex("010203040000000000000005")));
        cipher.updateAAD(start);
        byte[] sealed = cipher.doFinal(text);
        int total = 20 + start.length + iv.length + sealed.length;
        String frame = MACS + "0800" + "4500" + HexFormat.of().toHexDigits((short) total)
                + "00004000403200000a0000010a000002" + HexFormat.of().formatHex(start)
                + HexFormat.of().formatHex(iv) + HexFormat.of().formatHex(sealed);
        Path file = Files.writeString(
                folder.resolve("esp_sa"),
                "\"IPv4\",\"10.0.0.1\",\"10.0.0.2\",\"0x0000abcd\",\"AES-GCM with 16 octet ICV [RFC4106]\",\"0x"
                        + HexFormat.of().formatHex(key) + "\",\"NULL\",\"\"\n");

        Dissection open =
                new Dissector(EspKeyring.read(file)).dissect(HexFormat.of().parseHex(frame));
        assertThat(open.protocols()).isEqualTo("eth / ip / esp / gre / eth / arp");
        Layer esp = open.layers().get(2);
        assertThat(esp.length()).isEqualTo(16);
        assertThat(esp.trailer()).isEqualTo(2 + 2 + 16);
        assertThat(esp.note()).isEqualTo("decrypted: AES-GCM").doesNotContain("0102");

        String changed = frame.substring(0, frame.length() - 2) + (frame.endsWith("00") ? "01" : "00");
        Dissection shut =
                new Dissector(EspKeyring.read(file)).dissect(HexFormat.of().parseHex(changed));
        assertThat(shut.protocols()).isEqualTo("eth / ip / esp / data");
        assertThat(shut.layers().get(3).note()).contains("not with the keys");
    }
}
