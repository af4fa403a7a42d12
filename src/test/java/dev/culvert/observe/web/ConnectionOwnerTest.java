package dev.culvert.observe.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.observe.http.HttpRequest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionOwnerTest {
    /** The kernel is what says whose a real connection is. */
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void aConnectionOfThisProcessIsItsUsers(String address) throws Exception {
        Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName(address));
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket accepted = server.accept()) {
            HttpRequest.Ends ends =
                    new HttpRequest.Ends((InetSocketAddress) accepted.getRemoteSocketAddress(), (InetSocketAddress)
                            accepted.getLocalSocketAddress());
            assertThat(ConnectionOwner.of(ends)).isEqualTo(OptionalInt.of((Integer) self));
            HttpRequest.Ends foreign =
                    new HttpRequest.Ends(new InetSocketAddress(address, client.getLocalPort() ^ 1), ends.server());
            assertThat(ConnectionOwner.of(foreign)).isEmpty();
        }
    }

    @Test
    void theTableIsReadAsTheKernelWritesIt() throws IOException {
        String table = """
                  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
                   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1
                   1: 0100007F:C350 0100007F:1F90 06 00000000:00000000 00:00000000 00000000     7        0 2
                   2: 0100007F:C351 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 3
                  damaged
                """;
        assertThat(owner(table, "0100007F:C351")).hasValue(1000);
        assertThat(owner(table, "0100007F:C350")).as("one that has ended").isEmpty();
        assertThat(owner(table, "0100007F:C352")).isEmpty();
        assertThat(owner("", "0100007F:C351")).isEmpty();
    }

    private static OptionalInt owner(String table, String client) throws IOException {
        return ConnectionOwner.search(new BufferedReader(new StringReader(table)), client, "0100007F:1F90");
    }

    @Test
    void anAddressIsWrittenInTheMachinesOrder() {
        if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
            InetSocketAddress end = new InetSocketAddress("127.0.0.1", 8080);
            assertThat(ConnectionOwner.text(end, false)).isEqualTo("0100007F:1F90");
            assertThat(ConnectionOwner.text(end, true)).isEqualTo("0000000000000000FFFF00000100007F:1F90");
            assertThat(ConnectionOwner.text(new InetSocketAddress("::1", 8080), true))
                    .isEqualTo("00000000000000000000000001000000:1F90");
        }
    }
}
