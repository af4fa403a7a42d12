package dev.culvert.bench.load;

import dev.culvert.linux.AddressFamily;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.MessageBatch;
import dev.culvert.linux.SocketOptions;
import dev.culvert.linux.UdpSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** One UDP flow from guest to guest: datagrams of one size, each a datagram of its own (no UDP_SEGMENT, no UDP_GRO). */
final class Datagrams {
    private static final int LARGEST = 2048;

    private Datagrams() {}

    /**
     * Sends.
     *
     * @param address the other guest's IPv4 address
     * @param port its port
     * @param size bytes of payload
     * @param nanos for so long
     * @param rate datagrams a second; 0 for as many as possible
     * @return what was sent
     * @throws LinuxException if there is no socket, or EMSGSIZE if the size does not fit
     */
    static Count send(int address, int port, int size, long nanos, long rate) throws LinuxException {
        try (Arena arena = Arena.ofConfined();
                UdpSocket socket = UdpSocket.open(AddressFamily.INET, 0, options())) {
            MemorySegment payload = arena.allocate(size, 8);
            MessageBatch batch = new MessageBatch(BatchSender.BATCH, 1, 0);
            for (int i = 0; i < BatchSender.BATCH; i++) {
                batch.vector(i, 0, payload.address(), size);
                batch.destination4(i, address, port);
            }
            return new BatchSender(socket, batch, (before, count) -> {}).run(nanos, rate, Long.MAX_VALUE);
        }
    }

    /** A receiver, bound to its port already. */
    static UdpSocket open(int port) throws LinuxException {
        return UdpSocket.open(AddressFamily.INET, port, options());
    }

    /**
     * Counts what arrives.
     *
     * @param socket where
     * @param nanos for how long at most
     * @return what was received
     * @throws LinuxException if the kernel refuses
     */
    static Count receive(UdpSocket socket, long nanos) throws LinuxException {
        return new BatchReceiver(socket, LARGEST).run(nanos, (batch, memory, count) -> count);
    }

    private static SocketOptions options() {
        return new SocketOptions().packetInfo(false).trafficClass(false).coalesce(false);
    }
}
