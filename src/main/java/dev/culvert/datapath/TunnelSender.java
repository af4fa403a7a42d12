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
import java.lang.foreign.MemorySegment;

/**
 * Puts frames into tunnels and tunnels onto the host's own IP stack.
 *
 * <ol>
 *   <li>A frame that fits gets its tunnel header into its headroom and is sent from where it lies. Where the outer
 *       transport is UDP, frames of one length to one neighbour become one send ({@link SendBatch}).
 *   <li>A super-frame is cut into segments in a staging buffer, each behind its tunnel header: for UDP one send, for GRE
 *       a batch of them. Where the kernel can cut super-frames in tunnels, they are sent whole ({@link SuperFrameOffload}).
 *   <li>A frame that does not fit and may be fragmented goes out by a socket that lets the kernel fragment.
 *   <li>Where IPsec protects the tunnel, all of that is {@link EspSender}'s.
 * </ol>
 *
 * One instance serves all tunnel ports of a loop.
 */
final class TunnelSender {
    private final PollLoop loop;
    private final SendBatch out;
    private final EspSender protectedSender;
    private final Segmenter segmenter = new Segmenter();

    TunnelSender(PollLoop loop, SendBatch out, EspSender protectedSender) {
        this.loop = loop;
        this.out = out;
        this.protectedSender = protectedSender;
    }

    /** Takes a packet over and sends it, now or at the next flush. */
    void send(TunnelPort port, Packet packet) {
        if (!port.sends) {
            port.counters.txDropped++;
            loop.drop(packet, DropReason.TUNNEL_NOT_SET, port.counters);
            return;
        }
        if (port.protection != null) {
            protectedSender.send(port, port.protection, packet);
            return;
        }
        switch (loop.fit.check(packet, port.maxFrame(), true)) {
            case PathFit.WHOLE -> whole(port, packet, true);
            case PathFit.SEGMENTS -> {
                MessageSocket kernel = port.tunnel.segmenting;
                WholeSender udp = port.tunnel.whole;
                if (kernel != null && port.canLeaveWhole(packet)) {
                    superFrame(port, kernel, packet);
                } else if (udp == null || !port.canLeaveWhole(packet) || !superFrame(port, udp, packet)) {
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
            default -> port.counters.tooLong();
        }
    }

    /** @param fits whether it goes through the path in one piece; if not, the kernel is to fragment it */
    private void whole(TunnelPort port, Packet packet, boolean fits) {
        int length = packet.length;
        if (packet.checksumPartial && !Checksum.finish(packet)) {
            port.counters.txDropped++;
            loop.drop(packet, DropReason.OFFLOAD_INVALID, port.counters);
            return;
        }
        int tos = port.tos(packet);
        int ttl = port.ttl(packet);
        Outlet outlet = port.outlet(fits);
        MessageSocket to = outlet.socket(packet);
        if (!packet.push(outlet.prefixLength)) {
            port.counters.txDropped++;
            loop.drop(packet, DropReason.NO_HEADROOM, port.counters);
            return;
        }
        MemorySegment.copy(outlet.prefix, 0, packet.memory, packet.offset, outlet.prefixLength);
        port.complete(outlet, packet.memory, packet.offset, packet.length, tos, ttl);
        out.prepareHold();
        if (!fits || !out.joinGroup(port, to, packet.address(), packet.length, tos, ttl)) {
            int i = message(port, outlet, to, tos, ttl);
            out.batch().vector(i, 0, packet.address(), packet.length);
            if (fits && Outlet.segments(to) && !port.noSegmentation) {
                out.openGroup(packet.length, tos, ttl);
            }
        }
        out.count(length);
        out.hold(packet);
    }

    /** @param fits whether each segment goes through the path in one piece */
    private void segments(TunnelPort port, Packet packet, boolean fits) {
        DropReason refused = segmenter.begin(packet, packet.segmentSize);
        if (refused != null) {
            port.counters.txDropped++;
            loop.drop(packet, refused, port.counters);
            return;
        }
        int count = segmenter.count();
        int tos = port.tos(packet);
        int ttl = port.ttl(packet);
        Outlet outlet = port.outlet(fits);
        MessageSocket to = outlet.socket(packet);
        MemorySegment staging = out.staging;
        MessageBatch batch = out.batch();
        int stride = outlet.prefixLength + segmenter.headerLength() + segmenter.payload();
        boolean together = Outlet.segments(to) && !port.noSegmentation && fits;
        for (int first = 0; first < count; ) {
            if (out.staged + 2 * stride > SendBatch.STAGING || out.isFull()) {
                out.flush();
            }
            int staged = out.staged;
            int room = (SendBatch.STAGING - staged) / stride;
            int most = together ? Math.min(UdpSocket.MAX_SEGMENTS, SendBatch.LARGEST_SEND / stride) : out.room();
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
            out.staged = staged + (length + 63 & ~63);
            first += now;
        }
        out.count(packet.length);
        loop.pool.give(packet);
    }

    /** Sends a super-frame as it is: the kernel puts the headers on. */
    private void superFrame(TunnelPort port, MessageSocket kernel, Packet packet) {
        out.prepareHold();
        int i = out.begin(port, kernel);
        Offloads.write(packet);
        MessageBatch batch = out.batch();
        batch.vector(i, 0, packet.address() - VirtioNetHeader.LENGTH, packet.length + VirtioNetHeader.LENGTH);
        int mark = GreSegmentation.mark(port.number, port.tos(packet));
        batch.control4(i, SocketOption.SOL_SOCKET, SocketOption.SO_MARK, mark);
        out.count(packet.length);
        out.hold(packet);
    }

    /** Sends a super-frame by a UDP tunnel as it is; false if the kernel does not take it, and it is to be cut here. */
    private boolean superFrame(TunnelPort port, WholeSender udp, Packet packet) {
        if (packet.offset < udp.headroom()) {
            return false;
        }
        out.flush(); // what came before it leaves before it
        int sent = udp.send(packet, port.tos(packet));
        if (sent > 0) {
            port.counters.txPackets++;
            port.counters.txBytes += packet.length;
            loop.pool.give(packet);
            return true;
        }
        if (sent == -Errno.ENOBUFS || sent == -Errno.ENOMEM || sent == -Errno.EAGAIN) {
            port.counters.txDropped++;
            loop.drop(packet, DropReason.TRANSMIT_QUEUE_FULL, port.counters);
            return true;
        }
        port.tunnel.whole = null; // until the conductor says anew where the tunnel leads
        return false;
    }

    /** Begins a message with its outer header. */
    private int message(TunnelPort port, Outlet outlet, MessageSocket to, int tos, int ttl) {
        int i = out.begin(port, to);
        MessageBatch batch = out.batch();
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
        out.flush();
    }
}
