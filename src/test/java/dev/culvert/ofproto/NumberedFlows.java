package dev.culvert.ofproto;

import dev.culvert.linux.Cpus;
import dev.culvert.linux.TestNetwork;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Datagrams of several UDP flows from one namespace to another, numbered in each flow, of small and large sizes, and
 * somebody who looks at the numbers when they arrive. The sender stays on one processor: the kernel keeps a queue for each,
 * and would itself mix up what a thread sends that changes between them.
 */
final class NumberedFlows implements AutoCloseable {
    private static final int PORT = 5000;
    private static final int BURST = 2;
    private static final long PAUSE_NANOS = 1_000_000;

    private final List<DatagramChannel> channels = new ArrayList<>();
    private final DatagramChannel receiving;
    private final InetSocketAddress to;
    private final int largest;
    private final Thread sender;
    private final Thread receiver;
    private final int[] last;
    private volatile boolean stopping;

    /** Datagrams that were sent, that came, and that came after one that was sent later. */
    volatile long sent;

    volatile long received;
    volatile long late;

    NumberedFlows(TestNetwork network, String from, String to, String address, int flows, int largest)
            throws Exception {
        this.to = new InetSocketAddress(address, PORT);
        this.largest = largest;
        receiving = network.in(
                to,
                () -> DatagramChannel.open()
                        .setOption(StandardSocketOptions.SO_RCVBUF, 4 << 20)
                        .bind(new InetSocketAddress("0.0.0.0", PORT)));
        for (int i = 0; i < flows; i++) {
            channels.add(network.in(from, DatagramChannel::open));
        }
        last = new int[flows];
        receiver = Thread.ofPlatform().start(this::receive);
        sender = Thread.ofPlatform().start(this::send);
    }

    private void send() {
        try {
            BitSet cpu = new BitSet();
            cpu.set(Cpus.ofThisThread().nextSetBit(0));
            Cpus.bindThisThread(cpu);
            Random random = new Random(1);
            ByteBuffer buffer = ByteBuffer.allocateDirect(largest);
            for (int number = 1; !stopping; number++) {
                for (int flow = 0; flow < channels.size(); flow++) {
                    buffer.clear().putInt(0, flow).putInt(4, number);
                    buffer.limit(random.nextInt(4) == 0 ? largest : 64);
                    channels.get(flow).send(buffer, to);
                    sent++;
                }
                if (number % BURST == 0) {
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void receive() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(65_536);
        try {
            while (true) {
                buffer.clear();
                receiving.receive(buffer);
                int flow = buffer.getInt(0);
                int number = buffer.getInt(4);
                if (number <= last[flow]) {
                    late++;
                }
                last[flow] = Math.max(last[flow], number);
                received++;
            }
        } catch (AsynchronousCloseException e) {
            // that is the end
        } catch (ClosedChannelException e) {
            // likewise
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Ends the sending, and waits until what was sent must have come. */
    NumberedFlows finish() throws InterruptedException {
        stopping = true;
        sender.join();
        Thread.sleep(300);
        return this;
    }

    @Override
    public void close() throws Exception {
        stopping = true;
        sender.join();
        receiving.close();
        receiver.join();
        for (DatagramChannel channel : channels) {
            channel.close();
        }
    }
}
