package dev.culvert.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.packet.FlowExtractor;
import dev.culvert.packet.FlowKey;
import dev.culvert.packet.Frames;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EntropyPortTest {
    private static int port(Frames frame) {
        long[] key = FlowKey.create();
        FlowExtractor.extract(frame.packet(), key);
        return EntropyPort.of(key);
    }

    @Test
    void connectionsSpreadOverTheWholeRange() {
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            Frames frame = Frames.tcp4();
            frame.sourcePort = i;
            ports.add(port(frame));
        }
        assertThat(ports).allMatch(port -> port >= 32_768 && port < 61_000).hasSizeGreaterThan(900);
        assertThat(ports).anyMatch(port -> port < 34_000).anyMatch(port -> port > 59_500);
    }

    @Test
    void aConnectionKeepsItsPort() {
        Frames frame = Frames.tcp4().payload(new byte[99]);
        int port = port(frame);
        frame.sequence += 99;
        frame.ttl--;
        frame.flags |= 8;
        frame.tos = 3;
        assertThat(port(frame)).isEqualTo(port);
    }

    @Test
    void fragmentsOfOnePacketGoOneWay() {
        Frames frame = Frames.tcp4().udp().payload(new byte[64]);
        frame.fragment = 0x2000;
        int first = port(frame);
        frame.fragment = 0x0007;
        frame.sourcePort = 4711;
        assertThat(port(frame)).isEqualTo(first);
    }

    @Test
    void otherProtocolsSpreadByMacAddress() {
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            Frames frame = Frames.tcp4();
            frame.source += i;
            byte[] bytes = frame.build();
            bytes[12] = (byte) 0x88;
            bytes[13] = (byte) 0xcc;
            long[] key = FlowKey.create();
            FlowExtractor.extract(Frames.packet(bytes), key);
            ports.add(EntropyPort.of(key));
        }
        assertThat(ports).hasSizeGreaterThan(95);
    }
}
