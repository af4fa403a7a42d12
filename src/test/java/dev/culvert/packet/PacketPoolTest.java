package dev.culvert.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PacketPoolTest {
    private final Arena arena = Arena.ofShared();
    private final PacketPool one = new PacketPool(arena, 3);
    private final PacketPool other = new PacketPool(arena, 3);

    @AfterEach
    void tearDown() {
        arena.close();
    }

    @Test
    void aPacketThatAnotherPoolIsGivenGoesHome() {
        Packet packet = Objects.requireNonNull(one.take());
        other.give(packet);
        assertThat(other.available()).isEqualTo(3);
        assertThat(one.available()).isEqualTo(2);
        one.reclaim();
        assertThat(one.available()).isEqualTo(3);
        assertThat(one.take()).isSameAs(packet);
    }

    @Test
    void allPacketsFindTheirWayHomeAtOnce() {
        List<Packet> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(Objects.requireNonNull(one.take()));
        }
        all.forEach(other::give);
        one.reclaim();
        assertThat(one.available()).isEqualTo(3);
    }

    @Test
    void whatIsKeptIsOnesOwn() {
        Packet own = Objects.requireNonNull(one.take());
        assertThat(one.adopt(own)).isSameAs(own);

        Packet foreign = Objects.requireNonNull(other.take());
        foreign.length = 5;
        foreign.inPort = 7;
        Bytes.put32(foreign.memory, foreign.offset, 0x01020304);
        Packet copy = Objects.requireNonNull(one.adopt(foreign));
        assertThat(copy).isNotSameAs(foreign);
        assertThat(copy.length).isEqualTo(5);
        assertThat(copy.inPort).isEqualTo(7);
        assertThat(Bytes.i32(copy.memory, copy.offset)).isEqualTo(0x01020304);
        other.reclaim();
        assertThat(other.available()).isEqualTo(3);

        one.take();
        assertThat(one.adopt(Objects.requireNonNull(other.take())))
                .as("no room")
                .isNull();
        other.reclaim();
        assertThat(other.available()).isEqualTo(3);
    }

    @Test
    void twoThreadsPassPacketsOnInOrder() throws Exception {
        PacketRing ring = new PacketRing(2);
        int rounds = 200_000;
        List<Integer> wrong = new ArrayList<>();
        Thread receiver = Thread.ofPlatform().start(() -> {
            for (int expected = 0; expected < rounds; ) {
                Packet packet = ring.poll();
                if (packet == null) {
                    Thread.onSpinWait();
                    continue;
                }
                if (packet.outPort != expected) {
                    wrong.add(packet.outPort);
                }
                expected++;
                other.give(packet);
            }
        });
        for (int sent = 0; sent < rounds; ) {
            one.reclaim();
            Packet packet = one.take();
            if (packet == null) {
                Thread.onSpinWait();
                continue;
            }
            packet.outPort = sent;
            if (ring.offer(packet)) {
                sent++;
            } else {
                one.give(packet);
            }
        }
        receiver.join();
        one.reclaim();
        assertThat(wrong).isEmpty();
        assertThat(one.available()).isEqualTo(3);
    }
}
