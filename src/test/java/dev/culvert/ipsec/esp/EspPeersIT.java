package dev.culvert.ipsec.esp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.observe.PcapngWriter;
import dev.culvert.packet.DropReason;
import dev.culvert.packet.Frames;
import dev.culvert.packet.IpAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What others make of our ESP packets, and we of theirs: tshark, which decrypts, and Scapy, which does both. */
@Timeout(120)
class EspPeersIT {
    private static final int RAW_IP = 101;
    private static final int GRE = 47;
    private static final int IPV4 = 4;
    private static final int OPAQUE = 253;
    private static final byte[] GRE_TEB = {0, 0, 0x65, 0x58};

    private final EspTestKit kit = new EspTestKit();

    @TempDir
    private Path folder;

    @Test
    void tsharkDecryptsEverySuite() throws Exception {
        Path capture = folder.resolve("esp.pcapng");
        List<String> command = new ArrayList<>(List.of("tshark", "-n", "-r", capture.toString()));
        command.addAll(List.of("-o", "esp.enable_encryption_decode:TRUE"));
        command.addAll(List.of("-o", "esp.enable_authentication_check:TRUE"));
        command.addAll(List.of("-d", "udp.port==5201,data")); // nothing is to be seen in random bytes
        List<String> expected = new ArrayList<>();
        try (PcapngWriter writer = PcapngWriter.create(capture, "test")) {
            writer.addInterface("u0", "", RAW_IP);
            for (EspSuite suite : EspSuite.values()) {
                byte[] material = kit.randomBytes(suite.keyLength());
                EspKeys keys = new EspKeys(0x1000 + suite.ordinal(), suite, false, material);
                command.addAll(List.of("-o", "uat:esp_sa:" + WiresharkKeys.line(keys, address(1), address(2))));
                try (OutboundSa out = new OutboundSa(keys, kit.scratch)) {
                    for (int length : new int[] {0, 1, 2, 3, 13, 14, 15, 16, 100, 1_400, 8_000}) {
                        byte[] frame = Frames.tcp4()
                                .udp()
                                .payload(kit.randomBytes(length))
                                .build();
                        byte[] packet = kit.seal(out, joined(GRE_TEB, frame), GRE);
                        packet(writer, 50, packet);
                        expected.add("1 0 raw:ip:esp:gre:eth:ethertype:ip:udp" + (length > 0 ? ":data " : " ")
                                + (length + 8));
                    }
                    byte[] inner =
                            Frames.tcp4().udp().payload(kit.randomBytes(33)).build();
                    byte[] whole = Arrays.copyOfRange(inner, 14, inner.length);
                    byte[] packet = kit.seal(out, whole, IPV4); // tunnel mode
                    packet(writer, 17, datagram(packet)); // and behind a NAT
                    expected.add("1 0 raw:ip:udp:udpencap:esp:ip:udp:data 41");
                    packet = kit.seal(out, whole, IPV4);
                    packet[packet.length - 1] ^= 1;
                    packet(writer, 50, packet);
                    expected.add("0 1 raw:ip:esp");
                }
            }
        }
        command.addAll(List.of("-T", "fields", "-E", "separator= ", "-E", "occurrence=l"));
        command.addAll(List.of("-e", "esp.icv_good", "-e", "esp.icv_bad", "-e", "frame.protocols"));
        command.addAll(List.of("-e", "udp.length", "-e", "_ws.malformed"));
        List<String> seen = run("", command).lines().toList();
        assertThat(seen).hasSameSizeAs(expected);
        for (int i = 0; i < seen.size(); i++) {
            assertThat(seen.get(i)).as("packet %d", i + 1).startsWith(expected.get(i));
        }
        assertThat(String.join("", seen)).doesNotContainIgnoringCase("malformed");
    }

    @Test
    void weOpenWhatScapySealsAndItOpensWhatWeSeal() throws Exception {
        List<String> requests = new ArrayList<>();
        List<byte[]> payloads = new ArrayList<>();
        List<EspKeys> used = new ArrayList<>();
        List<Long> numbers = new ArrayList<>();
        HexFormat hex = HexFormat.of();
        for (EspSuite suite : EspSuite.values()) {
            for (long number : new long[] {1, 77, 0xffff_ffffL, 0x1_0000_0000L, 0x1234_5678_9abcL}) {
                boolean extended = number > 0xffff_ffffL || kit.random.nextBoolean();
                EspKeys keys = kit.keys(suite, extended);
                byte[] payload = kit.randomBytes(kit.random.nextInt(1, 1_500));
                String head = " " + suite.name() + " " + Integer.toUnsignedString(keys.spi()) + " " + number + " "
                        + (extended ? 1 : 0) + " " + hex.formatHex(keys.material()) + " ";
                try (OutboundSa out = new OutboundSa(keys, kit.scratch, number - 1)) {
                    byte[] packet = kit.seal(out, payload, OPAQUE);
                    requests.add("open" + head + hex.formatHex(packet));
                    packet[packet.length / 2] ^= 1;
                    requests.add("open" + head + hex.formatHex(packet));
                }
                requests.add("seal" + head + hex.formatHex(payload));
                payloads.add(payload);
                used.add(keys);
                numbers.add(number);
            }
        }
        Path script = folder.resolve("scapy-esp.py");
        try (var in = EspPeersIT.class.getResourceAsStream("scapy-esp.py")) {
            Files.copy(in, script);
        }
        // Debian's own Python has Debian's Scapy
        String input = String.join("\n", requests) + "\n";
        List<String> answers = run(input, List.of("/usr/bin/python3", script.toString()))
                .lines()
                .toList();
        assertThat(answers).hasSameSizeAs(requests);
        for (int i = 0; i < payloads.size(); i++) {
            EspKeys keys = used.get(i);
            byte[] payload = payloads.get(i);
            assertThat(answers.get(3 * i)).as(keys.toString()).isEqualTo(hex.formatHex(payload));
            assertThat(answers.get(3 * i + 1)).as(keys.toString()).isEqualTo("refused");
            byte[] packet = hex.parseHex(answers.get(3 * i + 2));
            try (InboundSa in = new InboundSa(keys, kit.scratch, numbers.get(i) - 1)) {
                assertThat(kit.open(in, packet)).as(keys.toString()).isEqualTo(payload.length);
                assertThat(kit.payload(in, payload.length)).isEqualTo(payload);
                assertThat(in.nextHeader()).isEqualTo(OPAQUE);
                assertThat(kit.open(in, packet)).isEqualTo(DropReason.ESP_REPLAYED.code());
            }
        }
    }

    private static IpAddress address(int last) {
        return IpAddress.ofIpv4(0xc000_0200 | last);
    }

    private static byte[] joined(byte[] head, byte[] tail) {
        return ByteBuffer.allocate(head.length + tail.length)
                .put(head)
                .put(tail)
                .array();
    }

    private static byte[] datagram(byte[] payload) {
        return ByteBuffer.allocate(8 + payload.length)
                .putShort((short) UdpEncapsulation.PORT)
                .putShort((short) UdpEncapsulation.PORT)
                .putShort((short) (8 + payload.length))
                .putShort((short) 0)
                .put(payload)
                .array();
    }

    private static void packet(PcapngWriter writer, int protocol, byte[] payload) throws Exception {
        byte[] packet = ByteBuffer.allocate(20 + payload.length)
                .putInt(0x4500_0000 | (20 + payload.length))
                .putInt(0)
                .putInt(64 << 24 | protocol << 16)
                .putInt(address(1).ipv4())
                .putInt(address(2).ipv4())
                .put(payload)
                .array();
        writer.packet(0, 0, PcapngWriter.Direction.OUTBOUND, Frames.memory(packet));
    }

    /** Runs a program to its good end, and returns what it printed. */
    private String run(String input, List<String> command) throws Exception {
        Path in = Files.writeString(folder.resolve("in"), input);
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = new ProcessBuilder(command)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        assertThat(process.exitValue()).as(() -> read(err)).isZero();
        return read(out);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
