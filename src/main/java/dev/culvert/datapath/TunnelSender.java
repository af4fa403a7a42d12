package dev.culvert.datapath;

import dev.culvert.linux.Errno;
import dev.culvert.linux.GreSegmentation;
import dev.culvert.linux.MessageBatch;
import dev.culvert.linux.MessageSocket;
import dev.culvert.linux.SocketOption;
import dev.culvert.linux.UdpSocket;
import dev.culvert.linux.VirtioNetHeader;
import dev.culvert.packet.Checksum;
import dev.culvert.packet.DropReason;
import dev.culvert.packet.Packet;
import dev.culvert.packet.Segmenter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Puts frames into tunnels and tunnels onto the host's own IP stack.
 *
 * <ol>
 *   <li>A frame that fits gets its tunnel header into its headroom and is sent from where it lies. Where the outer
 *       transport is UDP, frames of one length to one neighbour become one send, cut apart again by the kernel or by the
 *       network card (UDP_SEGMENT, udp(7)).
 *   <li>A super-frame is cut into segments in a staging buffer, each behind its tunnel header: for UDP one send, for GRE
 *       a batch of them. Where the kernel can put GRE headers on a super-frame, it is sent whole ({@link GreOffload}).
 *   <li>A frame that does not fit and may be fragmented goes out by a socket that lets the kernel fragment.
 * </ol>
 *
 * One instance serves all tunnel ports of a loop. Messages are gathered for as long as they go to the same socket.
 */
final class TunnelSender {
    private static final int MESSAGES = 64;
    private static final int CONTROL = 160;

    /** UDP's largest payload over IPv4 is 65,507 bytes; over IPv6, and with room for an option, a little less. */
    private static final int LARGEST_SEND = 65_400;

    private static final int STAGING = 4 * 65_536;
    private static final int HELD = 512;

    private final PollLoop loop;
    private final MessageBatch batch = new MessageBatch(MESSAGES, UdpSocket.MAX_SEGMENTS, CONTROL);
    private final Segmenter segmenter = new Segmenter();
    private final MemorySegment staging;
    private final @Nullable Packet[] held = new @Nullable Packet[HELD];
    private final @Nullable TunnelPort[] senders = new @Nullable TunnelPort[MESSAGES];
    private final int[] packets = new int[MESSAGES];
    private final int[] bytes = new int[MESSAGES];
    private @Nullable MessageSocket socket;
    private int heldCount;
    private int staged;
    private int messages;

    /** The last message, as long as frames may still join it. */
    private int groupSize;

    private int groupCount;
    private int groupBytes;
    private int groupTos;
    private int groupTtl;

    TunnelSender(PollLoop loop, Arena arena) {
        this.loop = loop;
        this.staging = arena.allocate(STAGING, 64);
    }

    /** Takes a packet over and sends it, now or at the next flush. */
    void send(TunnelPort port, Packet packet) {
        if (!port.sends) {
            port.counters.txDropped++;
            loop.drop(packet, DropReason.TUNNEL_NOT_SET);
            return;
        }
        switch (loop.fit.check(packet, port.maxFrame(), true)) {
            case PathFit.WHOLE -> whole(port, packet, true);
            case PathFit.SEGMENTS -> {
                MessageSocket kernel = port.segmenting;
                if (kernel != null && port.canLeaveWhole(packet)) {
                    superFrame(port, kernel, packet);
                } else {
                    segments(port, packet, true);
                }
            }
            case PathFit.TOO_LONG -> {
                loop.fit.fragmented++;
                if (packet.segmentType == Packet.SEGMENT_NONE) {
                    whole(port, packet, false);
                } else {
                    segments(port, packet, false);
                }
            }
            default -> port.counters.txDropped++;
        }
    }

    /** @param fits whether it goes through the path in one piece; if not, the kernel is to fragment it */
    private void whole(TunnelPort port, Packet packet, boolean fits) {
        int length = packet.length;
        if (packet.checksumPartial && !Checksum.finish(packet)) {
            port.counters.txDropped++;
            loop.drop(packet, DropReason.OFFLOAD_INVALID);
            return;
        }
        int tos = port.tos(packet);
        int ttl = port.ttl(packet);
        Outlet outlet = port.outlet(fits);
        MessageSocket to = outlet.socket(packet);
        if (!packet.push(outlet.prefixLength)) {
            port.counters.txDropped++;
            loop.drop(packet, DropReason.NO_HEADROOM);
            return;
        }
        MemorySegment.copy(outlet.prefix, 0, packet.memory, packet.offset, outlet.prefixLength);
        port.complete(outlet, packet.memory, packet.offset, packet.length, tos, ttl);
        if (heldCount == HELD) {
            flush();
        }
        if (!fits || !joinGroup(port, to, packet, tos, ttl)) {
            int i = message(port, outlet, to, tos, ttl);
            batch.vector(i, 0, packet.address(), packet.length);
            if (fits && Outlet.segments(to) && !port.noSegmentation) {
                groupSize = packet.length;
                groupCount = 1;
                groupBytes = packet.length;
                groupTos = tos;
                groupTtl = ttl;
            }
        }
        packets[messages - 1]++;
        bytes[messages - 1] += length;
        held[heldCount++] = packet;
    }

    /** Adds a frame to the last message, if they may travel together. */
    private boolean joinGroup(TunnelPort port, MessageSocket to, Packet packet, int tos, int ttl) {
        if (groupSize == 0
                || packet.length > groupSize
                || to != socket
                || senders[messages - 1] != port
                || tos != groupTos
                || ttl != groupTtl
                || groupCount == UdpSocket.MAX_SEGMENTS
                || groupBytes + packet.length > LARGEST_SEND) {
            return false;
        }
        batch.vector(messages - 1, groupCount++, packet.address(), packet.length);
        groupBytes += packet.length;
        if (packet.length < groupSize) {
            closeGroup(); // only the last one may be shorter
        }
        return true;
    }

    private void closeGroup() {
        if (groupCount > 1) {
            batch.control2(messages - 1, SocketOption.SOL_UDP, SocketOption.UDP_SEGMENT, groupSize);
        }
        groupSize = 0;
        groupCount = 0;
    }

    /** @param fits whether each segment goes through the path in one piece */
    private void segments(TunnelPort port, Packet packet, boolean fits) {
        DropReason refused = segmenter.begin(packet, packet.segmentSize);
        if (refused != null) {
            port.counters.txDropped++;
            loop.drop(packet, refused);
            return;
        }
        int count = segmenter.count();
        int tos = port.tos(packet);
        int ttl = port.ttl(packet);
        Outlet outlet = port.outlet(fits);
        MessageSocket to = outlet.socket(packet);
        int stride = outlet.prefixLength + segmenter.headerLength() + segmenter.payload();
        boolean together = Outlet.segments(to) && !port.noSegmentation && fits;
        for (int first = 0; first < count; ) {
            if (staged + 2 * stride > STAGING || messages == MESSAGES) {
                flush();
            }
            int room = (STAGING - staged) / stride;
            int most = together ? Math.min(UdpSocket.MAX_SEGMENTS, LARGEST_SEND / stride) : MESSAGES - messages;
            int now = Math.min(count - first, Math.min(room, Math.max(1, most)));
            int length = segmenter.emit(first, now, outlet.prefix, outlet.prefixLength, staging, staged);
            if (together) {
                int i = message(port, outlet, to, tos, ttl);
                batch.vector(i, 0, staging.address() + staged, length);
                if (now > 1) {
                    batch.control2(i, SocketOption.SOL_UDP, SocketOption.UDP_SEGMENT, stride);
                }
            } else {
                int end = staged + length;
                for (int at = staged; at < end; at += stride) {
                    int size = Math.min(stride, end - at);
                    port.complete(outlet, staging, at, size, tos, ttl);
                    int i = message(port, outlet, to, tos, ttl);
                    batch.vector(i, 0, staging.address() + at, size);
                }
            }
            staged += length + 63 & ~63;
            first += now;
        }
        packets[messages - 1]++;
        bytes[messages - 1] += packet.length;
        loop.pool.give(packet);
    }

    /** Sends a super-frame as it is: the kernel puts the headers on. */
    private void superFrame(TunnelPort port, MessageSocket kernel, Packet packet) {
        if (heldCount == HELD) {
            flush();
        }
        int i = begin(port, kernel);
        Offloads.write(packet);
        batch.vector(i, 0, packet.address() - VirtioNetHeader.LENGTH, packet.length + VirtioNetHeader.LENGTH);
        int mark = GreSegmentation.mark(port.number, port.tos(packet));
        batch.control4(i, SocketOption.SOL_SOCKET, SocketOption.SO_MARK, mark);
        packets[i]++;
        bytes[i] += packet.length;
        held[heldCount++] = packet;
    }

    /** Begins an empty message; what must go to another socket is sent first. */
    private int begin(TunnelPort port, MessageSocket to) {
        if (messages > 0 && (to != socket || messages == MESSAGES)) {
            flushKeepingStage();
        }
        if (groupSize != 0) {
            closeGroup();
        }
        socket = to;
        int i = messages++;
        senders[i] = port;
        packets[i] = 0;
        bytes[i] = 0;
        batch.clear(i);
        return i;
    }

    /** Begins a message with its outer header. */
    private int message(TunnelPort port, Outlet outlet, MessageSocket to, int tos, int ttl) {
        int i = begin(port, to);
        if (port.ipv6) {
            batch.destination6(i, port.remoteHi, port.remoteLo, 0, port.config.port());
            if (port.hasLocal) {
                batch.packetInfo6(i, 0, port.localHi, port.localLo);
            }
            if (tos != 0) {
                batch.control4(i, SocketOption.IPPROTO_IPV6, SocketOption.IPV6_TCLASS, tos);
            }
            batch.control4(i, SocketOption.IPPROTO_IPV6, SocketOption.IPV6_HOPLIMIT, ttl);
        } else {
            batch.destination4(i, (int) port.remoteLo, port.config.port());
            if (port.hasLocal) {
                batch.packetInfo4(i, 0, (int) port.localLo);
            }
            if (tos != 0) {
                // even where the header is ours: routes can depend on it
                batch.control4(i, SocketOption.IPPROTO_IP, SocketOption.IP_TOS, tos);
            }
            if (outlet.ipHeader == 0) {
                batch.control4(i, SocketOption.IPPROTO_IP, SocketOption.IP_TTL, ttl);
            }
        }
        if (port.mark != 0) {
            batch.control4(i, SocketOption.SOL_SOCKET, SocketOption.SO_MARK, port.mark);
        }
        return i;
    }

    /** Sends everything that was gathered. */
    void flush() {
        flushKeepingStage();
        staged = 0;
    }

    private void flushKeepingStage() {
        if (groupSize != 0) {
            closeGroup();
        }
        MessageSocket to = socket;
        int done = 0;
        while (to != null && done < messages) {
            int sent = to.send(batch, done, messages - done);
            for (int i = 0; i < sent; i++) {
                TunnelPort port = senders[done + i];
                if (port != null) {
                    port.counters.txPackets += packets[done + i];
                    port.counters.txBytes += bytes[done + i];
                }
            }
            done += Math.max(sent, 0);
            if (sent <= 0) {
                TunnelPort port = senders[done];
                if (port != null) {
                    failed(port, -sent);
                }
                done++;
            }
        }
        messages = 0;
        while (heldCount > 0) {
            Packet packet = held[--heldCount];
            held[heldCount] = null;
            if (packet != null) {
                loop.pool.give(packet);
            }
        }
    }

    private void failed(TunnelPort port, int errno) {
        switch (errno) {
            case 0, Errno.ENOBUFS, Errno.ENOMEM -> {
                port.counters.txDropped++;
                loop.drop(DropReason.TRANSMIT_QUEUE_FULL);
            }
            case Errno.EMSGSIZE -> {
                // the path has become narrower than we knew; the kernel knows it now, and the conductor will ask
                port.counters.txDropped++;
                port.pathMtuDoubtful = true;
                loop.askConductor();
                loop.drop(DropReason.MTU_EXCEEDED);
            }
            case Errno.EIO -> {
                // the way out cannot sum, so it cannot segment either: from now on one by one
                port.noSegmentation = true;
                port.counters.txErrors++;
                loop.drop(DropReason.TRANSMIT_ERROR);
            }
            case Errno.ENETUNREACH, Errno.EHOSTUNREACH, Errno.ENETDOWN, Errno.EADDRNOTAVAIL -> {
                port.counters.txDropped++;
                loop.drop(DropReason.TUNNEL_NO_ROUTE);
            }
            default -> {
                port.counters.txErrors++;
                loop.drop(DropReason.TRANSMIT_ERROR);
            }
        }
    }
}
