package dev.culvert.vswitch;

import dev.culvert.unixctl.UnixctlException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Settings of the host's kernel (sysctl(8)), in the network namespace of whoever reads them. */
final class HostSetting {
    private static final Path ROOT = Path.of("/proc/sys");
    private static final int MAX = 256;

    private HostSetting() {}

    /** Whether there is such a setting here. */
    static boolean exists(String name) {
        return Files.exists(ROOT.resolve(name));
    }

    /** Reads a setting, such as {@code net/ipv4/ip_local_port_range}; its fields are separated by tabs. */
    static String read(String name) throws UnixctlException {
        byte[] bytes = new byte[MAX];
        try (InputStream in = Files.newInputStream(ROOT.resolve(name))) {
            // by one read: there is nothing behind the first byte for who comes back for the rest
            int length = in.read(bytes);
            return new String(bytes, 0, Math.max(0, length), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new UnixctlException(name + " cannot be read");
        }
    }
}
