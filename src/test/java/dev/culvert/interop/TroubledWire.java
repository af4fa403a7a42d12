package dev.culvert.interop;

import static org.awaitility.Awaitility.await;

import dev.culvert.linux.TestNetwork;
import java.io.IOException;
import java.util.List;

/**
 * A wire between {@code w1} and {@code w2} of the namespace {@code wire} on which one packet in fifty is lost, one arrives twice,
 * and one is overtaken by the next three. Always the same ones: the dice are thrown from one seed.
 */
final class TroubledWire implements AutoCloseable {
    private static final String RELAY = """
            import random, select, socket
            ends = []
            for name in ("w1", "w2"):
                end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
                end.setsockopt(263, 23, 1)  # PACKET_IGNORE_OUTGOING
                end.setsockopt(socket.SOL_SOCKET, 33, 8 << 20)  # SO_RCVBUFFORCE
                end.bind((name, 3))
                ends.append(end)
            dice = random.Random(4789)
            held = {0: [], 1: []}

            def send(to, frame):
                try:
                    ends[to].send(frame)
                except OSError:
                    pass  # a full queue, or longer than the wire takes: lost

            print("ready", flush=True)
            while True:
                for end in select.select(ends, [], [], 0.01)[0] or [None]:
                    if end is None:  # what nothing overtakes goes on by itself
                        for to in held:
                            for frame, _ in held[to]:
                                send(to, frame)
                            held[to] = []
                        continue
                    to = 1 - ends.index(end)
                    frame = end.recv(65536)
                    fate = dice.randrange(50)
                    if fate == 0:
                        continue
                    if fate == 1:
                        held[to].append((frame, 3))
                        continue
                    send(to, frame)
                    if fate == 2:
                        send(to, frame)
                    waiting = [(late, left - 1) for late, left in held[to]]
                    for late, left in waiting:
                        if left == 0:
                            send(to, late)
                    held[to] = [(late, left) for late, left in waiting if left > 0]
            """;

    private final Process relay;

    /** Takes the place of whatever joins the two. */
    TroubledWire(TestNetwork network) throws IOException {
        relay = new ProcessBuilder(List.of("ip", "netns", "exec", network.name("wire"), "python3", "-c", RELAY))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        await().until(() -> relay.inputReader().ready());
    }

    @Override
    public void close() throws InterruptedException {
        relay.destroyForcibly().waitFor();
    }
}
