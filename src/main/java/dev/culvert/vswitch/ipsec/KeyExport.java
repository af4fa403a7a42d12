package dev.culvert.vswitch.ipsec;

import dev.culvert.ipsec.ike.IkeSaKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/**
 * Writes the keys of all associations as Wireshark and tshark read them: the files {@code esp_sa} and {@code
 * ikev2_decryption_table} of a profile's folder. Only where the daemon was started with {@code --allow-key-export}.
 */
public final class KeyExport {
    private static final FileAttribute<Set<PosixFilePermission>> FOR_OWNER_ALONE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final IpsecTunnels tunnels;

    /** Makes an export of some tunnels' keys. */
    public KeyExport(IpsecTunnels tunnels) {
        this.tunnels = tunnels;
    }

    /** Whether that is permitted. */
    public boolean isPermitted() {
        return tunnels.host().isExportable();
    }

    /**
     * Writes the two files, readable for their owner alone, in place of what has their names.
     *
     * @param folder where to
     * @return the files
     * @throws IOException if they cannot be written
     * @throws IllegalStateException if it is not permitted
     */
    public List<Path> write(Path folder) throws IOException {
        if (!isPermitted()) {
            throw new IllegalStateException("keys may not be exported");
        }
        List<String> ike =
                tunnels.engine().exportKeys().stream().map(IkeSaKeys::line).toList();
        return List.of(
                write(folder.resolve("esp_sa"), tunnels.host().espKeys()),
                write(folder.resolve("ikev2_decryption_table"), ike));
    }

    private static Path write(Path file, List<String> lines) throws IOException {
        Path fresh = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".new", FOR_OWNER_ALONE);
        try {
            Files.write(fresh, lines, StandardCharsets.US_ASCII);
            return Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.deleteIfExists(fresh);
            throw e;
        }
    }
}
