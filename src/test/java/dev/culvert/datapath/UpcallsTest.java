package dev.culvert.datapath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.packet.Bytes;
import dev.culvert.packet.DropReason;
import dev.culvert.packet.FlowExtractor;
import dev.culvert.packet.FlowField;
import dev.culvert.packet.FlowKey;
import dev.culvert.packet.Packet;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A loop whose passes the test makes, and its upcalls, which the test answers. */
class UpcallsTest {
    private static final int IN = 1;
    private static final int OUT = 2;
    private static final int SEQUENCE = 42;

    private final List<Integer> sent = new ArrayList<>();
    private PollLoop loop;

    @BeforeEach
    void setUp() throws Exception {
        loop = new PollLoop(0, "test", 100, () -> {}, null);
        loop.ports.add(port(IN));
        loop.ports.add(port(OUT));
    }

    @AfterEach
    void tearDown() {
        loop.stop();
        loop.start();
        loop.join();
        loop.close();
    }

    @Test
    void packetsOfAFlowKeepTheirOrderWhateverTheConductorsPace() {
        receive(1, 0);
        receive(1, 1);
        Packet first = next();
        receive(1, 2);
        assertThat(asked()).as("one question is enough").isEmpty();
        complete(first, 1, true);
        receive(1, 3);
        assertThat(sent).containsExactly(0, 1, 2, 3);
        assertThat(loop.statistics().misses()).isEqualTo(1);
        assertThat(loop.statistics().hits()).isEqualTo(3);
    }

    @Test
    void otherFlowsDoNotWait() {
        receive(1, 0);
        complete(next(), 1, true);
        receive(2, 100);
        receive(1, 1);
        receive(2, 101);
        assertThat(sent).as("of a flow that is cached").containsExactly(0, 1);
        complete(next(), 2, true);
        assertThat(sent).containsExactly(0, 1, 100, 101);
    }

    @Test
    void whatIsNotCachedIsAskedForAgainInOrder() {
        receive(1, 0);
        receive(1, 1);
        receive(1, 2);
        complete(next(), 1, false);
        List<Packet> again = asked();
        assertThat(again).hasSize(2);
        receive(1, 3);
        again.forEach(packet -> complete(packet, 1, false));
        asked().forEach(packet -> complete(packet, 1, false));
        assertThat(sent).containsExactly(0, 1, 2, 3);
    }

    @Test
    void aFlowThatLeavesTheCacheMeanwhileDoesNotMixThemUp() {
        receive(1, 0);
        receive(1, 1);
        receive(1, 2);
        complete(next(), 1, false);
        List<Packet> again = asked();
        complete(again.get(0), 1, true);
        receive(1, 3);
        assertThat(sent).as("one is still with the conductor").containsExactly(0, 1);
        complete(again.get(1), 1, true);
        assertThat(sent).containsExactly(0, 1, 2, 3);
    }

    @Test
    void aPortThatFloodsIsBoundedInBothPlaces() {
        for (int i = 0; i < 500; i++) {
            receive(1, i);
        }
        assertThat(loop.statistics().lost()).isEqualTo(500 - 1 - 128);
        complete(next(), 1, true);
        assertThat(sent).hasSize(129).isSorted();
        for (int i = 0; i < 500; i++) {
            receive(1000 + i, i);
        }
        assertThat(asked()).hasSize(64);
        assertThat(loop.drops(DropReason.UPCALL_QUEUE_FULL))
                .isEqualTo(loop.statistics().lost());
    }

    @Test
    void allBuffersComeBack() {
        aPortThatFloodsIsBoundedInBothPlaces();
        assertThat(loop.pool.size() - loop.pool.available()).isLessThanOrEqualTo(64 + 128);
        loop.pool.reclaim();
    }

    @Test
    void whatIsToComeAfterwardsWaitsForThoseThatWait() {
        List<String> done = new ArrayList<>();
        loop.upcalls.afterThese(() -> done.add("at once"));
        receive(1, 0);
        receive(1, 1);
        loop.upcalls.afterThese(() -> done.add("later"));
        assertThat(done).containsExactly("at once");
        complete(next(), 1, true);
        assertThat(sent).containsExactly(0, 1);
        assertThat(done).containsExactly("at once", "later");
    }

    @Test
    void aPortThatGoesTakesNothingElseWithIt() {
        receive(1, 0);
        receive(1, 1);
        Packet first = next();
        loop.removePort(Objects.requireNonNull(loop.ports.get(IN)));
        complete(first, 1, true);
        assertThat(sent).containsExactly(0, 1);
        receive(1, 2);
        assertThat(sent).containsExactly(0, 1, 2);
        receive(9, 3);
        assertThat(loop.drops(DropReason.PORT_DOWN)).isEqualTo(1);
    }

    /** A UDP datagram of a flow, which is told by its source port. */
    private void receive(int flow, int sequence) {
        Packet packet = Objects.requireNonNull(loop.pool.take());
        packet.inPort = IN;
        packet.length = 60;
        packet.memory.asSlice(packet.offset, 60).fill((byte) 0);
        Bytes.put16(packet.memory, packet.offset + 12, 0x0800);
        Bytes.put8(packet.memory, packet.offset + 14, 0x45);
        Bytes.put16(packet.memory, packet.offset + 16, 46);
        Bytes.put8(packet.memory, packet.offset + 23, 17);
        Bytes.put16(packet.memory, packet.offset + 34, flow);
        Bytes.put16(packet.memory, packet.offset + 38, 26);
        Bytes.put32(packet.memory, packet.offset + SEQUENCE, sequence);
        loop.handle(packet);
        loop.flushPorts();
    }

    private Packet next() {
        return Objects.requireNonNull(loop.upcalls.next());
    }

    private List<Packet> asked() {
        List<Packet> packets = new ArrayList<>();
        for (Packet packet = loop.upcalls.next(); packet != null; packet = loop.upcalls.next()) {
            packets.add(packet);
        }
        return packets;
    }

    private void complete(Packet packet, int flow, boolean install) {
        long[] key = FlowKey.create();
        FlowExtractor.extract(packet, key);
        assertThat(FlowField.TP_SRC.get(key)).isEqualTo(flow);
        long[] mask = FlowKey.create();
        FlowField.TP_SRC.unwildcard(mask);
        loop.upcalls.complete(packet, new Megaflow(key, mask, List.of(new Action.Output(OUT))).in(0), install);
    }

    private DatapathPort port(int number) {
        SharedPort shared = new SharedPort(number, "port" + number) {
            @Override
            DatapathPort newPart(PollLoop in) {
                return new Recorder(this);
            }

            @Override
            void close() {}
        };
        return shared.join(loop);
    }

    /** Takes note of what is sent. */
    private final class Recorder extends DatapathPort {
        Recorder(SharedPort shared) {
            super(shared, UpcallsTest.this.loop);
        }

        @Override
        void transmit(@Nullable Packet[] packets, int count) {
            for (int i = 0; i < count; i++) {
                Packet packet = Objects.requireNonNull(packets[i]);
                sent.add(Bytes.i32(packet.memory, packet.offset + SEQUENCE));
                loop.pool.give(packet);
            }
        }
    }
}
