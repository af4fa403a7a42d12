package dev.culvert.ipsec.esp;

import dev.culvert.packet.IpAddress;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * An association's keys as a line of the table of ESP SAs that Wireshark and tshark decrypt by: a line of the file {@code esp_sa} in
 * a profile's folder, or the value of tshark's {@code -o uat:esp_sa:…}. It holds secrets: only for who is allowed to see them.
 */
public final class WiresharkKeys {
    private WiresharkKeys() {}

    /**
     * Returns the line, without a line end. Wireshark 4.0 has no column for extended sequence numbers, and without it takes packets
     * of such associations for forged.
     *
     * @param keys the association's
     * @param source the sender's address
     * @param destination the receiver's, of the same family
     */
    public static String line(EspKeys keys, IpAddress source, IpAddress destination) {
        HmacAlgorithm integrity = keys.suite().integrity();
        byte[] material = keys.material();
        // Wireshark, too, has the salt behind AES-GCM's key
        int split = integrity == null ? material.length : keys.suite().encryptionKeyLength();
        HexFormat hex = HexFormat.of();
        String line = "\"%s\",\"%s\",\"%s\",\"0x%08x\",\"%s\",\"0x%s\",\"%s\",\"%s\""
                .formatted(
                        source.isIpv4() ? "IPv4" : "IPv6",
                        source,
                        destination,
                        keys.spi(),
                        integrity == null ? "AES-GCM with 16 octet ICV [RFC4106]" : "AES-CBC [RFC3602]",
                        hex.formatHex(material, 0, split),
                        integrity == null ? "NULL" : integrity.wiresharkName(),
                        integrity == null ? "" : "0x" + hex.formatHex(material, split, material.length));
        Arrays.fill(material, (byte) 0);
        return line;
    }
}
