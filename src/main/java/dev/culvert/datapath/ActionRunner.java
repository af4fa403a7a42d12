package dev.culvert.datapath;

import dev.culvert.packet.DropReason;
import dev.culvert.packet.Packet;

/** Does with packets what flows say, as {@link ActionProgram} has it. */
final class ActionRunner {
    private final PollLoop loop;

    ActionRunner(PollLoop loop) {
        this.loop = loop;
    }

    /** Takes a packet over. The last output gets the packet itself, those before it get copies. */
    void run(int[] program, Packet packet) {
        int last = program.length - 2;
        for (int at = 0; at <= last; at += 2) {
            int argument = program[at + 1];
            switch (program[at]) {
                case ActionProgram.OUTPUT -> {
                    if (at == last) {
                        loop.output(packet, argument);
                        return;
                    }
                    Packet copy = loop.pool.take();
                    if (copy == null) {
                        loop.flushPorts(); // a flood to more ports than there are buffers
                        copy = loop.pool.take();
                    }
                    if (copy == null) {
                        blame(packet, DropReason.NO_BUFFER);
                        loop.drop(DropReason.NO_BUFFER);
                    } else {
                        copy.copyFrom(packet);
                        loop.output(copy, argument);
                    }
                }
                case ActionProgram.PUSH_VLAN -> {
                    if (!packet.insertVlan(argument >>> 16, argument & 0xffff)) {
                        blame(packet, DropReason.NO_HEADROOM);
                        loop.drop(packet, DropReason.NO_HEADROOM);
                        return;
                    }
                }
                case ActionProgram.POP_VLAN -> packet.removeVlan();
                default -> throw new AssertionError(program[at]);
            }
        }
        blame(packet, DropReason.NO_OUTPUT);
        loop.drop(packet, DropReason.NO_OUTPUT);
    }

    /** Counts a drop for the port that the packet came in by. */
    private void blame(Packet packet, DropReason reason) {
        DatapathPort port = loop.ports.get(packet.inPort);
        if (port != null) {
            port.counters.count(reason, 1);
        }
    }
}
