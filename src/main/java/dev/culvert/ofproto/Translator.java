package dev.culvert.ofproto;

import dev.culvert.datapath.Action;
import dev.culvert.packet.FlowField;
import dev.culvert.packet.FlowKey;
import dev.culvert.packet.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns one packet into what is to be done with all packets like it. It walks the packet through the bridge that it
 * arrived at, and through others that patch ports join to it; whatever it looks at goes into the mask.
 *
 * <p>A translator serves one packet. It changes nothing but the list of sightings that it returns: learning is for its
 * caller, who knows whether the packet was real.
 */
final class Translator {
    /** How many bridges deep patch ports may lead; Open vSwitch's limit, and the end of every loop of cables. */
    private static final int MAX_DEPTH = 64;

    /**
     * A flood through many patch ports multiplies; past this, or past what one flood to all ports of the datapath takes where
     * those are more, the packet is dropped rather than amplified.
     */
    private static final int MAX_ACTIONS = 4096;

    /** An output with the tag before it taken off and another put on. */
    private static final int ACTIONS_PER_PORT = 3;

    private static final long RESERVED_MULTICAST = 0x0180c2000000L;
    private static final long MULTICAST_BIT = 1L << 40;

    private final Backer backer;
    private final long[] key;
    private final @Nullable Trace trace;
    private final int maxActions;
    private final long[] mask = new long[FlowKey.WORDS];
    private final List<Action> actions = new ArrayList<>();
    private final List<Translation.Station> stations = new ArrayList<>();
    private final List<Translation.Sighting> sightings = new ArrayList<>();
    private final List<Translation.Crossing> crossings = new ArrayList<>();
    private final List<FlowRule> rules = new ArrayList<>();
    private Translation.@Nullable Origin origin;

    /** The tag control word that the packet has where the actions so far have left it. */
    private int committedTci;

    private int depth;
    private boolean overflow;

    /**
     * A translator for one packet.
     *
     * @param trace is told why; null where nobody wants to know
     */
    Translator(Backer backer, long[] key, @Nullable Trace trace) {
        this.backer = backer;
        this.key = key;
        this.trace = trace;
        this.maxActions = Math.max(MAX_ACTIONS, ACTIONS_PER_PORT * backer.attached());
    }

    /** Has the packet arrive by the datapath port that its key names. */
    Translation translate() {
        Backer.Attachment arrival = backer.attachment((int) read(FlowField.IN_PORT));
        int tci = begin();
        if (arrival != null) {
            origin = origin(arrival.port());
            enter(arrival.bridge(), arrival.port(), tci);
        }
        return end();
    }

    /**
     * Has the packet arrive at a bridge.
     *
     * @param in by which of its ports, which may be one without a device; null for one that it does not have
     */
    Translation translate(Ofproto bridge, @Nullable OfPort in) {
        read(FlowField.IN_PORT);
        if (in != null) {
            origin = origin(in);
        }
        enter(bridge, in, begin());
        return end();
    }

    /** The same for a packet that is not asked for a flow, but comes with the action NORMAL (packet-out). */
    Translation normal(Ofproto bridge, @Nullable OfPort in) {
        read(FlowField.IN_PORT);
        int tci = begin();
        if (trace != null) {
            trace.entered(bridge);
        }
        normal(bridge, in, tci);
        if (trace != null) {
            trace.left(bridge);
        }
        return end();
    }

    private int begin() {
        int tci = (int) read(FlowField.VLAN_TCI);
        committedTci = tci;
        return tci;
    }

    private Translation end() {
        if (overflow) {
            ends(Trace.End.TOO_MANY_ACTIONS);
            actions.clear();
        }
        return new Translation(List.copyOf(actions), mask, stations, sightings, crossings, rules, origin);
    }

    /** With the remote end in the mask, each flow has one, and what it carries can be credited to it. */
    private Translation.@Nullable Origin origin(OfPort in) {
        RemoteCounts remotes = in.remotes();
        if (remotes == null) {
            return null;
        }
        long low = read(FlowField.TUN_SRC);
        return new Translation.Origin(remotes, new IpAddress(FlowField.TUN_SRC.getHigh(key), low));
    }

    /** A packet arrives at a bridge: its OpenFlow table decides. */
    private void enter(Ofproto bridge, @Nullable OfPort in, int tci) {
        if (trace != null) {
            trace.entered(bridge);
        }
        FlowRule normal = bridge.normal();
        if (normal == null) {
            ends(Trace.End.NO_FLOW);
        } else {
            if (trace != null) {
                trace.matched(normal);
            }
            rules.add(normal);
            normal(bridge, in, tci);
        }
        if (trace != null) {
            trace.left(bridge);
        }
    }

    private void normal(Ofproto bridge, @Nullable OfPort in, int tci) {
        if (trace != null) {
            trace.normal();
        }
        long source = read(FlowField.DL_SRC);
        long destination = read(FlowField.DL_DST);
        if (in == null) {
            ends(Trace.End.UNKNOWN_PORT);
            return;
        }
        int vlan = in.vlans().admit(tci);
        if (vlan == VlanPolicy.REFUSED) {
            ends(Trace.End.VLAN_REFUSED, in, VlanPolicy.vid(tci));
            return;
        }
        if ((destination & ~0xfL) == RESERVED_MULTICAST && !bridge.forwardBpdu()) {
            ends(Trace.End.RESERVED_ADDRESS, in, vlan);
            return;
        }
        if ((source & MULTICAST_BIT) == 0) {
            sightings.add(new Translation.Sighting(bridge, vlan, source, in));
            stations.add(new Translation.Station(bridge, MacTable.station(vlan, source)));
            if (trace != null) {
                trace.seen(bridge, vlan, source, in);
            }
        }
        if ((destination & MULTICAST_BIT) == 0) {
            stations.add(new Translation.Station(bridge, MacTable.station(vlan, destination)));
            MacTable.Entry known = bridge.macs().lookup(vlan, destination);
            if (known != null) {
                forward(bridge, in, known.port(), vlan, tci);
                return;
            }
        }
        if (trace != null) {
            trace.floods();
        }
        for (OfPort out : bridge.ports()) {
            if (out != in && out.vlans().carries(vlan)) {
                output(bridge, in, out, vlan, tci);
            }
        }
    }

    private void forward(Ofproto bridge, OfPort in, OfPort out, int vlan, int tci) {
        if (out == in) {
            ends(Trace.End.SAME_PORT, in, vlan);
        } else if (!out.vlans().carries(vlan)) {
            ends(Trace.End.VLAN_NOT_CARRIED, out, vlan);
        } else {
            if (trace != null) {
                trace.forwards(out);
            }
            output(bridge, in, out, vlan, tci);
        }
    }

    private void output(Ofproto bridge, OfPort in, OfPort out, int vlan, int tci) {
        if (in.isolated() && out.isolated()) {
            ends(Trace.End.PROTECTED, out, vlan);
            return;
        }
        int leaving = out.vlans().leave(vlan, tci);
        if (out.peer() != null) {
            cross(bridge, out, leaving);
        } else if (out.datapathPort() != (int) read(FlowField.IN_PORT)) {
            if (trace != null) {
                trace.sends(out);
            }
            commit(leaving);
            emit(new Action.Output(out.datapathPort()));
        } else {
            ends(Trace.End.ARRIVED_THERE, out, vlan);
        }
    }

    /** Follows a patch cable into the bridge at its other end. */
    private void cross(Ofproto bridge, OfPort out, int tci) {
        Backer.@Nullable Attachment far = backer.patchPeer(bridge, out);
        if (far == null) {
            ends(Trace.End.NO_PEER, out, VlanPolicy.vid(tci));
            return;
        }
        // parallel cables lead to ever more copies of which none may ever leave by a port
        overflow |= crossings.size() >= maxActions;
        if (overflow) {
            return;
        }
        if (depth >= MAX_DEPTH) {
            ends(Trace.End.TOO_DEEP, out, VlanPolicy.vid(tci));
            return;
        }
        crossings.add(new Translation.Crossing(out, far.port()));
        depth++;
        enter(far.bridge(), far.port(), tci);
        depth--;
    }

    private void ends(Trace.End why) {
        if (trace != null) {
            trace.ends(why);
        }
    }

    private void ends(Trace.End why, OfPort port, int vlan) {
        if (trace != null) {
            trace.ends(why, port, vlan);
        }
    }

    /** Makes the packet carry a tag, or none, by the fewest actions. */
    private void commit(int tci) {
        if (tci == committedTci) {
            return;
        }
        if ((committedTci & VlanPolicy.PRESENT) != 0) {
            emit(new Action.PopVlan());
        }
        if ((tci & VlanPolicy.PRESENT) != 0) {
            emit(new Action.PushVlan(0x8100, tci & ~VlanPolicy.PRESENT));
        }
        committedTci = tci;
    }

    private void emit(Action action) {
        if (actions.size() >= maxActions) {
            overflow = true;
        } else {
            actions.add(action);
        }
    }

    private long read(FlowField field) {
        field.unwildcard(mask);
        return field.get(key);
    }
}
