package dev.culvert.ofproto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.datapath.Action;
import dev.culvert.packet.FlowField;
import dev.culvert.packet.FlowKey;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who listens to a translation hears what is decided, and nothing comes of it. */
class TraceTest {
    private static final long A = 0x0200_0000_0001L;
    private static final long B = 0x0200_0000_0002L;

    private final Backer backer = new Backer(_ -> {}, 1000, () -> 1L);
    private final Ofproto bridge = backer.addBridge("br0");
    private final OfPort one = add(bridge, OfPort.device("one", 1, 11));
    private final OfPort two = add(bridge, OfPort.device("two", 2, 12));
    private final List<String> heard = new ArrayList<>();

    private final Trace trace = new Trace() {
        @Override
        public void entered(Ofproto into) {
            heard.add("in " + into);
        }

        @Override
        public void left(Ofproto from) {
            heard.add("out of " + from);
        }

        @Override
        public void matched(FlowRule rule) {
            heard.add("flow");
        }

        @Override
        public void normal() {
            heard.add("NORMAL");
        }

        @Override
        public void seen(Ofproto at, int vlan, long mac, OfPort port) {
            heard.add("%x on %s in %d".formatted(mac, port, vlan));
        }

        @Override
        public void forwards(OfPort to) {
            heard.add("known");
        }

        @Override
        public void floods() {
            heard.add("flood");
        }

        @Override
        public void sends(OfPort to) {
            heard.add("to " + to);
        }

        @Override
        public void ends(End why, OfPort port, int vlan) {
            heard.add(why + " " + port + " " + vlan);
        }

        @Override
        public void ends(End why) {
            heard.add(why.toString());
        }
    };

    private OfPort add(Ofproto to, OfPort port) {
        backer.addPort(to, port);
        return port;
    }

    private static long[] key(long source, long destination, int tci) {
        long[] key = FlowKey.create();
        FlowField.DL_SRC.set(key, source);
        FlowField.DL_DST.set(key, destination);
        FlowField.VLAN_TCI.set(key, tci);
        return key;
    }

    private Translation hear(OfPort in, long source, long destination, int tci) {
        heard.clear();
        return backer.translate(key(source, destination, tci), bridge, in, trace);
    }

    @Test
    void hearsAFloodAndThenWhatIsKnownOnceSomebodyLearns() {
        Translation first = hear(two, B, A, 0);
        assertThat(heard)
                .containsExactly(
                        "in br0", "flow", "NORMAL", "20000000002 on two in 0", "flood", "to one", "out of br0");
        assertThat(bridge.macs().entries()).as("no packet has come").isEmpty();

        backer.learn(first);
        assertThat(hear(one, A, B, 0).actions()).containsExactly(new Action.Output(12));
        assertThat(heard)
                .containsExactly(
                        "in br0", "flow", "NORMAL", "20000000001 on one in 0", "known", "to two", "out of br0");
        hear(two, A, B, 0);
        assertThat(heard).endsWith("SAME_PORT two 0", "out of br0");
    }

    @Test
    void hearsWhyNothingComesOfAPacket() {
        backer.configurePort(bridge, one, new VlanPolicy(VlanPolicy.Mode.ACCESS, 10, new BitSet(), false), false);
        hear(one, A, B, 7 | VlanPolicy.PRESENT);
        assertThat(heard).containsExactly("in br0", "flow", "NORMAL", "VLAN_REFUSED one 7", "out of br0");
        hear(two, A, 0x0180_c200_0002L, 0);
        assertThat(heard).contains("RESERVED_ADDRESS two 0");
        backer.translate(key(A, B, 0), bridge, null, trace);
        assertThat(heard).endsWith("in br0", "flow", "NORMAL", "UNKNOWN_PORT", "out of br0");

        bridge.macs().add(20, B, one, 1);
        hear(two, A, B, 20 | VlanPolicy.PRESENT);
        assertThat(heard).contains("VLAN_NOT_CARRIED one 20").doesNotContain("to one");

        backer.configure(bridge, Ofproto.FailMode.SECURE, false);
        hear(two, A, B, 0);
        assertThat(heard).containsExactly("in br0", "NO_FLOW", "out of br0");

        heard.clear();
        assertThat(backer.translateNormal(key(A, B, 0), bridge, two, trace).rules())
                .as("whoever has packets sent needs no flow")
                .isEmpty();
        assertThat(heard).startsWith("in br0", "NORMAL").contains("flood");
    }

    @Test
    void hearsThatProtectedPortsAreSpared() {
        backer.configurePort(bridge, one, VlanPolicy.ALL, true);
        backer.configurePort(bridge, two, VlanPolicy.ALL, true);
        hear(one, A, B, 0);
        assertThat(heard).endsWith("flood", "PROTECTED two 0", "out of br0");

        bridge.macs().add(0, B, two, 1);
        hear(one, A, B, 0);
        assertThat(heard).endsWith("known", "PROTECTED two 0", "out of br0");
    }

    @Test
    void goesAlongThroughPatchPorts() {
        Ofproto other = backer.addBridge("br1");
        OfPort cable = add(bridge, OfPort.patch("pa", 9, "pb"));
        assertThat(hear(one, A, B, 0).actions()).containsExactly(new Action.Output(12));
        assertThat(heard).contains("NO_PEER pa 0");

        add(other, OfPort.patch("pb", 1, "pa"));
        add(other, OfPort.device("far", 2, 21));
        hear(one, A, B, 0);
        assertThat(heard)
                .containsExactly(
                        "in br0",
                        "flow",
                        "NORMAL",
                        "20000000001 on one in 0",
                        "flood",
                        "to two",
                        "in br1",
                        "flow",
                        "NORMAL",
                        "20000000001 on pb in 0",
                        "flood",
                        "to far",
                        "out of br1",
                        "out of br0");

        // as if it had come out of the cable
        assertThat(hear(cable, A, B, 0).actions()).containsExactly(new Action.Output(11), new Action.Output(12));
    }

    @Test
    void tellsWhatEntryOfTheCacheResults() {
        long[] key = key(A, B, 0);
        FlowField.IN_PORT.set(key, 11);
        assertThat(backer.place(key, hear(one, A, B, 0))).isInstanceOf(CachePlace.New.class);
        assertThat(backer.flows()).isEmpty();

        backer.setFlowLimit(0);
        assertThat(backer.place(key, hear(one, A, B, 0)))
                .isEqualTo(new CachePlace.None("the cache is full with 0 entries"));
    }
}
