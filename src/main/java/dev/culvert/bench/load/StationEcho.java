package dev.culvert.bench.load;

import dev.culvert.linux.LinuxException;
import dev.culvert.linux.MessageBatch;
import dev.culvert.linux.PacketSocket;

/** Answers the requests of {@link NewStations}: the same frame back to whoever sent it. */
final class StationEcho {
    private static final int STRIDE = 128;

    private StationEcho() {}

    /**
     * Answers until nothing more comes.
     *
     * @param socket on the guest's interface
     * @param nanos for how long at most
     * @return the requests
     * @throws LinuxException if the kernel refuses
     */
    static Count run(PacketSocket socket, long nanos) throws LinuxException {
        MessageBatch answers = new MessageBatch(BatchSender.BATCH, 1, 0);
        return new BatchReceiver(socket, STRIDE).run(nanos, (batch, memory, count) -> {
            int requests = 0;
            for (int i = 0; i < count; i++) {
                long at = (long) i * STRIDE;
                if (StationFrame.is(memory, at, batch.length(i)) && StationFrame.isRequest(memory, at)) {
                    StationFrame.answer(memory, at);
                    answers.vector(requests++, 0, memory.address() + at, StationFrame.LENGTH);
                }
            }
            int sent = 0;
            while (sent < requests) {
                int now = socket.send(answers, sent, requests - sent);
                if (now <= 0) {
                    break; // whoever asked takes it for lost, as it is
                }
                sent += now;
            }
            return requests;
        });
    }
}
