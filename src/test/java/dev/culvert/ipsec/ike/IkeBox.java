package dev.culvert.ipsec.ike;

import dev.culvert.linux.TestNetwork;
import dev.culvert.packet.IpAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** An engine on real sockets in a namespace, with a thread of its own; its CHILD_SAs carry nothing. */
public final class IkeBox implements AutoCloseable {
    private static final int MARKER = 4;

    private final IpAddress address;
    private final Selector selector;
    private final Map<Integer, DatagramChannel> channels;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final RecordingHost host;
    private final IkeEngine engine;
    private final Thread thread;
    private volatile boolean open = true;

    /** Whether our own IKE_SA_INIT requests are lost, so that only the peer can begin. */
    public volatile boolean waiting;

    /** Opens ports 500 and 4500 of an address in a namespace. */
    public IkeBox(TestNetwork network, String namespace, String address) throws Exception {
        this.address = IpAddress.parse(address);
        selector = Selector.open();
        channels = network.in(namespace, () -> Map.of(500, channel(address, 500), 4500, channel(address, 4500)));
        for (var one : channels.entrySet()) {
            one.getValue().register(selector, SelectionKey.OP_READ, one.getKey());
        }
        host = new RecordingHost(this.address, new Random(), this::send);
        engine = new IkeEngine(host, new SecureRandom(), System.nanoTime());
        thread = Thread.ofPlatform().name("ike-box").start(this::loop);
    }

    private static DatagramChannel channel(String address, int port) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        channel.configureBlocking(false);
        channel.bind(new InetSocketAddress(address, port));
        return channel;
    }

    private void send(IkeDatagram datagram) {
        if (waiting && datagram.message().length > 19 && datagram.message()[18] == 34 && datagram.message()[19] == 8) {
            return;
        }
        ByteBuffer buffer = ByteBuffer.allocate(MARKER + datagram.message().length);
        if (datagram.localPort() == 4500 && datagram.message().length > 1) {
            buffer.putInt(0);
        }
        buffer.put(datagram.message()).flip();
        try {
            channels.get(datagram.localPort())
                    .send(buffer, new InetSocketAddress(datagram.remote().toInetAddress(), datagram.remotePort()));
        } catch (IOException lost) {
            // as on any network
        }
    }

    private void loop() {
        try {
            ByteBuffer buffer = ByteBuffer.allocate(65_536);
            while (open) {
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                long wanted = engine.run(System.nanoTime());
                long wait = wanted == Long.MAX_VALUE ? 1000 : TimeUnit.NANOSECONDS.toMillis(wanted - System.nanoTime());
                selector.select(Math.clamp(wait, 1, 1000));
                for (SelectionKey key : selector.selectedKeys()) {
                    receive((DatagramChannel) key.channel(), (int) key.attachment(), buffer);
                }
                selector.selectedKeys().clear();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void receive(DatagramChannel channel, int port, ByteBuffer buffer) throws IOException {
        buffer.clear();
        InetSocketAddress from = (InetSocketAddress) channel.receive(buffer);
        if (from == null) {
            return;
        }
        buffer.flip();
        byte[] bytes = Arrays.copyOf(buffer.array(), buffer.limit());
        if (port == 4500 && bytes.length > MARKER) {
            if (ByteBuffer.wrap(bytes).getInt() != 0) {
                return; // ESP
            }
            bytes = Arrays.copyOfRange(bytes, MARKER, bytes.length);
        }
        engine.receive(
                new IkeDatagram(address, port, IpAddress.of(from.getAddress()), from.getPort(), bytes),
                System.nanoTime());
    }

    /** Asks or tells the engine something, on its thread. */
    public <T> T ask(Function<IkeEngine, T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        tasks.add(() -> {
            try {
                answer.complete(question.apply(engine));
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        });
        selector.wakeup();
        return answer.orTimeout(20, TimeUnit.SECONDS).join();
    }

    /** Asks about the CHILD_SAs, on the engine's thread. */
    public <T> T askHost(Function<RecordingHost, T> question) {
        return ask(_ -> question.apply(host));
    }

    /** How it stands with the only peer. */
    public PeerStatus status() {
        return ask(it -> it.status(System.nanoTime())).getFirst();
    }

    /** Ends without a word to any peer, as a killed process does. */
    public void kill() throws Exception {
        open = false;
        selector.wakeup();
        thread.join();
        for (DatagramChannel channel : channels.values()) {
            channel.close();
        }
        selector.close();
    }

    @Override
    public void close() throws Exception {
        if (open) {
            ask(it -> {
                it.close(System.nanoTime());
                return true;
            });
            kill();
        }
    }
}
