package dev.culvert.linux;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The data path's calls must not make garbage once they are compiled. */
@Timeout(60)
class NoAllocationTest {
    private static final int LOOPBACK = 0x7f000001;
    private static final int ROUNDS = 20_000;
    private static final long COMPILED_NANOS = 30_000_000_000L;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final MessageBatch batch = new MessageBatch(2, 2, 128);
    private final MemorySegment buffer = Arena.ofAuto().allocate(2_048);

    @Test
    void sendingWaitingAndReceivingMakesNoGarbage() throws Exception {
        try (UdpSocket socket = UdpSocket.open(AddressFamily.INET, 0, new SocketOptions());
                Epoll epoll = Epoll.open();
                EventFd event = EventFd.open()) {
            epoll.add(socket.fd(), Epoll.IN, 1);
            epoll.add(event.fd(), Epoll.IN, 2);
            long allocated = Long.MAX_VALUE;
            // compilation takes place meanwhile, and behind all that the tests before this one have left in its queue:
            // in the end a run of many rounds must be free of allocations
            long end = System.nanoTime() + COMPILED_NANOS;
            while (allocated > ROUNDS && System.nanoTime() < end) {
                long before = THREADS.getCurrentThreadAllocatedBytes();
                for (int k = 0; k < ROUNDS; k++) {
                    round(socket, epoll, event);
                }
                allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            }
            assertThat(allocated).as("bytes in %d rounds", ROUNDS).isLessThan(ROUNDS);
        }
    }

    private void round(UdpSocket socket, Epoll epoll, EventFd event) {
        batch.clear(0);
        batch.vector(0, 0, buffer.address(), 50);
        batch.vector(0, 1, buffer.address() + 100, 50);
        batch.destination4(0, LOOPBACK, socket.localPort());
        batch.control4(0, SocketOption.IPPROTO_IP, SocketOption.IP_TOS, 8);
        int sent = socket.send(batch, 0, 1);
        event.signal();
        int ready = epoll.await(1_000_000_000);
        event.drain();
        batch.clear(0);
        batch.vector(0, 0, buffer.address(), 2_048);
        batch.prepareReceive(0);
        int received = socket.receive(batch, 1);
        if (sent != 1 || ready == 0 || received != 1 || batch.length(0) != 100 || batch.source4(0) != LOOPBACK) {
            throw new AssertionError(sent + " sent, " + ready + " ready, " + received + " received");
        }
    }
}
