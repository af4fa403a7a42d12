package dev.culvert.bench.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * TCP connections that are opened and closed again, several at a time. They end by a reset, so that none of them keeps
 * its port waiting for two minutes.
 */
final class Connections {
    private static final int BACKLOG = 1024;
    private static final int PATIENCE_MILLIS = 3000;
    private static final int SILENCE_MILLIS = 700;

    private Connections() {}

    /**
     * Opens and closes.
     *
     * @param address the other guest
     * @param port its port
     * @param nanos for so long
     * @param workers how many at a time
     * @return the connections
     * @throws InterruptedException if this thread is interrupted
     */
    static Count open(InetAddress address, int port, long nanos, int workers) throws InterruptedException {
        AtomicLong opened = new AtomicLong();
        long start = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                while (System.nanoTime() - start < nanos) {
                    try (Socket socket = new Socket()) {
                        socket.setSoLinger(true, 0);
                        socket.connect(new InetSocketAddress(address, port), PATIENCE_MILLIS);
                        opened.incrementAndGet();
                    } catch (IOException e) {
                        Thread.onSpinWait(); // refused or too late: not one that was opened
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return new Count(opened.get(), System.nanoTime() - start);
    }

    /** A server's socket, listening already. */
    static ServerSocket listen(int port) throws IOException {
        ServerSocket server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(port), BACKLOG);
        return server;
    }

    /**
     * Accepts connections and closes them until no more come.
     *
     * @param server where
     * @param nanos for how long at most
     * @return the connections
     * @throws IOException if they cannot be accepted
     */
    static Count accept(ServerSocket server, long nanos) throws IOException {
        long start = System.nanoTime();
        long accepted = 0;
        server.setSoTimeout((int) Math.max(1, nanos / 1_000_000));
        while (System.nanoTime() - start < nanos) {
            try (Socket socket = server.accept()) {
                socket.setSoLinger(true, 0);
                accepted++;
            } catch (SocketTimeoutException e) {
                break;
            }
            if (accepted == 1) {
                server.setSoTimeout(SILENCE_MILLIS);
            }
        }
        return new Count(accepted, System.nanoTime() - start);
    }
}
