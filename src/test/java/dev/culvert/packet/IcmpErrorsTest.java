package dev.culvert.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class IcmpErrorsTest {
    private final Random random = Frames.random("icmp errors");
    private final Packet out = new Packet(Arena.ofAuto().allocate(Packet.CAPACITY));

    @Test
    void tellsAnIpv4Sender() {
        Frames frame = Frames.tcp4().vlans(0x2064).payload(random, 2000);
        byte[] original = frame.build();
        assertThat(IcmpErrors.fragmentationNeeded(frame.packet(), 1450, out)).isTrue();
        byte[] message = Frames.bytes(out);
        assertThat(message).hasSize(18 + 576);
        byte[] start = Frames.hex("020000000001 020000000002 8100 2064 0800 4500 0240");
        assertThat(Arrays.copyOf(message, start.length)).isEqualTo(start);
        assertThat(Frames.naiveSum(message, 18, 20)).isEqualTo(0xffff);
        assertThat(Arrays.copyOfRange(message, 30, 40))
                .as("addresses, type and code")
                .isEqualTo(Frames.hex("0a000002 0a000001 0304"));
        assertThat(Frames.naiveSum(message, 38, 556)).isEqualTo(0xffff);
        assertThat(Arrays.copyOfRange(message, 42, 46)).isEqualTo(Frames.hex("0000 05aa"));
        assertThat(Arrays.copyOfRange(message, 46, message.length))
                .isEqualTo(Arrays.copyOfRange(original, 18, 18 + 548));
    }

    @Test
    void tellsAnIpv6Sender() {
        Frames frame = Frames.tcp6().payload(random, 2000);
        byte[] original = frame.build();
        assertThat(IcmpErrors.packetTooBig(frame.packet(), 1430, out)).isTrue();
        byte[] message = Frames.bytes(out);
        assertThat(message).hasSize(14 + 1280);
        assertThat(Arrays.copyOf(message, 22))
                .isEqualTo(Frames.hex("020000000001020000000002 86dd 60000000 04d8 3a 40"));
        assertThat(Arrays.copyOfRange(message, 22, 38)).isEqualTo(frame.destinationAddress);
        assertThat(Arrays.copyOfRange(message, 38, 54)).isEqualTo(frame.sourceAddress);
        assertThat(Arrays.copyOfRange(message, 54, 56)).isEqualTo(Frames.hex("0200"));
        assertThat(Arrays.copyOfRange(message, 58, 62)).isEqualTo(Frames.hex("00000596"));
        assertThat(Arrays.copyOfRange(message, 62, message.length))
                .isEqualTo(Arrays.copyOfRange(original, 14, 14 + 1232));
        int sum = Frames.naiveAdd(Frames.naiveSum(message, 22, 32), Frames.naiveAdd(58, 1240));
        assertThat(Frames.naiveAdd(sum, Frames.naiveSum(message, 54, 1240))).isEqualTo(0xffff);
    }

    @Test
    void quotesShortPacketsWhole() {
        Frames frame = Frames.tcp4().payload(random, 100);
        assertThat(IcmpErrors.fragmentationNeeded(frame.packet(), 100, out)).isTrue();
        assertThat(out.length).isEqualTo(14 + 28 + 152);
    }

    private void silent4(Consumer<Frames> change) {
        Frames frame = Frames.tcp4().payload(random, 500);
        change.accept(frame);
        out.reset();
        assertThat(IcmpErrors.fragmentationNeeded(frame.packet(), 400, out)).isFalse();
        assertThat(out.length).isZero();
    }

    private void silent6(Consumer<Frames> change) {
        Frames frame = Frames.tcp6().payload(random, 1500);
        change.accept(frame);
        out.reset();
        assertThat(IcmpErrors.packetTooBig(frame.packet(), 1400, out)).isFalse();
        assertThat(out.length).isZero();
    }

    @Test
    void isSilentWhereTheRfcsSaySo() {
        silent4(f -> f.fragment = 5);
        silent4(f -> f.destination = Ethernet.BROADCAST);
        silent4(f -> f.destinationAddress = new byte[] {(byte) 224, 0, 0, 1});
        silent4(f -> f.destinationAddress = new byte[] {-1, -1, -1, -1});
        silent4(f -> f.sourceAddress = new byte[4]);
        silent4(f -> f.sourceAddress = new byte[] {127, 0, 0, 1});
        silent4(f -> f.sourceAddress = new byte[] {(byte) 239, 0, 0, 1});
        for (int type : new int[] {3, 4, 5, 11, 12}) {
            silent4(f -> {
                f.protocol = 1;
                f.payload[0] = (byte) type;
            });
        }
        silent4(f -> f.ipv6 = true);
        silent6(f -> f.sourceAddress = new byte[16]);
        silent6(f -> f.sourceAddress[0] = -1);
        silent6(f -> f.destinationAddress = Frames.hex("ff020000000000000000000000000001"));
        silent6(f -> {
            f.protocol = 58;
            f.payload[0] = 2;
        });
        silent6(f -> {
            f.protocol = 58;
            f.payload[0] = (byte) 137;
        });
        silent6(f -> {
            f.extensionTypes = new int[] {44};
            f.extensions = new byte[][] {Frames.hex("00000009 00000001")};
        });
    }

    @Test
    void answersEchoRequestsAndFirstFragments() {
        Frames echo = Frames.tcp4().payload(random, 500);
        echo.protocol = 1;
        echo.payload[0] = 8;
        assertThat(IcmpErrors.fragmentationNeeded(echo.packet(), 400, out)).isTrue();
        Frames first = Frames.tcp4().payload(random, 500);
        first.fragment = 0x6000;
        assertThat(IcmpErrors.fragmentationNeeded(first.packet(), 400, out)).isTrue();
        Frames echo6 = Frames.tcp6().payload(random, 1500);
        echo6.protocol = 58;
        echo6.payload[0] = (byte) 128;
        assertThat(IcmpErrors.packetTooBig(echo6.packet(), 1400, out)).isTrue();
    }

    @Test
    void saysNothingThatHostsWouldNotBelieve() {
        assertThat(IcmpErrors.fragmentationNeeded(Frames.tcp4().packet(), 67, out))
                .isFalse();
        assertThat(IcmpErrors.packetTooBig(Frames.tcp6().packet(), 1279, out)).isFalse();
    }

    @Test
    void anyBytesMayBeTooBig() {
        for (int i = 0; i < 20_000; i++) {
            Frames frame = random.nextBoolean() ? Frames.tcp4() : Frames.tcp6();
            frame.protocol = random.nextBoolean() ? frame.protocol : frame.ipv6 ? 58 : 1;
            byte[] bytes = frame.payload(random, random.nextInt(40)).build();
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            Packet packet = Frames.packet(Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
            IcmpErrors.fragmentationNeeded(packet, 1400, out);
            IcmpErrors.packetTooBig(packet, 1400, out);
        }
    }
}
