package dev.culvert.datapath;

import dev.culvert.linux.Errno;
import dev.culvert.linux.MessageBatch;
import dev.culvert.linux.MessageSocket;
import dev.culvert.linux.SocketOption;
import dev.culvert.linux.UdpSocket;
import dev.culvert.packet.DropReason;
import dev.culvert.packet.Packet;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What tunnels send, gathered for as long as it goes to the same socket: the cost of sending is the system call and not the
 * packet. A message is one outer packet, or several of one length to one neighbour that the kernel or the network card cuts
 * apart again (UDP_SEGMENT, udp(7)): a group. One instance serves all tunnel ports of a loop.
 */
final class SendBatch {
    /** Messages that are gathered at most. */
    static final int MESSAGES = 64;

    /** UDP's largest payload over IPv4 is 65,507 bytes; over IPv6, and with room for an option, a little less. */
    static final int LARGEST_SEND = 65_400;

    /** Bytes of {@link #staging}. */
    static final int STAGING = 4 * 65_536;

    private static final int CONTROL = 160;
    private static final int HELD = 512;

    private final PollLoop loop;
    private final MessageBatch batch = new MessageBatch(MESSAGES, UdpSocket.MAX_SEGMENTS, CONTROL);
    private final @Nullable Packet[] held = new @Nullable Packet[HELD];
    private final @Nullable TunnelPort[] senders = new @Nullable TunnelPort[MESSAGES];
    private final int[] packets = new int[MESSAGES];
    private final int[] bytes = new int[MESSAGES];
    private @Nullable MessageSocket socket;
    private int heldCount;
    private int messages;

    /** Where packets are made that do not leave from where they lie; in use up to {@link #staged}. */
    final MemorySegment staging;

    int staged;

    /** The last message, as long as packets may still join it. */
    private int groupSize;

    private int groupCount;
    private int groupBytes;
    private int groupTos;
    private int groupTtl;

    SendBatch(PollLoop loop, Arena arena) {
        this.loop = loop;
        this.staging = arena.allocate(STAGING, 64);
    }

    /** Whether the next message has to wait for a flush. */
    boolean isFull() {
        return messages == MESSAGES;
    }

    /** How many more messages there is room for. */
    int room() {
        return MESSAGES - messages;
    }

    /** Begins a message by a port; what must go to another socket is sent first. Returns its place in the batch. */
    int begin(TunnelPort port, MessageSocket to) {
        if (messages > 0 && (to != socket || messages == MESSAGES)) {
            flushKeepingStage();
        }
        closeGroup();
        socket = to;
        int i = messages++;
        senders[i] = port;
        packets[i] = 0;
        bytes[i] = 0;
        batch.clear(i);
        return i;
    }

    /** The messages; a place is good until the next {@link #begin}. */
    MessageBatch batch() {
        return batch;
    }

    /** Counts a frame of the last message. */
    void count(int length) {
        packets[messages - 1]++;
        bytes[messages - 1] += length;
    }

    /** Makes room for one more packet that is to stay as it is until it has left. */
    void prepareHold() {
        if (heldCount == HELD) {
            flush();
        }
    }

    /** Keeps a packet until all that was gathered has left. */
    void hold(Packet packet) {
        held[heldCount++] = packet;
    }

    /** Lets packets join the last message, which is a single one of this length so far. */
    void openGroup(int length, int tos, int ttl) {
        groupSize = length;
        groupCount = 1;
        groupBytes = length;
        groupTos = tos;
        groupTtl = ttl;
    }

    /** Adds a packet to the last message, if they may travel together. */
    boolean joinGroup(TunnelPort port, MessageSocket to, long address, int length, int tos, int ttl) {
        if (groupSize == 0
                || length > groupSize
                || to != socket
                || senders[messages - 1] != port
                || tos != groupTos
                || ttl != groupTtl
                || groupCount == UdpSocket.MAX_SEGMENTS
                || groupBytes + length > LARGEST_SEND) {
            return false;
        }
        batch.vector(messages - 1, groupCount++, address, length);
        groupBytes += length;
        if (length < groupSize) {
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

    /** Sends everything that was gathered. */
    void flush() {
        flushKeepingStage();
        staged = 0;
    }

    private void flushKeepingStage() {
        closeGroup();
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
                    failed(port, to, -sent);
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

    private void failed(TunnelPort port, MessageSocket by, int errno) {
        switch (errno) {
            case 0, Errno.ENOBUFS, Errno.ENOMEM -> {
                port.counters.txDropped++;
                loop.drop(DropReason.TRANSMIT_QUEUE_FULL, port.counters);
            }
            case Errno.EMSGSIZE -> {
                // the path has become narrower than we knew; the kernel knows it now, and the conductor will ask
                port.counters.txDropped++;
                port.tunnel.mtuDoubtful = true;
                loop.askConductor();
                loop.drop(DropReason.MTU_EXCEEDED, port.counters);
            }
            case Errno.EIO -> {
                // the way out cannot sum, so it cannot segment either: from now on one by one
                port.noSegmentation = true;
                port.counters.txErrors++;
                loop.drop(DropReason.TRANSMIT_ERROR, port.counters);
            }
            case Errno.ENETUNREACH, Errno.EHOSTUNREACH, Errno.ENETDOWN, Errno.EADDRNOTAVAIL -> {
                port.counters.txDropped++;
                loop.drop(DropReason.TUNNEL_NO_ROUTE, port.counters);
            }
            default -> {
                EspLink link = port.tunnel.link;
                if (link != null && link.socket == by) {
                    port.tunnel.linkFailed = true; // its interface may have gone, and come anew
                }
                port.counters.txErrors++;
                loop.drop(DropReason.TRANSMIT_ERROR, port.counters);
            }
        }
    }
}
