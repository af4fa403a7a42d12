package dev.culvert.observe.web;

import dev.culvert.observe.http.HttpRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalInt;

/** The user whose socket is at the other end of a TCP connection, where that is on this host (proc(5), {@code /proc/net/tcp}). */
final class ConnectionOwner {
    private static final Path TCP4 = Path.of("/proc/self/net/tcp");
    private static final Path TCP6 = Path.of("/proc/self/net/tcp6");

    private static final int LOCAL = 1;
    private static final int REMOTE = 2;
    private static final int STATE = 3;
    private static final int USER = 7;
    private static final String ESTABLISHED = "01";

    /** An IPv4 address in a socket for IPv6 (RFC 4291 section 2.5.5.2). */
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

    private ConnectionOwner() {}

    /**
     * Finds the user.
     *
     * @return the number; nothing where the client is on another host
     */
    static OptionalInt of(HttpRequest.Ends ends) throws IOException {
        OptionalInt found = OptionalInt.empty();
        if (ends.client().getAddress() instanceof Inet4Address) {
            found = search(TCP4, text(ends.client(), false), text(ends.server(), false));
        }
        return found.isPresent() || Files.notExists(TCP6)
                ? found
                : search(TCP6, text(ends.client(), true), text(ends.server(), true));
    }

    private static OptionalInt search(Path table, String client, String server) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(table)) {
            return search(lines, client, server);
        }
    }

    static OptionalInt search(BufferedReader table, String client, String server) throws IOException {
        for (String line = table.readLine(); line != null; line = table.readLine()) {
            String[] words = line.strip().split(" +", -1);
            if (words.length > USER
                    && words[LOCAL].equals(client)
                    && words[REMOTE].equals(server)
                    && words[STATE].equals(ESTABLISHED)) {
                return OptionalInt.of(Integer.parseUnsignedInt(words[USER]));
            }
        }
        return OptionalInt.empty();
    }

    /** As the kernel writes it: each 32 bits as a number of the machine's own byte order. */
    static String text(InetSocketAddress end, boolean ipv6) {
        byte[] address = end.getAddress().getAddress();
        ByteBuffer words = ByteBuffer.allocate(ipv6 ? 16 : 4).order(ByteOrder.nativeOrder());
        if (ipv6 && address.length == 4) {
            words.put(MAPPED);
        }
        words.put(address).flip();
        StringBuilder text = new StringBuilder();
        while (words.hasRemaining()) {
            text.append(String.format(Locale.ROOT, "%08X", words.getInt()));
        }
        return text.append(String.format(Locale.ROOT, ":%04X", end.getPort())).toString();
    }
}
