package dev.culvert.datapath;

import dev.culvert.ipsec.esp.UdpEncapsulation;
import dev.culvert.linux.MessageBatch;
import dev.culvert.linux.MessageSocket;
import dev.culvert.linux.SocketOption;
import dev.culvert.packet.Bytes;
import dev.culvert.packet.ChecksumRepair;
import dev.culvert.packet.Coalescer;
import dev.culvert.packet.DropReason;
import dev.culvert.packet.FlowKey;
import dev.culvert.packet.Ip;
import dev.culvert.packet.MaximumSegmentSize;
import dev.culvert.packet.Packet;
import dev.culvert.packet.Udp;
import dev.culvert.tunnel.Ecn;
import dev.culvert.tunnel.GeneveHeader;
import dev.culvert.tunnel.GreHeader;
import dev.culvert.tunnel.TunnelHeader;
import dev.culvert.tunnel.TunnelTable;
import dev.culvert.tunnel.TunnelType;
import dev.culvert.tunnel.VxlanHeader;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Takes frames out of tunnels.
 *
 * <ol>
 *   <li>A batch is read from a socket of the host's stack, which has checked the outer IP header and UDP checksum, has put
 *       fragments together, and may have merged datagrams of one neighbour (UDP_GRO): each of those is looked at.
 *   <li>The tunnel header is decoded, the tunnel port found, the outer congestion mark carried in (RFC 6040).
 *   <li>TCP segments that continue each other become super-frames again, and so do UDP datagrams of one length where the
 *       kernel takes such ({@link UdpSuperFrames}). They are moved together inside the buffer they came in, so a read of
 *       64 KB becomes one frame without another buffer.
 *   <li>A frame whose inner checksum its sender left unfinished, as a kernel on a veth does, is found out and said so.
 *   <li>What came of the batch goes to the loop, in the order of arrival.
 * </ol>
 */
final class TunnelReceiver {
    private static final int READY = 512;

    /** Datagrams that one read may be made of (the kernel's UDP_MAX_SEGMENTS). */
    private static final int SEGMENTS = 128;

    private static final int MIN_FRAME = 14;

    /** An inner frame longer than this can only be one that waits for segmentation. */
    private static final int ETHERNET_OVERHEAD = 18;

    private final PollLoop loop;
    private final EspReceiver ipsec;
    private final Coalescer coalescer = new Coalescer(false);
    private final TunnelHeader header = new TunnelHeader();
    private final @Nullable Packet[] ready = new @Nullable Packet[READY];
    private int readyCount;

    /** Which port a packet belongs to; replaced as a whole when the configuration changes. As a command. */
    TunnelTable table = TunnelTable.EMPTY;

    private @Nullable DatapathPort[] ports = new @Nullable DatapathPort[0];

    /** Of the message at hand. */
    private final OuterHeader outer = new OuterHeader();

    /** Payload bytes of each datagram, where the message at hand is one tunnel packet with several inside; otherwise 0. */
    private int datagram;

    private @Nullable DatapathPort lastPort;

    TunnelReceiver(PollLoop loop, EspReceiver ipsec) {
        this.loop = loop;
        this.ipsec = ipsec;
    }

    /** Replaces the configuration. As a command. */
    void configure(TunnelTable newTable, @Nullable DatapathPort[] newPorts) {
        table = newTable;
        ports = newPorts;
    }

    boolean receive(UnderlayPort underlay) {
        coalescer.joinUdp(loop.udpSuperFrames.taken());
        int slots = loop.slots.prepare(0);
        int count = underlay.socket.receive(loop.slots.batch, slots);
        loop.slots.giveBack(Math.max(count, 0), slots);
        for (int i = 0; i < count; i++) {
            message(underlay, loop.slots.packet(i), loop.slots.batch, i);
        }
        drain();
        return count != 0;
    }

    private void message(UnderlayPort underlay, Packet packet, MessageBatch batch, int i) {
        int length = batch.length(i);
        if ((batch.flags(i) & MessageSocket.TRUNCATED) != 0) {
            loop.drop(packet, DropReason.TUNNEL_TRUNCATED);
            return;
        }
        int own = outer.read(underlay, packet, length, batch, i);
        if (own < 0) {
            loop.drop(packet, DropReason.TUNNEL_TRUNCATED);
            return;
        }
        int start = packet.offset + own;
        length -= own;
        int segment = length;
        if (underlay.udp) {
            segment = batch.controlInt(i, SocketOption.SOL_UDP, SocketOption.UDP_GRO, length);
        }
        if (segment <= 0) {
            loop.drop(packet, DropReason.TUNNEL_TRUNCATED);
            return;
        }
        datagram = 0;
        if (segment < length
                && underlay.kind == UnderlayPort.Kind.TUNNEL
                && isOne(underlay.type, packet, start, segment, length)) {
            datagram = segment;
            segment = length;
        }
        if (READY - readyCount < SEGMENTS) {
            drain(); // never in the midst of a message: its buffer may be one of those that are handed over
        }
        if ((long) segment * SEGMENTS < length) {
            loop.drop(packet, DropReason.TUNNEL_TRUNCATED);
            return;
        }
        boolean kept = false;
        for (int at = 0; at < length; at += segment) {
            int size = Math.min(segment, length - at);
            if (underlay.kind == UnderlayPort.Kind.TUNNEL) {
                kept |= segment(underlay.type, underlay.transport, null, packet, start + at, size, kept);
            } else {
                kept |= secret(underlay, packet, start + at, size, batch.sourcePort(i), kept);
            }
        }
        if (!kept) {
            loop.pool.give(packet);
        }
    }

    /**
     * Whether a message that the kernel says is of several datagrams is one tunnel packet, and it is the UDP inside that is of
     * several: a kernel's tunnel device on a veth sends guests' UDP super-frames whole, and the sizes of both are told alike.
     * All lengths have to agree to the byte, and the checksum has to be an unfinished one: what a guest writes into a single
     * frame must not reach over those of others behind it.
     */
    private boolean isOne(TunnelType type, Packet packet, int at, int segment, int length) {
        int tunnel = decode(type, packet.memory, at, length);
        int ip = tunnel < 0 ? -1 : Ip.find(packet.memory, at + tunnel, length - tunnel);
        long transport = ip < 0 || Ip.end(packet.memory, ip) != at + length ? -1 : Ip.transport(packet.memory, ip);
        if (transport < 0 || Ip.fragment(transport) != 0 || Ip.protocol(transport) != Ip.PROTOCOL_UDP) {
            return false;
        }
        int udp = Ip.position(transport);
        int size = at + length - udp;
        return size - Udp.HEADER > segment
                && Udp.isValid(packet.memory, udp, at + length)
                && Bytes.u16(packet.memory, udp + Udp.LENGTH) == size
                && Bytes.u16(packet.memory, udp + Udp.CHECKSUM)
                        == Ip.pseudoSum(packet.memory, ip, Ip.PROTOCOL_UDP, size);
    }

    private int decode(TunnelType type, MemorySegment memory, int at, int length) {
        return switch (type) {
            case VXLAN -> VxlanHeader.decode(memory, at, length, header);
            case GENEVE -> GeneveHeader.decode(memory, at, length, header);
            case GRE, IP6GRE -> GreHeader.decode(memory, at, length, header);
        };
    }

    /** Works on one datagram of IPsec, or ESP packet; otherwise as {@link #segment}. */
    private boolean secret(UnderlayPort underlay, Packet packet, int at, int length, int remotePort, boolean taken) {
        if (EspReceiver.isIke(underlay.kind, packet.memory, at, length)) {
            int marker = underlay.kind == UnderlayPort.Kind.IKE ? 0 : UdpEncapsulation.MARKER_LENGTH;
            Packet copy = ipsec.copyIke(packet.memory, at, length, marker);
            if (copy != null) {
                describe(copy, 0);
                copy.tunnelId = (long) underlay.port << 16 | remotePort;
                ipsec.offerIke(copy);
            }
            return false;
        }
        int opened = ipsec.open(underlay.kind, packet.memory, at, length);
        Protection by = ipsec.protection;
        if (opened <= 0 || by == null) {
            boolean early = opened == DropReason.ESP_SA_NOT_FOUND.code()
                    && ipsec.early.keep(underlay, outer, packet, at, length);
            if (opened < 0 && !early) {
                loop.drop(DropReason.of(opened));
            }
            return false;
        }
        return segment(by.type, by.transport, by, packet, ipsec.payload, opened, taken);
    }

    /** Works on a packet of IPsec that has waited. */
    void again(UnderlayPort underlay, Packet packet) {
        outer.restore(packet);
        datagram = 0;
        if (!secret(underlay, packet, packet.offset, packet.length, 0, false)) {
            loop.pool.give(packet);
        }
        drain();
    }

    /**
     * Works on one tunnel packet of a message.
     *
     * @param by what it was protected by; null for nothing
     * @param taken whether an earlier one has become the frame of the message's own buffer
     * @return whether this one has
     */
    private boolean segment(
            TunnelType type, int transport, @Nullable Protection by, Packet packet, int at, int length, boolean taken) {
        MemorySegment memory = packet.memory;
        int headerLength = decode(type, memory, at, length);
        if (headerLength < 0) {
            loop.drop(DropReason.of(headerLength));
            return false;
        }
        DatapathPort port = port(transport);
        if (port == null) {
            loop.drop(DropReason.TUNNEL_PORT_NOT_FOUND);
            return false;
        }
        if ((port instanceof TunnelPort tunnel ? tunnel.protection : null) != by) {
            port.counters.rxDropped++;
            loop.drop(by == null ? DropReason.IPSEC_CLEARTEXT : DropReason.IPSEC_POLICY, port.counters);
            return false;
        }
        if ((header.flags & TunnelHeader.OAM) != 0) {
            // a message between tunnel endpoints, and nobody here to understand it: it is no frame of the network's
            port.counters.rxDropped++;
            loop.drop(DropReason.GENEVE_CONTROL, port.counters);
            return false;
        }
        int frame = at + headerLength;
        int frameLength = length - headerLength;
        if (frameLength < MIN_FRAME) {
            port.counters.rxErrors++;
            loop.drop(DropReason.TUNNEL_TRUNCATED, port.counters);
            return false;
        }
        if ((outer.tos & Ecn.MASK) != 0 && !carryCongestion(packet, frame, frameLength)) {
            port.counters.rxDropped++;
            loop.drop(DropReason.TUNNEL_ECN_NOT_CAPABLE, port.counters);
            return false;
        }
        if (port != lastPort) {
            // equal flows of different tunnels are different flows
            coalescer.finish();
            lastPort = port;
        }
        port.counters.rxPackets++;
        port.counters.rxBytes += frameLength;
        if (by != null && loop.isWatched()) {
            loop.watch(
                    FrameWatch.Event.OPENED, null, port.number, ipsec.spi, ipsec.sequence, memory, frame, frameLength);
        }
        if (coalescer.offer(memory, frame, frameLength)) {
            return false;
        }
        Packet target = packet;
        if (taken) {
            Packet copy = loop.pool.take();
            if (copy == null) {
                port.counters.rxDropped++;
                loop.drop(DropReason.NO_BUFFER, port.counters);
                return false;
            }
            MemorySegment.copy(memory, frame, copy.memory, copy.offset, frameLength);
            copy.length = frameLength;
            target = copy;
        } else {
            target.offset = frame;
            target.length = frameLength;
        }
        describe(target, port.number);
        if (ChecksumRepair.inspect(target, mtuGuess(port), datagram) == ChecksumRepair.Result.BAD) {
            port.counters.rxErrors++;
            loop.drop(DropReason.CHECKSUM_BAD, port.counters);
            if (taken) {
                loop.pool.give(target);
            }
            return false;
        }
        if (frameLength <= MaximumSegmentSize.FRAME_MAX && port instanceof TunnelPort tunnel) {
            // the neighbour may not have done so, and it is our guests who are to send no more
            MaximumSegmentSize.clamp(target, tunnel.maxFrame());
        }
        ready[readyCount++] = target;
        if (!target.checksumPartial) {
            coalescer.open(target);
        }
        return !taken;
    }

    /** Applies the outer congestion mark to one of the frames in a message's buffer. */
    private boolean carryCongestion(Packet packet, int frame, int frameLength) {
        int offset = packet.offset;
        int length = packet.length;
        packet.offset = frame;
        packet.length = frameLength;
        boolean carried = Ecn.decapsulate(packet, outer.tos);
        packet.offset = offset;
        packet.length = length;
        return carried;
    }

    private static int mtuGuess(DatapathPort port) {
        return port instanceof TunnelPort tunnel ? tunnel.maxFrame() - ETHERNET_OVERHEAD : 1500 - ETHERNET_OVERHEAD;
    }

    private @Nullable DatapathPort port(int transport) {
        int number = table.find(
                transport, header.key, outer.destinationHi, outer.destinationLo, outer.sourceHi, outer.sourceLo);
        return number < 0 || number >= ports.length ? null : ports[number];
    }

    private void describe(Packet packet, int port) {
        packet.inPort = port;
        packet.tunnelId = header.key;
        outer.describe(packet);
        packet.tunnelFlags = (header.flags & TunnelHeader.CHECKSUM) != 0 ? FlowKey.TUNNEL_CSUM : 0;
        if (header.keyPresent) {
            packet.tunnelFlags |= FlowKey.TUNNEL_KEY;
        }
    }

    /** Hands over what has been gathered. */
    private void drain() {
        coalescer.finish();
        lastPort = null;
        for (int i = 0; i < readyCount; i++) {
            Packet packet = ready[i];
            ready[i] = null;
            if (packet != null) {
                loop.handle(packet);
            }
        }
        readyCount = 0;
    }
}
