package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.crypto.IkeKeys;
import dev.culvert.ipsec.ike.crypto.IkeSuite;
import java.util.HexFormat;

/**
 * An IKE SA's keys for Wireshark. A secret: {@link #toString} does not show it.
 *
 * @param line a line of Wireshark's file {@code ikev2_decryption_table}: SPIs, SK_ei, SK_er and their algorithm, SK_ai, SK_ar and theirs
 */
public record IkeSaKeys(String peer, String line) {
    static IkeSaKeys of(String peer, IkeSuite suite, IkeKeys keys, long spiInitiator, long spiResponder) {
        HexFormat hex = HexFormat.of();
        return new IkeSaKeys(
                peer,
                hex.toHexDigits(spiInitiator) + "," + hex.toHexDigits(spiResponder) + ","
                        + hex.formatHex(keys.encryption(true)) + "," + hex.formatHex(keys.encryption(false)) + ",\""
                        + suite.cipher().wiresharkName() + "\"," + hex.formatHex(keys.integrity(true)) + ","
                        + hex.formatHex(keys.integrity(false)) + ",\""
                        + suite.integrity().wiresharkName() + "\"");
    }

    @Override
    public String toString() {
        return "keys of " + peer;
    }
}
