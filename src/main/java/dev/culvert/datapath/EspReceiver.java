package dev.culvert.datapath;

import dev.culvert.ipsec.esp.InboundSa;
import dev.culvert.ipsec.esp.SaTable;
import dev.culvert.ipsec.esp.UdpEncapsulation;
import dev.culvert.packet.Bytes;
import dev.culvert.packet.DropReason;
import dev.culvert.packet.Ip;
import dev.culvert.packet.Packet;
import dev.culvert.packet.PacketRing;
import dev.culvert.packet.Udp;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes tunnel packets out of ESP, and sorts IKE out for the conductor: what comes in at ports 500 and 4500, and as IP
 * protocol 50. The poll loop's.
 */
final class EspReceiver {
    /** IKE messages that wait for the conductor at most; more than that is a flood, and peers repeat what is lost. */
    private static final int IKE_WAITING = 64;

    /** An association to receive by, and the tunnels that may come in by it. */
    static final class Arrival {
        final InboundSa sa;
        final Protection protection;

        /** When its last genuine packet came, by {@link System#nanoTime}; {@link Long#MIN_VALUE} before the first. */
        long lastNanos = Long.MIN_VALUE;

        Arrival(InboundSa sa, Protection protection) {
            this.sa = sa;
            this.protection = protection;
        }
    }

    private final PollLoop loop;
    private final PacketRing ike = new PacketRing(IKE_WAITING);
    private SaTable<Arrival> associations = new SaTable<>(Map.of());

    /** What can be opened in a moment. */
    final EarlyEsp early;

    /** Where the tunnel packet lies that was opened last, and whose it is. */
    int payload;

    @Nullable
    Protection protection;

    /** By what it came. */
    int spi;

    long sequence;

    EspReceiver(PollLoop loop) {
        this.loop = loop;
        early = new EarlyEsp(loop);
    }

    /** Replaces the associations. As a command. */
    void configure(SaTable<Arrival> table) {
        associations = table;
        early.configured(table);
    }

    /**
     * Opens a packet: {@link #payload} and {@link #protection} tell of it.
     *
     * @param kind what the socket receives
     * @return the bytes of the tunnel packet, without UDP's header; 0 if there is none and nothing is to be counted; or the
     *     code of why it is dropped
     */
    int open(UnderlayPort.Kind kind, MemorySegment memory, int at, int length) {
        if (kind == UnderlayPort.Kind.ESP_IN_UDP) {
            switch (UdpEncapsulation.of(memory, at, length)) {
                case IKE, MALFORMED -> throw new AssertionError("sorted out before");
                case KEEPALIVE -> {
                    return 0;
                }
                case ESP -> {}
            }
        }
        if (length < 2 * Integer.BYTES) {
            return DropReason.ESP_MALFORMED.code();
        }
        Arrival arrival = associations.find(Bytes.i32(memory, at));
        if (arrival == null) {
            return DropReason.ESP_SA_NOT_FOUND.code();
        }
        int opened = arrival.sa.open(memory, at, length);
        if (opened < 0) {
            return opened;
        }
        arrival.lastNanos = loop.now;
        protection = arrival.protection;
        spi = arrival.sa.spi();
        sequence = arrival.sa.openedSequence();
        payload = at + arrival.sa.suite().headerLength();
        return tunnelPacket(arrival, memory, opened);
    }

    /** Checks that what was inside is what the association is for (RFC 4301 section 5.2, step 4). */
    private int tunnelPacket(Arrival arrival, MemorySegment memory, int length) {
        Protection secret = arrival.protection;
        if (!secret.type.isUdp()) {
            return arrival.sa.nextHeader() == Ip.PROTOCOL_GRE ? length : DropReason.IPSEC_POLICY.code();
        }
        if (arrival.sa.nextHeader() != Ip.PROTOCOL_UDP
                || length < Udp.HEADER
                || Bytes.u16(memory, payload + Udp.DESTINATION_PORT) != secret.port
                || Bytes.u16(memory, payload + Udp.LENGTH) > length
                || Bytes.u16(memory, payload + Udp.LENGTH) < Udp.HEADER) {
            return DropReason.IPSEC_POLICY.code();
        }
        // not its checksum: ESP has proved more than that could, and a NAT on the way makes it wrong (RFC 3948, 3.1.2)
        int inner = Bytes.u16(memory, payload + Udp.LENGTH) - Udp.HEADER;
        payload += Udp.HEADER;
        return inner;
    }

    /** Whether a datagram is for the conductor and not for {@link #open}. */
    static boolean isIke(UnderlayPort.Kind kind, MemorySegment memory, int at, int length) {
        if (kind == UnderlayPort.Kind.IKE) {
            return true;
        }
        if (kind != UnderlayPort.Kind.ESP_IN_UDP) {
            return false;
        }
        UdpEncapsulation what = UdpEncapsulation.of(memory, at, length);
        return what == UdpEncapsulation.IKE || what == UdpEncapsulation.MALFORMED;
    }

    /**
     * Copies a datagram for the conductor: this one may be one of several in a buffer.
     *
     * @param marker bytes in front of the message
     * @return the copy; null if there is none, which is counted
     */
    @Nullable
    Packet copyIke(MemorySegment memory, int at, int length, int marker) {
        Packet copy = length > marker ? loop.pool.take() : null;
        if (copy == null) {
            loop.drop(length > marker ? DropReason.NO_BUFFER : DropReason.IKE_MALFORMED);
            return null;
        }
        MemorySegment.copy(memory, at + marker, copy.memory, copy.offset, length - marker);
        copy.length = length - marker;
        return copy;
    }

    /** Has the conductor look at a message, which has its outer addresses, and its ports as its tunnel key. */
    void offerIke(Packet copy) {
        if (ike.offer(copy)) {
            loop.askConductor();
        } else {
            loop.drop(copy, DropReason.IKE_QUEUE_FULL);
        }
    }

    /** The next IKE message, or null; for the conductor's thread alone, which gives it back by a command. */
    @Nullable
    Packet nextIke() {
        return ike.poll();
    }
}
