package dev.culvert.ipsec.esp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sealing and opening make garbage, which is the JDK's ciphers', but no more of it for a long packet than for a short one. */
@Timeout(60)
class EspGarbageTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int PACKETS = 2_000;
    private static final int AT = 64;

    private final EspTestKit kit = new EspTestKit();

    @ParameterizedTest
    @EnumSource(names = {"AES_GCM_16_128", "AES_GCM_16_256", "AES_CBC_128_SHA2_256", "AES_CBC_256_SHA2_512"})
    void doesNotGrowWithThePacket(EspSuite suite) throws Exception {
        EspKeys keys = kit.keys(suite, false);
        try (OutboundSa out = new OutboundSa(keys, kit.scratch);
                InboundSa in = new InboundSa(keys, kit.scratch)) {
            long low = 0;
            long high = Long.MAX_VALUE;
            // compilation takes place meanwhile, in which what escapes changes: soon it must come to rest
            for (int i = 0; i < 30 && high - low > 100; i++) {
                long small = perPacket(out, in, 64);
                long large = perPacket(out, in, 8_000);
                low = Math.min(small, large);
                high = Math.max(small, large);
            }
            assertThat(high - low).as("%d and %d bytes a packet", low, high).isLessThanOrEqualTo(100);
            assertThat(high).isLessThan(4_000);
        }
    }

    /** Bytes for each packet that is sealed and opened. */
    private long perPacket(OutboundSa out, InboundSa in, int length) {
        int header = out.suite().headerLength();
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < PACKETS; i++) {
            int total = out.seal(kit.memory, AT, length, 47);
            if (in.open(kit.memory, AT - header, total) != length) {
                throw new AssertionError();
            }
        }
        return (THREADS.getCurrentThreadAllocatedBytes() - before) / PACKETS;
    }
}
