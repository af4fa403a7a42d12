package dev.culvert.observe;

import dev.culvert.observe.dissect.Dissection;
import dev.culvert.observe.dissect.Dissector;
import dev.culvert.observe.dissect.EspKeyring;
import dev.culvert.observe.dissect.Layer;
import dev.culvert.observe.view.LayerJson;
import dev.culvert.observe.view.LayerPage;
import dev.culvert.observe.view.LayerText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;

/**
 * Fuzz target: captures. A damaged one is an error of its own kind, and whatever a packet has in it, its layers lie inside of it and can
 * be written down.
 */
public final class CaptureFuzzer {
    private static final Dissector DISSECTOR = new Dissector(EspKeyring.NONE);

    private CaptureFuzzer() {}

    /** What Jazzer calls. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        try (CaptureReader reader = CaptureReader.open(new ByteArrayInputStream(input))) {
            for (CapturedPacket packet = reader.next(); packet != null; packet = reader.next()) {
                look(packet);
            }
        } catch (CaptureException e) {
            if (e.getMessage() == null) {
                throw new AssertionError("nobody is told why", e);
            }
        }
    }

    private static void look(CapturedPacket packet) throws IOException {
        Dissection dissection = DISSECTOR.dissect(packet.bytes());
        for (Layer layer : dissection.layers()) {
            if (layer.offset() < 0 || layer.length() < 0 || layer.offset() + layer.length() > packet.bytes().length) {
                throw new AssertionError(layer.protocol() + " lies outside of its packet");
            }
        }
        LayerText.of(packet, dissection);
        LayerJson.of(packet, dissection);
        new LayerPage("fuzz").add(packet, dissection);
    }

    /** Captures of packets of each kind. */
    public static List<byte[]> seeds() {
        String ethernet = "020000000002020000000001";
        String udp = ethernet + "08004500010000004000401100000a0000010a000002";
        return List.of(
                pcap(
                        ByteOrder.LITTLE_ENDIAN,
                        udp + "c35012b5003e0000" + "0800000000123400" + ethernet + "0806"
                                + "0001080006040001".repeat(4),
                        udp + "c35017c1002e0000" + "024065580000050001028001616263640000" + ethernet
                                + "88a8000a8100000a0800"),
                pcap(
                        ByteOrder.BIG_ENDIAN,
                        ethernet + "86dd6000000000302f40" + "20010db8".repeat(8) + "2000655800000001" + ethernet
                                + "0800",
                        ethernet + "0800450000480000400040320000" + "0a0000010a000002" + "00001234".repeat(10),
                        udp + "1194119400100000" + "00000000" + "01".repeat(16) + "2e20220800000000" + "0000001c"),
                pcapng(ethernet + "0800450000280000400040060000" + "0a0000010a000002" + "0001".repeat(6) + "5012"
                        + "00".repeat(6)));
    }

    private static byte[] pcap(ByteOrder order, String... packets) {
        ByteBuffer file = ByteBuffer.allocate(4096).order(order);
        file.putInt(0xa1b2c3d4)
                .putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(65_535)
                .putInt(1);
        for (String packet : packets) {
            byte[] bytes = HexFormat.of().parseHex(packet);
            file.putInt(1).putInt(2).putInt(bytes.length).putInt(bytes.length).put(bytes);
        }
        return java.util.Arrays.copyOf(file.array(), file.position());
    }

    private static byte[] pcapng(String packet) {
        byte[] bytes = HexFormat.of().parseHex(packet);
        int padded = bytes.length + 3 & ~3;
        ByteBuffer file = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0x0a0d0d0a)
                .putInt(28)
                .putInt(0x1a2b3c4d)
                .putShort((short) 1)
                .putShort((short) 0)
                .putLong(-1)
                .putInt(28);
        file.putInt(1).putInt(32).putShort((short) 1).putShort((short) 0).putInt(0);
        file.putShort((short) 2).putShort((short) 4).put(new byte[] {'e', 't', 'h', '1'});
        file.putInt(0).putInt(32);
        file.putInt(6)
                .putInt(32 + padded)
                .putInt(0)
                .putLong(0)
                .putInt(bytes.length)
                .putInt(bytes.length)
                .put(bytes);
        file.position(file.position() + padded - bytes.length).putInt(32 + padded);
        file.putInt(3).putInt(16 + padded).putInt(bytes.length).put(bytes);
        file.position(file.position() + padded - bytes.length).putInt(16 + padded);
        return java.util.Arrays.copyOf(file.array(), file.position());
    }
}
