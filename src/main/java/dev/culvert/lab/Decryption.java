package dev.culvert.lab;

import dev.culvert.stream.StreamException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What tshark makes of a capture of ESP once it has the keys.
 *
 * @param layers the protocols of a packet with an echo request, from the outside in
 * @param packets how many echoes were found, requests and replies
 * @param overhead bytes that were added to the frame of an echo
 * @param keys the folder that the keys are in
 */
record Decryption(String layers, int packets, int overhead, Path keys) {
    private static final int ETHERNET = 14;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    /** Names for what tshark calls otherwise. */
    private static final Map<String, String> NAMES =
            Map.of("eth", "Ethernet", "ip", "IP", "esp", "ESP", "gre", "GRE", "icmp", "ICMP", "udp", "UDP");

    /**
     * Has the left box's switch give its keys away, and tshark read the capture.
     *
     * @throws LabException if no echo can be read
     */
    static Decryption of(LabSession session, Path capture) throws LabException, InterruptedException {
        Path keys = keys(capture);
        try {
            Files.createDirectories(keys);
        } catch (IOException e) {
            throw new LabException("the folder " + keys + " cannot be made: " + StreamException.reasonOf(e), e);
        }
        if (!(session.switches().getFirst() instanceof CulvertSwitch box)) {
            throw new LabException("only Culvert gives its keys away");
        }
        box.exportKeys(keys);
        List<String> command = List.of(
                "tshark",
                "-n",
                "-o",
                "esp.enable_encryption_decode:TRUE",
                "-r",
                capture.toString(),
                "-Y",
                "icmp && !(ip.flags.mf == 1) && ip.frag_offset == 0",
                "-T",
                "fields",
                "-E",
                "occurrence=l",
                "-e",
                "frame.protocols",
                "-e",
                "frame.len",
                "-e",
                "ip.len");
        Map<String, String> profile =
                Map.of("WIRESHARK_CONFIG_DIR", keys.toAbsolutePath().toString());
        List<String[]> rows = session.shell()
                .run(LIMIT, profile, command)
                .orThrow()
                .out()
                .lines()
                .map(line -> line.split("\t"))
                .filter(row -> row.length == 3 && row[0].contains(":esp:"))
                .toList();
        if (rows.isEmpty()) {
            throw new LabException("tshark finds no echo in " + capture + " with the keys in " + keys);
        }
        String[] first = rows.getFirst();
        return new Decryption(
                layers(first[0]),
                rows.size(),
                Integer.parseInt(first[1]) - ETHERNET - Integer.parseInt(first[2]),
                keys);
    }

    /** The folder of the keys that a capture is decrypted with. */
    static Path keys(Path capture) {
        return capture.resolveSibling(capture.getFileName().toString().replaceFirst("\\.pcapng$", "") + "-keys");
    }

    /** From the underlay's IP on, without what is only a field or the payload. */
    private static String layers(String protocols) {
        String inner = protocols.substring(protocols.indexOf(":ip:") + 1);
        return List.of(inner.split(":")).stream()
                .filter(NAMES::containsKey)
                .map(NAMES::get)
                .collect(Collectors.joining(" / "));
    }

    /** For the console. */
    String describe() {
        return String.format(Locale.ROOT, "%s, %,d echoes (keys in %s)", layers, packets, keys);
    }
}
