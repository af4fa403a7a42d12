package dev.culvert.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.HashSet;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PacketTest {
    private final Random random = Frames.random("packet");

    @Test
    void headersAreAddedAndRemovedByArithmetic() {
        Frames frame = Frames.tcp4().payload(random, 100);
        frame.partial = true;
        Packet packet = frame.packet();
        packet.l3Offset = 14;
        packet.l4Offset = 34;
        byte[] before = Frames.bytes(packet);
        long address = packet.address();
        assertThat(packet.push(8)).isTrue();
        assertThat(packet.address()).isEqualTo(address - 8);
        assertThat(packet.checksumStart).isEqualTo(42);
        assertThat(packet.l3Offset).isEqualTo(22);
        assertThat(packet.pull(8)).isTrue();
        assertThat(Frames.bytes(packet)).isEqualTo(before);
        assertThat(packet.checksumStart).isEqualTo(34);
        assertThat(packet.l4Offset).isEqualTo(34);
        assertThat(packet.pull(20)).isTrue();
        assertThat(packet.l3Offset).isEqualTo(-1);
        assertThat(packet.l4Offset).isEqualTo(14);
    }

    @Test
    void refusesWhatDoesNotFit() {
        Packet packet = Frames.tcp4().payload(random, 100).packet();
        byte[] before = Frames.bytes(packet);
        assertThat(packet.push(Packet.HEADROOM + 1)).isFalse();
        assertThat(packet.push(-1)).isFalse();
        assertThat(packet.pull(packet.length + 1)).isFalse();
        assertThat(packet.pull(-1)).isFalse();
        packet.checksumPartial = true;
        packet.checksumStart = 34;
        assertThat(packet.pull(35)).isFalse();
        assertThat(Frames.bytes(packet)).isEqualTo(before);
        assertThat(packet.push(Packet.HEADROOM)).isTrue();
        assertThat(packet.offset).isZero();
    }

    @Test
    void vlanTagsComeAndGo() {
        Frames frame = Frames.tcp4().payload(random, 50);
        frame.partial = true;
        byte[] untagged = frame.build();
        byte[] tagged = frame.vlans(0x6123).build();
        byte[] twice = frame.vlans(0x0fff, 0x6123).build();
        Packet packet = frame.vlans().packet();
        assertThat(packet.insertVlan(0x8100, 0x6123)).isTrue();
        assertThat(Frames.bytes(packet)).isEqualTo(tagged);
        assertThat(packet.checksumStart).isEqualTo(38);
        assertThat(packet.insertVlan(0x8100, 0x0fff)).isTrue();
        assertThat(Frames.bytes(packet)).isEqualTo(twice);
        assertThat(packet.removeVlan()).isTrue();
        assertThat(packet.removeVlan()).isTrue();
        assertThat(Frames.bytes(packet)).isEqualTo(untagged);
        assertThat(packet.checksumStart).isEqualTo(34);
        assertThat(packet.removeVlan()).isFalse();
        packet.length = 13;
        assertThat(packet.insertVlan(0x8100, 1)).isFalse();
    }

    @Test
    void copiesEverything() {
        Packet original = Frames.tcp6().payload(random, 500).packet();
        original.pull(3);
        original.inPort = 7;
        original.fromTunnel = true;
        original.tunnelId = 123;
        original.checksumPartial = true;
        original.checksumStart = 40;
        Packet copy = new Packet(Arena.ofAuto().allocate(Packet.CAPACITY));
        copy.copyFrom(original);
        assertThat(Frames.bytes(copy)).isEqualTo(Frames.bytes(original));
        assertThat(copy)
                .usingRecursiveComparison()
                .ignoringFields("memory", "address")
                .isEqualTo(original);
        copy.reset();
        assertThat(copy.fromTunnel).isFalse();
        assertThat(copy.length).isZero();
    }

    @Test
    void wantsNativeMemoryOfItsSize() {
        assertThatThrownBy(() -> new Packet(Arena.ofAuto().allocate(100))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void thePoolGivesEachPacketOnceAndTheLastOneFirst() {
        try (Arena arena = Arena.ofConfined()) {
            PacketPool pool = new PacketPool(arena, 3);
            Set<Long> addresses = new HashSet<>();
            Packet last = null;
            for (int i = 0; i < 3; i++) {
                last = Objects.requireNonNull(pool.take());
                addresses.add(last.address());
            }
            assertThat(addresses).hasSize(3);
            assertThat(pool.take()).isNull();
            assertThat(pool.available()).isZero();
            last.length = 9;
            pool.give(last);
            assertThat(pool.take()).isSameAs(last);
            assertThat(last.length).isZero();
            assertThat(pool.size()).isEqualTo(3);
        }
    }
}
