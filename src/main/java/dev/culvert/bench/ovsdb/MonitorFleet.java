package dev.culvert.bench.ovsdb;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** Many clients that monitor one table, read by one thread. */
final class MonitorFleet implements Closeable {
    private final Selector selector = Selector.open();
    private final AtomicLong received = new AtomicLong();
    private final Thread reader = Thread.ofPlatform().name("monitors").unstarted(this::read);

    private MonitorFleet() throws IOException {}

    /** Connects them; returns when each has its first answer. */
    static MonitorFleet start(Path socket, String table, int number) throws IOException, InterruptedException {
        MonitorFleet fleet = new MonitorFleet();
        for (int i = 0; i < number; i++) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(socket));
            String params = "[\"Open_vSwitch\",[\"monid\",\"" + table + "\"],{\"" + table + "\":[{}]}]";
            ByteBuffer request = ByteBuffer.wrap(DatabaseClient.request("monitor_cond", params));
            while (request.hasRemaining()) {
                channel.write(request);
            }
            channel.configureBlocking(false);
            channel.register(fleet.selector, SelectionKey.OP_READ, new JsonCounter());
        }
        fleet.reader.start();
        fleet.await(number);
        return fleet;
    }

    private void read() {
        ByteBuffer input = ByteBuffer.allocateDirect(1 << 18);
        try {
            while (selector.isOpen()) {
                selector.select(key -> drain(key, input));
            }
        } catch (IOException | ClosedSelectorException e) {
            // closed: the fleet goes home
        }
    }

    private void drain(SelectionKey key, ByteBuffer input) {
        JsonCounter counter = (JsonCounter) key.attachment();
        try {
            input.clear();
            if (((SocketChannel) key.channel()).read(input) < 0) {
                key.cancel();
                return;
            }
            long before = counter.complete();
            counter.feed(input.flip());
            received.addAndGet(counter.complete() - before);
        } catch (IOException e) {
            key.cancel();
        }
    }

    /** Messages that all of them have received so far. */
    long received() {
        return received.get();
    }

    /** Waits until so many messages have come in all; fails after a minute. */
    void await(long messages) throws IOException, InterruptedException {
        long end = System.nanoTime() + 60_000_000_000L;
        while (received.get() < messages) {
            if (System.nanoTime() > end) {
                throw new IOException("monitors received " + received.get() + " of " + messages + " messages");
            }
            Thread.sleep(1);
        }
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            try {
                key.channel().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        selector.close();
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
