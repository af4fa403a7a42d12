package dev.culvert.datapath;

import java.util.ArrayList;
import java.util.List;

/** The ways by which other loops hand packets over to the first one. That loop's. */
final class Handovers {
    private final PollLoop loop;
    private final List<Handover> ways = new ArrayList<>();

    Handovers(PollLoop loop) {
        this.loop = loop;
    }

    void add(Handover way) {
        ways.add(way);
    }

    /** Puts all that waits on the queues of this loop's ports; tells whether there was anything. */
    boolean take() {
        boolean any = false;
        for (int i = 0; i < ways.size(); i++) {
            any |= ways.get(i).take();
        }
        return any;
    }

    /** Sends the last of what a loop has handed over, which has ended: afterwards none of its buffers is in use here. */
    void end(Handover way) {
        way.take();
        loop.flushPorts();
        ways.remove(way);
    }
}
