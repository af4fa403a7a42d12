package dev.culvert.datapath;

import dev.culvert.packet.DropReason;
import dev.culvert.packet.Packet;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The ports of a loop by their numbers, and those of them that have something to send when the pass is over. */
final class LoopPorts {
    private final PollLoop loop;
    private @Nullable DatapathPort[] ports = new @Nullable DatapathPort[64];
    private @Nullable DatapathPort[] dirty = new @Nullable DatapathPort[64];
    private int dirtyCount;

    LoopPorts(PollLoop loop) {
        this.loop = loop;
    }

    @Nullable
    DatapathPort get(int number) {
        return number < ports.length ? ports[number] : null;
    }

    /** Puts a packet on a port's queue, or drops it where the port has just gone. */
    void output(Packet packet, int number) {
        DatapathPort port = get(number);
        if (port == null) {
            loop.drop(packet, DropReason.PORT_DOWN);
            return;
        }
        if (!port.waiting) {
            port.waiting = true;
            if (dirtyCount == dirty.length) {
                dirty = Arrays.copyOf(dirty, 2 * dirtyCount);
            }
            dirty[dirtyCount++] = port;
        }
        port.enqueue(packet);
    }

    /** Sends what all ports have gathered; an answer that one of them sets off on another is sent too. */
    void flush() {
        for (int i = 0; i < dirtyCount; i++) {
            DatapathPort port = dirty[i];
            dirty[i] = null;
            if (port != null) {
                port.waiting = false;
                port.flush();
            }
        }
        dirtyCount = 0;
    }

    void add(DatapathPort port) {
        if (port.number >= ports.length) {
            ports = Arrays.copyOf(ports, Math.max(port.number + 1, 2 * ports.length));
        }
        ports[port.number] = port;
    }

    /** Takes a port out; what it has gathered is sent. */
    void remove(DatapathPort port) {
        port.flush();
        ports[port.number] = null;
        for (int i = 0; i < dirtyCount; i++) {
            if (dirty[i] == port) {
                dirty[i] = null;
            }
        }
    }

    void close() {
        for (DatapathPort port : ports) {
            if (port != null) {
                port.close();
            }
        }
    }
}
