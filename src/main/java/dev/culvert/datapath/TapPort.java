package dev.culvert.datapath;

import dev.culvert.linux.TapDevice;
import dev.culvert.linux.VirtioNetHeader;
import dev.culvert.packet.DropReason;
import dev.culvert.packet.Packet;
import org.jspecify.annotations.Nullable;

/** An internal port: a device of the host's own stack that this switch brings into being. */
final class TapPort extends LocalPort {
    private final TapDevice device;

    /** Makes a loop's part of a port with an open device, which all have in common. */
    TapPort(SharedDevice shared, PollLoop loop, TapDevice device) {
        super(shared, loop);
        this.device = device;
        if (!device.takesDatagrams()) {
            loop.udpSuperFrames.refuse();
        }
    }

    @Override
    public int fd() {
        return device.fd();
    }

    @Override
    public boolean receive() {
        for (int i = 0; i < BATCH; i++) {
            Packet packet = loop.pool.take();
            if (packet == null) {
                loop.drop(DropReason.NO_BUFFER, counters);
                return true;
            }
            int read =
                    device.read(packet.address() - VirtioNetHeader.LENGTH, Packet.FRAME_MAX + VirtioNetHeader.LENGTH);
            if (read <= 0) {
                loop.pool.give(packet);
                return i > 0;
            }
            packet.length = read - VirtioNetHeader.LENGTH;
            packet.inPort = number;
            if (packet.length < MIN_FRAME || !Offloads.read(packet)) {
                counters.rxErrors++;
                loop.drop(packet, DropReason.OFFLOAD_INVALID, counters);
            } else {
                accept(packet);
            }
        }
        return true;
    }

    @Override
    void transmit(@Nullable Packet[] packets, int count) {
        for (int i = 0; i < count; i++) {
            Packet packet = packets[i];
            if (packet != null && prepare(packet)) {
                int written = write(packet);
                if (written > 0) {
                    sent(packet);
                } else {
                    failed(packet, written);
                }
            }
        }
    }

    @Override
    int write(Packet packet) {
        return device.write(packet.address() - VirtioNetHeader.LENGTH, packet.length + VirtioNetHeader.LENGTH);
    }
}
