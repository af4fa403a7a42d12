package dev.culvert.observe.dissect;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keys of ESP associations, as the daemon exports them for Wireshark ({@code esp_sa}). It holds secrets: no text shows them. An
 * association is known by its SPI, and is the right one if the packet's integrity check value says so, whatever addresses a NAT has made
 * of its ends.
 */
public final class EspKeyring {
    /** A keyring without keys. */
    public static final EspKeyring NONE = new EspKeyring(Map.of());

    /** A file that is longer is none of keys. */
    private static final long FILE_MAX = 16 << 20;

    private static final Pattern COLUMN = Pattern.compile("\"([^\"]*)\"(?:,|$)");
    private static final int COLUMNS = 8;
    private static final int SPI = 3;
    private static final int CIPHER = 4;
    private static final int KEY = 5;
    private static final int INTEGRITY = 6;
    private static final int INTEGRITY_KEY = 7;

    private final Map<Integer, List<EspCipher>> bySpi;

    private EspKeyring(Map<Integer, List<EspCipher>> bySpi) {
        this.bySpi = bySpi;
    }

    /**
     * Reads a file of keys.
     *
     * @param file {@code esp_sa}
     * @throws IOException if it cannot be read; a line that is not understood is named by its number, for it holds a key
     */
    public static EspKeyring read(Path file) throws IOException {
        if (Files.size(file) > FILE_MAX) {
            throw new IOException(file + " is too long for a file of keys");
        }
        Map<Integer, List<EspCipher>> bySpi = new HashMap<>();
        int number = 0;
        for (String line : new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).split("\n", -1)) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                try {
                    add(line.strip(), bySpi);
                } catch (IllegalArgumentException e) {
                    throw new IOException(file + ":" + number + ": not a line of ESP keys that is understood here");
                }
            }
        }
        return new EspKeyring(bySpi);
    }

    private static void add(String line, Map<Integer, List<EspCipher>> bySpi) {
        List<String> columns = new ArrayList<>();
        Matcher matcher = COLUMN.matcher(line);
        while (matcher.find()) {
            columns.add(matcher.group(1));
        }
        if (columns.size() < COLUMNS) {
            throw new IllegalArgumentException();
        }
        int spi = Integer.parseUnsignedInt(columns.get(SPI).replaceFirst("^0x", ""), 16);
        EspCipher cipher = EspCipher.of(
                columns.get(CIPHER), hex(columns.get(KEY)), columns.get(INTEGRITY), hex(columns.get(INTEGRITY_KEY)));
        bySpi.computeIfAbsent(spi, _ -> new ArrayList<>()).add(cipher);
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replaceFirst("^0x", ""));
    }

    /** The ciphers that packets with an SPI may be made by. */
    List<EspCipher> of(int spi) {
        return bySpi.getOrDefault(spi, List.of());
    }

    /** How many associations it has keys of. */
    public int size() {
        return bySpi.values().stream().mapToInt(List::size).sum();
    }
}
