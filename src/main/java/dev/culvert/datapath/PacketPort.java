package dev.culvert.datapath;

import dev.culvert.datapath.bpf.FlowPrograms;
import dev.culvert.linux.MessageBatch;
import dev.culvert.linux.PacketSocket;
import dev.culvert.linux.VirtioNetHeader;
import dev.culvert.packet.Bytes;
import dev.culvert.packet.DropReason;
import dev.culvert.packet.Ethernet;
import dev.culvert.packet.Packet;
import dev.culvert.packet.Vlan;
import org.jspecify.annotations.Nullable;

/**
 * An interface that exists already (a veth, a network card), through a packet socket. Super-frames come and go whole,
 * with the kernel's own note on what is still to be done to them.
 */
final class PacketPort extends LocalPort {
    /** A tag's type and control information. */
    private static final long LEFT = Integer.toUnsignedLong(FlowPrograms.LEFT_TYPE << 16 | FlowPrograms.LEFT_TCI);

    private final DeviceSockets sockets;

    /** The message that failed last, which is free again. */
    private int failing;

    /** Makes a loop's part of a port with open sockets, which all have in common. */
    PacketPort(SharedDevice device, PollLoop loop, DeviceSockets sockets) {
        super(device, loop);
        this.sockets = sockets;
    }

    @Override
    public int fd() {
        return sockets.receiving().fd();
    }

    @Override
    public boolean receive() {
        int slots = loop.slots.prepare(VirtioNetHeader.LENGTH);
        int count = sockets.receiving().receive(loop.slots.batch, slots);
        loop.slots.giveBack(Math.max(count, 0), slots);
        for (int i = 0; i < count; i++) {
            received(loop.slots.packet(i), loop.slots.batch, i);
        }
        return count != 0;
    }

    private void received(Packet packet, MessageBatch batch, int i) {
        packet.length = batch.length(i) - VirtioNetHeader.LENGTH;
        packet.inPort = number;
        if (packet.length < MIN_FRAME || (batch.flags(i) & PacketSocket.TRUNCATED) != 0 || !Offloads.read(packet)) {
            counters.rxErrors++;
            loop.drop(packet, DropReason.OFFLOAD_INVALID, counters);
            return;
        }
        // the kernel takes the outermost tag off and hands it over beside the frame
        int tci = batch.vlanTci(i);
        if (tci >= 0) {
            packet.insertVlan(batch.vlanTpid(i), tci);
        } else if (isLeft(packet)) {
            packet.removeVlan();
        }
        accept(packet);
    }

    /** Whether the programs in the kernel have left it; no sender's own tag is in a frame before one that is beside it. */
    private static boolean isLeft(Packet packet) {
        return packet.length >= Ethernet.HEADER + Vlan.TAG
                && Bytes.u32(packet.memory, packet.offset + Ethernet.TYPE) == LEFT;
    }

    @Override
    int write(Packet packet) {
        loop.tx.clear(failing);
        vector(failing, packet);
        int sent = sockets.sending().send(loop.tx, failing, 1);
        return sent > 0 ? packet.length : sent;
    }

    private void vector(int i, Packet packet) {
        loop.tx.vector(i, 0, packet.address() - VirtioNetHeader.LENGTH, packet.length + VirtioNetHeader.LENGTH);
    }

    @Override
    void transmit(@Nullable Packet[] packets, int count) {
        MessageBatch batch = loop.tx;
        int ready = 0;
        for (int i = 0; i < count; i++) {
            Packet packet = packets[i];
            if (packet != null && prepare(packet)) {
                packets[ready] = packet;
                batch.clear(ready);
                vector(ready, packet);
                ready++;
            }
        }
        int done = 0;
        while (done < ready) {
            int sent = sockets.sending().send(batch, done, ready - done);
            for (int i = 0; i < sent; i++) {
                Packet packet = packets[done + i];
                if (packet != null) {
                    sent(packet);
                }
            }
            done += Math.max(sent, 0);
            if (sent <= 0) {
                failing = done;
                Packet packet = packets[done++];
                if (packet != null) {
                    failed(packet, sent);
                }
            }
        }
    }
}
