package dev.culvert.datapath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.packet.DropReason;
import dev.culvert.packet.Packet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of packets that are put on a port's queue while the port sends. */
class DatapathPortTest {
    private final List<Packet> sent = new ArrayList<>();
    private PollLoop loop;
    private DatapathPort port;
    private int answers;

    @BeforeEach
    void setUp() throws Exception {
        loop = new PollLoop(0, "test", 100, () -> {}, null);
        SharedPort shared = new SharedPort(1, "port") {
            @Override
            DatapathPort newPart(PollLoop in) {
                return new Answering(this, in);
            }

            @Override
            void close() {}
        };
        port = shared.join(loop);
        loop.ports.add(port);
    }

    @AfterEach
    void tearDown() {
        loop.stop();
        loop.start();
        loop.join();
        loop.close();
    }

    @Test
    void answersToThePortItselfGoOutAfterwardsOnceEach() {
        send(10, 5);
        assertThat(sent).hasSize(15);
        assertThat(new HashSet<>(sent)).hasSize(15);
    }

    @Test
    void moreThanThereIsRoomForAreDroppedAndCounted() {
        send(DatapathPort.BATCH, 2 * DatapathPort.BATCH);
        assertThat(sent).hasSize(2 * DatapathPort.BATCH);
        assertThat(new HashSet<>(sent)).hasSize(2 * DatapathPort.BATCH);
        assertThat(loop.drops(DropReason.TRANSMIT_QUEUE_FULL)).isEqualTo(DatapathPort.BATCH);
    }

    private void send(int packets, int answered) {
        answers = answered;
        for (int i = 0; i < packets; i++) {
            loop.output(Objects.requireNonNull(loop.pool.take()), 1);
        }
        loop.flushPorts();
        loop.flushPorts();
    }

    /** Sets off answers to itself before it has sent anything; keeps what it sends, so that none is seen twice by chance. */
    private final class Answering extends DatapathPort {
        Answering(SharedPort shared, PollLoop loop) {
            super(shared, loop);
        }

        @Override
        void transmit(@Nullable Packet[] packets, int count) {
            for (; answers > 0; answers--) {
                loop.output(Objects.requireNonNull(loop.pool.take()), 1);
            }
            for (int i = 0; i < count; i++) {
                sent.add(Objects.requireNonNull(packets[i]));
            }
        }
    }
}
