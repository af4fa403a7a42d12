package dev.culvert.tools.capture;

import dev.culvert.unixctl.UnixctlClient;
import dev.culvert.unixctl.UnixctlException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
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
    private static final Set<PosixFilePermission> FOR_OWNER_ALONE = PosixFilePermissions.fromString("rwx------");
    private static final List<String> NAMES = List.of("esp_sa", "ikev2_decryption_table");

    private final UnixctlClient client;
    private final Path folder;
    private final Map<String, Set<String>> lines = new TreeMap<>();
    private boolean ready;
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
        if (!ready) {
            prepare();
            ready = true;
        }
        Path fresh = Files.createTempDirectory(folder, ".new");
        try {
            client.call("ipsec/export-keys", List.of(fresh.toString()));
            for (String name : NAMES) {
                Path file = fresh.resolve(name);
                Set<String> all = lines.computeIfAbsent(name, _ -> new LinkedHashSet<>());
                all.addAll(Files.readAllLines(file, StandardCharsets.US_ASCII));
                if (!all.isEmpty()) {
                    // the daemon has made it readable for its owner alone, and so it stays
                    Files.write(file, all, StandardCharsets.US_ASCII);
                    Files.move(file, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } finally {
            for (String name : NAMES) {
                Files.deleteIfExists(fresh.resolve(name));
            }
            Files.delete(fresh);
            if (made && !any()) {
                Files.delete(folder);
                ready = false;
            }
        }
    }

    /** Makes the folder, or takes over what is in it, which may be a profile that is in use. */
    private void prepare() throws IOException {
        made = !Files.exists(folder, LinkOption.NOFOLLOW_LINKS);
        if (made) {
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(FOR_OWNER_ALONE));
            return;
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS);
        boolean foreign = !Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS)
                .equals(folder.getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName(System.getProperty("user.name")));
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                || foreign
                || permissions.contains(PosixFilePermission.GROUP_WRITE)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new IOException(folder + " is no folder that only you can write to");
        }
        for (String name : NAMES) {
            Path file = folder.resolve(name);
            if (Files.exists(file)) {
                lines.computeIfAbsent(name, _ -> new LinkedHashSet<>())
                        .addAll(Files.readAllLines(file, StandardCharsets.US_ASCII));
            }
        }
    }
}
