package dev.culvert.observe.live;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.culvert.linux.AddressFamily;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.MessageBatch;
import dev.culvert.linux.RawSocket;
import dev.culvert.linux.SocketOptions;
import dev.culvert.packet.Bytes;
import dev.culvert.packet.Checksum;
import dev.culvert.packet.IpAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjLongConsumer;

/** ICMP echo of one family (RFC 792; RFC 4443 section 4), a round at a time. For one thread. */
final class EchoSocket implements AutoCloseable {
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
    private static final int REPLY = 0;
    private static final int REQUEST = 8;
    private static final int REQUEST6 = 128;
    private static final int REPLY6 = 129;

    /** In an echo message: identifier, sequence number, data. */
    private static final int IDENTIFIER = 4;

    private static final int SEQUENCE = 6;
    private static final int DATA = 8;
    private static final int LENGTH = 16;

    private static final int BATCH = 16;
    private static final int ROOM = 128;
    private static final int BUFFER = 64 << 10;
    private static final int IPV4_HEADER_MIN = 20;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final boolean ipv4;
    private final RawSocket socket;
    private final MemorySegment memory = Arena.ofAuto().allocate((long) (BATCH + 1) * ROOM, 8);
    private final MessageBatch received = new MessageBatch(BATCH, 1, 0);
    private final MessageBatch sent = new MessageBatch(1, 1, 0);

    /** Who answers must have seen the request: neither can be guessed. */
    private final short identifier = (short) RANDOM.nextInt();

    private final List<IpAddress> asked = new ArrayList<>();
    private final List<Long> times = new ArrayList<>();
    private long token;

    private EchoSocket(boolean ipv4) throws LinuxException {
        this.ipv4 = ipv4;
        SocketOptions options =
                new SocketOptions().packetInfo(false).trafficClass(false).buffers(BUFFER, BUFFER);
        socket = RawSocket.open(ipv4 ? AddressFamily.INET : AddressFamily.INET6, ipv4 ? ICMP : ICMPV6, options);
        for (int i = 0; i < BATCH; i++) {
            received.vector(i, 0, memory.address() + (long) i * ROOM, ROOM);
        }
    }

    /**
     * Opens one.
     *
     * @param family INET or INET6
     * @throws LinuxException EPERM without CAP_NET_RAW
     */
    static EchoSocket open(int family) throws LinuxException {
        return new EchoSocket(family == AddressFamily.INET);
    }

    int fd() {
        return socket.fd();
    }

    /** Begins a round: answers to requests of the last one do not count any more. */
    void begin() {
        asked.clear();
        times.clear();
        token = RANDOM.nextLong();
    }

    /** Asks a host. Whether that can be done is seen by whether it answers. */
    void ask(IpAddress host) {
        long at = (long) BATCH * ROOM;
        MemorySegment message = memory.asSlice(at, LENGTH);
        message.fill((byte) 0);
        message.set(JAVA_BYTE, 0, (byte) (ipv4 ? REQUEST : REQUEST6));
        message.set(Bytes.SHORT, IDENTIFIER, identifier);
        message.set(Bytes.SHORT, SEQUENCE, (short) asked.size());
        message.set(Bytes.LONG, DATA, token);
        if (ipv4) { // of ICMPv6, the kernel makes it (RFC 3542 section 3.1)
            message.set(Bytes.SHORT, 2, (short) ~Checksum.fold(Checksum.sum(message, 0, LENGTH)));
            sent.destination4(0, host.ipv4(), 0);
        } else {
            sent.destination6(0, host.high(), host.low(), 0, 0);
        }
        sent.vector(0, 0, message.address(), LENGTH);
        asked.add(host);
        times.add(System.nanoTime());
        socket.send(sent, 0, 1);
    }

    /** Reads what there is, and tells of each answer who gave it and after how many nanoseconds. */
    void receive(ObjLongConsumer<IpAddress> answered) {
        for (int i = 0; i < BATCH; i++) {
            received.prepareReceive(i);
        }
        int count = socket.receive(received, BATCH);
        long now = System.nanoTime();
        for (int i = 0; i < count; i++) {
            int number = numberOf(memory.asSlice((long) i * ROOM, Math.min(received.length(i), ROOM)));
            if (number >= 0 && asked.get(number).equals(source(i))) {
                answered.accept(asked.get(number), now - times.get(number));
                asked.set(number, IpAddress.NONE); // the first answer is the one that counts
            }
        }
    }

    private IpAddress source(int i) {
        return ipv4 ? IpAddress.ofIpv4(received.source4(i)) : new IpAddress(received.sourceHi(i), received.sourceLo(i));
    }

    /** Which request of this round a message answers; -1 for none. */
    private int numberOf(MemorySegment message) {
        long start = 0;
        if (ipv4) {
            if (message.byteSize() < IPV4_HEADER_MIN) {
                return -1;
            }
            start = (message.get(JAVA_BYTE, 0) & 0xf) * 4L;
        }
        if (message.byteSize() < start + LENGTH
                || message.get(JAVA_BYTE, start) != (byte) (ipv4 ? REPLY : REPLY6)
                || message.get(Bytes.SHORT, start + IDENTIFIER) != identifier
                || message.get(Bytes.LONG, start + DATA) != token) {
            return -1;
        }
        int number = message.get(Bytes.SHORT, start + SEQUENCE) & 0xffff;
        return number < asked.size() ? number : -1;
    }

    @Override
    public void close() {
        socket.close();
    }
}
