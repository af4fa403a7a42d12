package dev.culvert.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** Bursts of datagrams of one length but for the last, from one namespace to another, and whether they arrive as they were. */
public final class Datagrams implements AutoCloseable {
    /** Bytes of a datagram. */
    public static final int SIZE = 200;

    private static final int PORT = 9000;
    private static final int COUNT = 40;
    private static final int LAST = 77;
    private static final int PATIENCE_MILLIS = 3_000;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment out = arena.allocate(COUNT * SIZE);
    private final byte[] sent = new byte[COUNT * SIZE - SIZE + LAST];
    private final InetAddress to;
    private final UdpSocket sender;
    private final DatagramSocket receiver;

    private Datagrams(InetAddress to, UdpSocket sender, DatagramSocket receiver) {
        this.to = to;
        this.sender = sender;
        this.receiver = receiver;
        new Random(1).nextBytes(sent);
        MemorySegment.copy(sent, 0, out, ValueLayout.JAVA_BYTE, 0, sent.length);
    }

    /** Opens a socket in each namespace; the address is the receiver's. */
    public static Datagrams open(TestNetwork network, String from, String to, String address) throws Exception {
        InetAddress host = InetAddress.getByName(address);
        DatagramSocket receiver = network.in(to, () -> new DatagramSocket(PORT, host));
        receiver.setReceiveBufferSize(1 << 20);
        receiver.setSoTimeout(PATIENCE_MILLIS);
        int family = host.getAddress().length == 4 ? AddressFamily.INET : AddressFamily.INET6;
        return new Datagrams(host, network.in(from, () -> UdpSocket.open(family, 0, new SocketOptions())), receiver);
    }

    /** Sends a burst as one super-frame; throws when it is not taken. */
    public void sendWhole() {
        MessageBatch batch = new MessageBatch(1, 1, 64);
        destination(batch, 0);
        batch.vector(0, 0, out.address(), sent.length);
        batch.control2(0, SocketOption.SOL_UDP, SocketOption.UDP_SEGMENT, SIZE);
        if (sender.send(batch, 0, 1) != 1) {
            throw new AssertionError("not sent");
        }
    }

    /** Sends a burst of as many packets as it has datagrams. */
    public void sendOneByOne() {
        MessageBatch batch = new MessageBatch(COUNT, 1, 64);
        for (int i = 0; i < COUNT; i++) {
            destination(batch, i);
            batch.vector(i, 0, out.address() + (long) i * SIZE, i == COUNT - 1 ? LAST : SIZE);
        }
        if (sender.send(batch, 0, COUNT) != COUNT) {
            throw new AssertionError("not sent");
        }
    }

    private void destination(MessageBatch batch, int i) {
        ByteBuffer address = ByteBuffer.wrap(to.getAddress());
        if (address.remaining() == 4) {
            batch.destination4(i, address.getInt(), PORT);
        } else {
            batch.destination6(i, address.getLong(), address.getLong(), 0, PORT);
        }
    }

    /** Whether the next datagrams are those of one burst, in order. */
    public boolean arrive() throws Exception {
        DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
        for (int i = 0; i < COUNT; i++) {
            try {
                packet.setLength(2_000);
                receiver.receive(packet);
            } catch (SocketTimeoutException e) {
                return false;
            }
            byte[] expected = Arrays.copyOfRange(sent, i * SIZE, Math.min((i + 1) * SIZE, sent.length));
            if (!Arrays.equals(expected, Arrays.copyOf(packet.getData(), packet.getLength()))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        sender.close();
        receiver.close();
        arena.close();
    }
}
