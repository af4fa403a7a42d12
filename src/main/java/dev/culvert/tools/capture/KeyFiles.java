package dev.culvert.tools.capture;

import dev.culvert.unixctl.UnixctlClient;
import dev.culvert.unixctl.UnixctlException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The keys of all associations that there are while a capture runs, beside it, as Wireshark's profile has them. The daemon writes
 * those of the moment, which is done again and again, for they are replaced.
 */
final class KeyFiles {
    private static final List<String> NAMES = List.of("esp_sa", "ikev2_decryption_table");

    private final UnixctlClient client;
    private final Path folder;
    private final Map<String, Set<String>> lines = new TreeMap<>();
    private boolean made;

    /** @param folder which is made, for its owner alone, when there are any */
    KeyFiles(UnixctlClient client, Path folder) {
        this.client = client;
        this.folder = folder.toAbsolutePath();
    }

    Path folder() {
        return folder;
    }

    /** Whether any were written. */
    boolean any() {
        return lines.values().stream().anyMatch(of -> !of.isEmpty());
    }

    /**
     * Adds those that there are now.
     *
     * @throws UnixctlException if the daemon gives none away
     * @throws IOException if they cannot be written
     */
    void collect() throws IOException, UnixctlException {
        if (!made) {
            made = Files.isDirectory(folder);
            if (!made) {
                Files.createDirectory(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        }
        try {
            client.call("ipsec/export-keys", List.of(folder.toString()));
        } catch (UnixctlException e) {
            if (!made) {
                Files.deleteIfExists(folder);
            }
            throw e;
        }
        made = true;
        for (String name : NAMES) {
            Path file = folder.resolve(name);
            Set<String> all = lines.computeIfAbsent(name, _ -> new LinkedHashSet<>());
            all.addAll(Files.readAllLines(file, StandardCharsets.US_ASCII));
            // the daemon has made it readable for its owner alone, and so it stays
            Files.write(file, all, StandardCharsets.US_ASCII);
        }
        if (!any()) {
            for (String name : NAMES) {
                Files.deleteIfExists(folder.resolve(name));
            }
            Files.deleteIfExists(folder);
            made = false;
        }
    }
}
