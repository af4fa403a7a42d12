package dev.culvert.datapath;

import dev.culvert.ipsec.esp.UdpEncapsulation;
import dev.culvert.ipsec.ike.IkeDatagram;
import dev.culvert.linux.MessageBatch;
import dev.culvert.packet.DropReason;
import dev.culvert.packet.IpAddress;
import dev.culvert.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Sends IKE's datagrams by the sockets that it comes in by, on the poll loop's thread: few enough to go one by one. */
final class IkeSender {
    private static final int CONTROL = 64;

    private final PollLoop loop;
    private final MessageBatch batch = new MessageBatch(1, 1, CONTROL);

    IkeSender(PollLoop loop) {
        this.loop = loop;
    }

    /** As a command. */
    void send(UnderlayPort port, IkeDatagram datagram) {
        byte[] message = datagram.message();
        // a single byte keeps a NAT's mapping alive, and is no IKE (RFC 3948 section 2.3)
        boolean marked = port.kind == UnderlayPort.Kind.ESP_IN_UDP && message.length > 1;
        int marker = marked ? UdpEncapsulation.MARKER_LENGTH : 0;
        if (message.length + marker > SendBatch.LARGEST_SEND) {
            loop.drop(DropReason.FRAME_TOO_LONG);
            return;
        }
        Packet packet = loop.pool.take();
        if (packet == null) {
            loop.drop(DropReason.NO_BUFFER);
            return;
        }
        packet.memory.asSlice(packet.offset, marker).fill((byte) 0);
        MemorySegment.copy(message, 0, packet.memory, ValueLayout.JAVA_BYTE, packet.offset + marker, message.length);
        batch.clear(0);
        batch.vector(0, 0, packet.address(), marker + message.length);
        IpAddress local = datagram.local();
        IpAddress remote = datagram.remote();
        if (port.ipv6) {
            batch.destination6(0, remote.high(), remote.low(), 0, datagram.remotePort());
            if (!local.equals(IpAddress.NONE)) {
                batch.packetInfo6(0, 0, local.high(), local.low());
            }
        } else {
            batch.destination4(0, remote.ipv4(), datagram.remotePort());
            if (!local.equals(IpAddress.NONE)) {
                batch.packetInfo4(0, 0, local.ipv4());
            }
        }
        if (port.socket.send(batch, 0, 1) != 1) {
            loop.drop(DropReason.TRANSMIT_ERROR);
        }
        loop.pool.give(packet);
    }
}
