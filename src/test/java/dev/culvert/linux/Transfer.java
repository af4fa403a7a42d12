package dev.culvert.linux;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.zip.CRC32;

/** Sends random bytes over TCP from one namespace to another and says whether they all arrived as they were. */
public final class Transfer {
    private static final int TIMEOUT_MILLIS = 20_000;

    private Transfer() {}

    /**
     * Makes one transfer.
     *
     * @param address the receiver's, on which it listens
     * @return whether the receiver has what was sent
     */
    public static boolean succeeds(TestNetwork network, String from, String to, String address, int bytes)
            throws Exception {
        InetAddress host = InetAddress.getByName(address);
        ServerSocket server = network.in(to, () -> new ServerSocket(0, 1, host));
        FutureTask<Long> received = new FutureTask<>(() -> {
            CRC32 sum = new CRC32();
            try (Socket socket = server.accept();
                    InputStream in = socket.getInputStream()) {
                socket.setSoTimeout(TIMEOUT_MILLIS);
                byte[] chunk = new byte[65_536];
                for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                    sum.update(chunk, 0, n);
                }
            }
            return sum.getValue();
        });
        try (server) {
            server.setSoTimeout(TIMEOUT_MILLIS);
            Thread.ofPlatform().daemon().start(received);
            byte[] data = new byte[bytes];
            new Random(bytes).nextBytes(data);
            network.in(from, () -> {
                try (Socket socket = new Socket()) {
                    socket.connect(new InetSocketAddress(host, server.getLocalPort()), TIMEOUT_MILLIS);
                    OutputStream out = socket.getOutputStream();
                    out.write(data);
                }
                return true;
            });
            CRC32 sent = new CRC32();
            sent.update(data);
            return received.get() == sent.getValue();
        }
    }
}
