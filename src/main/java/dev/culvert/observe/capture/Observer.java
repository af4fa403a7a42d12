package dev.culvert.observe.capture;

import dev.culvert.linux.LinuxException;
import dev.culvert.linux.MessageBatch;
import dev.culvert.linux.PacketSocket;
import dev.culvert.linux.VirtioNetHeader;
import dev.culvert.packet.Bytes;
import dev.culvert.packet.Ethernet;
import dev.culvert.packet.Vlan;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A packet socket that sees all that crosses a device, and what it reads into. The capture's thread's. */
final class Observer implements AutoCloseable {
    /** Messages of one read. */
    static final int BATCH = 16;

    /** Room for one of them: a tag's four bytes, the header of virtio, a super-frame. */
    static final int SLOT = VirtioNetHeader.LENGTH + Vlan.TAG + (1 << 16) + 128;

    /** PACKET_OUTGOING (linux/if_packet.h). */
    private static final int OUTGOING = 4;

    private static final int CONTROL = 128;

    private final PacketSocket socket;
    private final MessageBatch batch = new MessageBatch(BATCH, 1, CONTROL);
    private final MemorySegment memory;
    private long lost;

    /** The number of its interface in the capture. */
    final int number;

    /** Of an internal port: what this host sends by the device comes into the switch. */
    final boolean internal;

    /** Of an interface of the underlay. */
    final boolean underlay;

    /**
     * Begins to observe.
     *
     * @param memory {@link #BATCH} times {@link #SLOT} bytes
     */
    Observer(int ifindex, MemorySegment memory, int number, boolean internal, boolean underlay) throws LinuxException {
        this.memory = memory;
        this.number = number;
        this.internal = internal;
        this.underlay = underlay;
        socket = PacketSocket.observe(ifindex);
        for (int i = 0; i < BATCH; i++) {
            batch.vector(i, 0, memory.address() + (long) i * SLOT + Vlan.TAG, SLOT - Vlan.TAG);
        }
    }

    int fd() {
        return socket.fd();
    }

    /** Reads what there is, at most a batch; how many. */
    int read() {
        for (int i = 0; i < BATCH; i++) {
            batch.prepareReceive(i);
        }
        return Math.max(0, socket.receive(batch, BATCH));
    }

    /** Whether the host has sent it, and not received. */
    boolean isLeaving(int i) {
        return batch.packetType(i) == OUTGOING;
    }

    long nanos(int i) {
        return batch.receivedNanos(i);
    }

    /** What was read: a header of virtio and the frame, with the tag in it that the kernel has put beside it. */
    MemorySegment message(int i) {
        MemorySegment slot = memory.asSlice((long) i * SLOT, SLOT);
        int length = batch.length(i);
        int tci = batch.vlanTci(i);
        if (tci < 0 || length < VirtioNetHeader.LENGTH + Ethernet.HEADER) {
            return slot.asSlice(Vlan.TAG, length);
        }
        int front = VirtioNetHeader.LENGTH + Ethernet.TYPE;
        MemorySegment.copy(slot, Vlan.TAG, slot, 0, front);
        Bytes.put16(slot, front, batch.vlanTpid(i));
        Bytes.put16(slot, front + 2, tci);
        if ((VirtioNetHeader.flags(slot, 0) & VirtioNetHeader.FLAG_NEEDS_CHECKSUM) != 0) {
            int start = VirtioNetHeader.checksumStart(slot, 0) + Vlan.TAG;
            slot.set(ValueLayout.JAVA_SHORT_UNALIGNED, VirtioNetHeader.CHECKSUM_START, (short) start);
        }
        return slot.asSlice(0, (long) length + Vlan.TAG);
    }

    /** How many more the socket has had no room for since it was asked last. */
    long newlyLost() {
        long all = socket.drops();
        long more = all - lost;
        lost = all;
        return more;
    }

    @Override
    public void close() {
        socket.close();
    }
}
