package dev.culvert.bench.load;

import dev.culvert.linux.LinuxException;
import dev.culvert.linux.MessageBatch;
import dev.culvert.linux.PacketSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Frames from many stations behind one interface: each has a MAC address of its own, and its turn. */
final class Stations {
    private static final int FAMILY = 1;
    private static final int STRIDE = 128;

    private Stations() {}

    /**
     * Sends.
     *
     * @param socket on the guest's interface
     * @param destination who the frames are for
     * @param stations how many stations take turns
     * @param nanos for so long at most
     * @param rate frames a second; 0 for as many as possible
     * @param limit frames at most
     * @return what was sent
     * @throws LinuxException if the kernel refuses
     */
    static Count send(PacketSocket socket, long destination, int stations, long nanos, long rate, long limit)
            throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate((long) BatchSender.BATCH * STRIDE, 64);
            MessageBatch batch = new MessageBatch(BatchSender.BATCH, 1, 0);
            for (int i = 0; i < BatchSender.BATCH; i++) {
                StationFrame.write(memory, (long) i * STRIDE, destination, 0);
                batch.vector(i, 0, memory.address() + (long) i * STRIDE, StationFrame.LENGTH);
            }
            BatchSender sender = new BatchSender(socket, batch, (sent, count) -> {
                for (int i = 0; i < count; i++) {
                    StationFrame.source(memory, (long) i * STRIDE, StationFrame.address(FAMILY, (sent + i) % stations));
                }
            });
            return sender.run(nanos, rate, limit);
        }
    }

    /**
     * Counts what arrives of such frames.
     *
     * @param socket on the guest's interface
     * @param nanos for how long at most
     * @return what was received
     * @throws LinuxException if the kernel refuses
     */
    static Count receive(PacketSocket socket, long nanos) throws LinuxException {
        BatchReceiver receiver = new BatchReceiver(socket, STRIDE);
        return receiver.run(nanos, (batch, memory, count) -> {
            int ours = 0;
            for (int i = 0; i < count; i++) {
                ours += StationFrame.is(memory, (long) i * STRIDE, batch.length(i)) ? 1 : 0;
            }
            return ours;
        });
    }
}
