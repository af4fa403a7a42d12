package dev.culvert.datapath;

import dev.culvert.ipsec.esp.SaTable;
import dev.culvert.packet.Bytes;
import dev.culvert.packet.DropReason;
import dev.culvert.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * ESP that is here before the keys that open it. Whoever answers an IKE request may send by the new association at once (RFC 7296
 * section 2.8), and its packets go to the loop, while its answer goes to the conductor, which has a key exchange to compute. So what
 * comes by an SPI that has been offered to somebody waits for a moment. Nobody else can guess such an SPI. The first loop's.
 */
final class EarlyEsp {
    /** Offers that are remembered, the newest. */
    private static final int OFFERS = 64;

    /** Packets that wait at most. */
    static final int WAITING_MAX = 16;

    /** How long one waits; then it is dropped when another one comes. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final PollLoop loop;

    /** No association has SPI 0 (RFC 4303 section 2.1). */
    private final int[] offered = new int[OFFERS];

    private int nextOffer;
    private final @Nullable Packet[] packets = new @Nullable Packet[WAITING_MAX];
    private final @Nullable UnderlayPort[] ports = new @Nullable UnderlayPort[WAITING_MAX];
    private final long[] since = new long[WAITING_MAX];
    private int waiting;

    EarlyEsp(PollLoop loop) {
        this.loop = loop;
    }

    /** Somebody has been told that we receive by an SPI. As a command. */
    void offer(int spi) {
        offered[nextOffer] = spi;
        nextOffer = (nextOffer + 1) % OFFERS;
    }

    /**
     * Keeps a copy of a packet if it will be possible to open it.
     *
     * @param outer where it came from
     * @return whether it has been kept; otherwise it is the caller's to drop
     */
    boolean keep(UnderlayPort from, OuterHeader outer, Packet packet, int at, int length) {
        if (length < Integer.BYTES || !isOffered(Bytes.i32(packet.memory, at))) {
            return false;
        }
        forgetOld();
        if (waiting == WAITING_MAX || !loop.mayWait()) {
            return false;
        }
        Packet copy = loop.pool.take();
        if (copy == null) {
            return false;
        }
        MemorySegment.copy(packet.memory, at, copy.memory, copy.offset, length);
        copy.length = length;
        outer.describe(copy);
        loop.frameWaits(1);
        packets[waiting] = copy;
        ports[waiting] = from;
        since[waiting++] = loop.now;
        return true;
    }

    private boolean isOffered(int spi) {
        for (int each : offered) {
            if (each == spi && spi != 0) {
                return true;
            }
        }
        return false;
    }

    private void forgetOld() {
        while (waiting > 0 && loop.now - since[0] > PATIENCE_NANOS) {
            dropFirst();
        }
    }

    /** There are other associations: packets that can be opened by now are received, in their order. As a command. */
    void configured(SaTable<?> associations) {
        for (int i = 0; i < OFFERS; i++) {
            if (offered[i] != 0 && associations.find(offered[i]) != null) {
                offered[i] = 0;
            }
        }
        int before = waiting;
        int i = 0;
        while (i < waiting) {
            Packet packet = packets[i];
            UnderlayPort from = ports[i];
            if (packet != null && from != null && associations.find(Bytes.i32(packet.memory, packet.offset)) != null) {
                take(i);
                loop.tunnelReceiver.again(from, packet);
            } else {
                i++;
            }
        }
        if (waiting != before) {
            loop.flushPorts();
        }
    }

    /** Drops all, and forgets what was offered. As a command. */
    void clear() {
        Arrays.fill(offered, 0);
        while (waiting > 0) {
            dropFirst();
        }
    }

    private void dropFirst() {
        Packet packet = take(0);
        if (packet != null) {
            loop.drop(packet, DropReason.ESP_SA_NOT_FOUND);
        }
    }

    private @Nullable Packet take(int i) {
        Packet packet = packets[i];
        waiting--;
        System.arraycopy(packets, i + 1, packets, i, waiting - i);
        System.arraycopy(ports, i + 1, ports, i, waiting - i);
        System.arraycopy(since, i + 1, since, i, waiting - i);
        packets[waiting] = null;
        ports[waiting] = null;
        loop.frameWaits(-1);
        return packet;
    }
}
