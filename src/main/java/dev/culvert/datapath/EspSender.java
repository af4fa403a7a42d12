package dev.culvert.datapath;

import dev.culvert.ipsec.esp.EspSuite;
import dev.culvert.linux.MessageBatch;
import dev.culvert.linux.MessageSocket;
import dev.culvert.linux.SocketOption;
import dev.culvert.packet.Bytes;
import dev.culvert.packet.Checksum;
import dev.culvert.packet.DropReason;
import dev.culvert.packet.Ip;
import dev.culvert.packet.Ipv4;
import dev.culvert.packet.Packet;
import dev.culvert.packet.Segmenter;
import dev.culvert.packet.Udp;
import dev.culvert.tunnel.TunnelConfig;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Puts frames into tunnels that IPsec protects: tunnel header, ESP around it (transport mode), and onto the host's IP stack.
 * Nothing here can send in clear: a frame without a security association waits.
 *
 * <p>A frame that fits is sealed where it lies; a super-frame is cut into segments in the staging buffer, each of them sealed
 * there. Raw ESP leaves as a batch of packets, past the IP stack where it may ({@link EspLink}); in UDP, those of one length are
 * one send ({@link SendBatch}).
 */
final class EspSender {
    private final PollLoop loop;
    private final SendBatch out;
    private final Segmenter segmenter = new Segmenter();

    EspSender(PollLoop loop, SendBatch out) {
        this.loop = loop;
        this.out = out;
    }

    /** Takes a packet over: sends it, now or at the next flush, or has it wait. */
    void send(TunnelPort port, Protection protection, Packet packet) {
        EspPath path = protection.path;
        if (path == null) {
            protection.hold(loop, port, packet);
            return;
        }
        switch (loop.fit.check(packet, port.maxFrame(), true)) {
            case PathFit.WHOLE -> whole(port, path, link(port, path, packet), packet, true);
            case PathFit.SEGMENTS -> segments(port, path, link(port, path, packet), packet, true);
            case PathFit.TOO_LONG -> {
                loop.fit.fragmented++;
                if (packet.segmentType == Packet.SEGMENT_NONE) {
                    whole(port, path, null, packet, false);
                } else {
                    segments(port, path, null, packet, false);
                }
            }
            default -> port.counters.tooLong();
        }
    }

    private @Nullable EspLink link(TunnelPort port, EspPath path, Packet packet) {
        EspLink link = path.udp ? null : port.tunnel.link;
        return link != null && link.takes(path, packet, loop.now) ? link : null;
    }

    /** Bytes in front of ESP that are not the kernel's to make. */
    private static int outer(EspPath path, @Nullable EspLink link, boolean fits) {
        return link != null ? EspLink.headerLength(path.ipv6) : path.ownHeader(fits) ? Ipv4.HEADER : 0;
    }

    private static void writeOuter(
            TunnelPort port,
            EspPath path,
            @Nullable EspLink link,
            MemorySegment memory,
            int at,
            int length,
            int tos,
            int ttl) {
        if (link != null) {
            link.write(memory, at, path, length, tos, ttl);
        } else {
            path.writeHeader(memory, at, tos, ttl, port.config.dontFragment());
        }
    }

    private void whole(TunnelPort port, EspPath path, @Nullable EspLink link, Packet packet, boolean fits) {
        int length = packet.length;
        if (packet.checksumPartial && !Checksum.finish(packet)) {
            port.counters.txDropped++;
            loop.drop(packet, DropReason.OFFLOAD_INVALID, port.counters);
            return;
        }
        int tos = port.tos(packet);
        int ttl = port.ttl(packet);
        if (loop.isWatched()) {
            watch(port, path, packet.memory, packet.offset, length);
        }
        int prefix = port.protectedPrefix.prefixLength;
        int header = path.sa.suite().headerLength();
        int outer = outer(path, link, fits);
        if (!packet.push(outer + header + prefix)) {
            port.counters.txDropped++;
            loop.drop(packet, DropReason.NO_HEADROOM, port.counters);
            return;
        }
        MemorySegment memory = packet.memory;
        int start = packet.offset;
        int at = start + outer + header;
        MemorySegment.copy(port.protectedPrefix.prefix, 0, memory, at, prefix);
        int total = seal(port, path, memory, at, prefix + length, packet.entropy, tos, ttl);
        if (total < 0) {
            port.counters.txDropped++;
            loop.drop(packet, DropReason.of(total), port.counters);
            return;
        }
        if (outer != 0) {
            writeOuter(port, path, link, memory, start, total, tos, ttl);
        }
        packet.length = outer + total;
        out.prepareHold();
        emit(port, path, link, packet.address(), packet.length, tos, ttl, fits);
        out.count(length);
        out.hold(packet);
    }

    private void segments(TunnelPort port, EspPath path, @Nullable EspLink link, Packet packet, boolean fits) {
        DropReason refused = segmenter.begin(packet, packet.segmentSize);
        if (refused != null) {
            port.counters.txDropped++;
            loop.drop(packet, refused, port.counters);
            return;
        }
        int count = segmenter.count();
        int tos = port.tos(packet);
        int ttl = port.ttl(packet);
        Outlet prefix = port.protectedPrefix;
        EspSuite suite = path.sa.suite();
        int outer = outer(path, link, fits);
        int plain = prefix.prefixLength + segmenter.headerLength() + segmenter.payload();
        int stride = outer + plain + suite.overhead(plain) + 64;
        for (int i = 0; i < count; i++) {
            if (out.staged + stride > SendBatch.STAGING) {
                out.flush();
            }
            int start = out.staged;
            int at = start + outer + suite.headerLength();
            int length = segmenter.emit(i, 1, prefix.prefix, prefix.prefixLength, out.staging, at);
            if (loop.isWatched()) {
                int frame = at + prefix.prefixLength;
                watch(port, path, out.staging, frame, length - prefix.prefixLength);
            }
            int total = seal(port, path, out.staging, at, length, packet.entropy, tos, ttl);
            if (total < 0) {
                port.counters.txDropped++;
                loop.drop(packet, DropReason.of(total), port.counters);
                return;
            }
            if (outer != 0) {
                writeOuter(port, path, link, out.staging, start, total, tos, ttl);
            }
            emit(port, path, link, out.staging.address() + start, outer + total, tos, ttl, fits);
            out.staged = start + (outer + total + 63 & ~63);
        }
        out.count(packet.length);
        loop.pool.give(packet);
    }

    /** Shows a frame that is about to be sealed: it lies where its ciphertext will. */
    private void watch(TunnelPort port, EspPath path, MemorySegment memory, int at, int length) {
        loop.watch(
                FrameWatch.Event.SEALED, null, port.number, path.sa.spi(), path.sa.sequence() + 1, memory, at, length);
    }

    /** Completes a packet's own headers and makes an ESP packet of it; returns its length, or the code of why not. */
    private static int seal(
            TunnelPort port, EspPath path, MemorySegment memory, int at, int length, int entropy, int tos, int ttl) {
        if (!port.config.type().isUdp()) {
            port.complete(port.protectedPrefix, memory, at, length, tos, ttl);
            return path.sa.seal(memory, at, length, Ip.PROTOCOL_GRE);
        }
        Bytes.put16(memory, at + Udp.SOURCE_PORT, entropy);
        Bytes.put16(memory, at + Udp.LENGTH, length);
        // ESP protects better than a checksum does; over IPv6 there must be one all the same, as far as no NAT breaks
        // it
        boolean summed = path.ipv6 || (port.config.checksum() == TunnelConfig.Checksums.ON && !path.udp);
        if (summed) {
            int sum = Checksum.add(pseudoSum(path, length), Checksum.sum(memory, at, length));
            Bytes.put16(memory, at + Udp.CHECKSUM, Checksum.complement(sum, true));
        }
        return path.sa.seal(memory, at, length, Ip.PROTOCOL_UDP);
    }

    /** The sum of the pseudo-header (RFC 768, RFC 8200 section 8.1). */
    private static int pseudoSum(EspPath path, int length) {
        int addresses = Checksum.add(words(path.localLo, !path.ipv6), words(path.remoteLo, !path.ipv6));
        if (path.ipv6) {
            addresses = Checksum.add(addresses, Checksum.add(words(path.localHi, false), words(path.remoteHi, false)));
        }
        return Checksum.add(addresses, Checksum.fold((long) Ip.PROTOCOL_UDP + length));
    }

    private static int words(long address, boolean ipv4) {
        long low = (address & 0xffff) + (address >>> 16 & 0xffff);
        return Checksum.fold(ipv4 ? low : low + (address >>> 32 & 0xffff) + (address >>> 48));
    }

    private void emit(
            TunnelPort port,
            EspPath path,
            @Nullable EspLink link,
            long address,
            int length,
            int tos,
            int ttl,
            boolean fits) {
        if (link != null) {
            int i = out.begin(port, link.socket);
            out.batch().vector(i, 0, address, length);
            return;
        }
        MessageSocket to = fits ? path.fitting : path.fragmenting;
        if (fits && path.udp && out.joinGroup(port, to, address, length, tos, ttl)) {
            return;
        }
        int i = out.begin(port, to);
        MessageBatch batch = out.batch();
        batch.vector(i, 0, address, length);
        if (path.ipv6) {
            batch.destination6(i, path.remoteHi, path.remoteLo, 0, path.remotePort);
            batch.packetInfo6(i, 0, path.localHi, path.localLo);
            if (tos != 0) {
                batch.control4(i, SocketOption.IPPROTO_IPV6, SocketOption.IPV6_TCLASS, tos);
            }
            batch.control4(i, SocketOption.IPPROTO_IPV6, SocketOption.IPV6_HOPLIMIT, ttl);
        } else {
            batch.destination4(i, (int) path.remoteLo, path.remotePort);
            batch.packetInfo4(i, 0, (int) path.localLo);
            if (tos != 0) {
                batch.control4(i, SocketOption.IPPROTO_IP, SocketOption.IP_TOS, tos);
            }
            if (!path.ownHeader(fits)) {
                batch.control4(i, SocketOption.IPPROTO_IP, SocketOption.IP_TTL, ttl);
            }
        }
        if (port.mark != 0) {
            batch.control4(i, SocketOption.SOL_SOCKET, SocketOption.SO_MARK, port.mark);
        }
        if (fits && Outlet.segments(to) && !port.noSegmentation) {
            out.openGroup(length, tos, ttl);
        }
    }
}
