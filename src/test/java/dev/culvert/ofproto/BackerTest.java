package dev.culvert.ofproto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.datapath.Action;
import dev.culvert.datapath.Megaflow;
import dev.culvert.datapath.UpcallHandler;
import dev.culvert.packet.FlowField;
import dev.culvert.packet.FlowKey;
import dev.culvert.packet.IpAddress;
import dev.culvert.packet.Packet;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bridges without a datapath: packets are flow keys, what comes out are actions. */
class BackerTest {
    private static final long BROADCAST = 0xffff_ffff_ffffL;
    private static final long A = 0x0200_0000_0001L;
    private static final long B = 0x0200_0000_0002L;
    private static final long SECOND = 1_000_000_000L;

    private final List<Megaflow> removed = new ArrayList<>();
    private long now = 1000 * SECOND;
    private final Backer backer = new Backer(removed::add, 1000, () -> now);
    private final Ofproto bridge = backer.addBridge("br0");
    private final OfPort one = add(bridge, OfPort.device("one", 1, 11));
    private final OfPort two = add(bridge, OfPort.device("two", 2, 12));
    private final OfPort three = add(bridge, OfPort.device("three", 3, 13));
    private final Packet packet = new Packet(Arena.ofAuto().allocate(Packet.CAPACITY));

    @Test
    void floodsWhatItDoesNotKnowToAllButThePortOfArrival() {
        assertThat(send(11, A, B, 0)).containsExactly(out(12), out(13));
        assertThat(send(11, A, BROADCAST, 0)).containsExactly(out(12), out(13));
    }

    @Test
    void forwardsToWhereAStationWasSeen() {
        send(12, B, BROADCAST, 0);

        assertThat(send(11, A, B, 0)).containsExactly(out(12));
    }

    @Test
    void sendsNothingBackToThePortOfArrival() {
        send(11, B, BROADCAST, 0);

        assertThat(send(11, A, B, 0)).isEmpty();
    }

    @Test
    void dropsReservedAddressesUnlessToldOtherwise() {
        long stp = 0x0180_c200_0000L;
        assertThat(send(11, A, stp, 0)).isEmpty();

        backer.configure(bridge, Ofproto.FailMode.STANDALONE, true);
        assertThat(send(11, A, stp, 0)).containsExactly(out(12), out(13));
    }

    @Test
    void aSecureBridgeWithoutFlowsDropsEverything() {
        backer.configure(bridge, Ofproto.FailMode.SECURE, false);

        assertThat(send(11, A, BROADCAST, 0)).isEmpty();
    }

    @Test
    void doesNotLearnAMulticastSource() {
        send(11, A | 1L << 40, BROADCAST, 0);

        assertThat(bridge.macs().entries()).isEmpty();
    }

    @Test
    void accessPortsKeepTheirVlansApartAndTrunksTagThem() {
        backer.configurePort(bridge, one, policy(VlanPolicy.Mode.ACCESS, 10), false);
        backer.configurePort(bridge, two, policy(VlanPolicy.Mode.ACCESS, 20), false);

        assertThat(send(11, A, BROADCAST, 0)).containsExactly(new Action.PushVlan(0x8100, 10), out(13));
        assertThat(send(13, B, BROADCAST, tag(10, 3))).containsExactly(new Action.PopVlan(), out(11));
        assertThat(send(13, B, BROADCAST, tag(30, 0))).isEmpty();
        assertThat(send(11, A, BROADCAST, tag(20, 0)))
                .as("a tag has no business here")
                .isEmpty();
    }

    @Test
    void aNativeVlanLeavesAsItsModeSays() {
        backer.configurePort(bridge, one, policy(VlanPolicy.Mode.ACCESS, 10), false);
        backer.configurePort(bridge, two, policy(VlanPolicy.Mode.NATIVE_UNTAGGED, 10), false);
        backer.configurePort(bridge, three, policy(VlanPolicy.Mode.NATIVE_TAGGED, 10), false);

        assertThat(send(11, A, BROADCAST, 0)).containsExactly(out(12), new Action.PushVlan(0x8100, 10), out(13));
        assertThat(send(12, B, BROADCAST, 0)).containsExactly(out(11), new Action.PushVlan(0x8100, 10), out(13));
        assertThat(send(13, B, BROADCAST, 0)).containsExactly(out(11), out(12));
    }

    @Test
    void aTrunkCarriesOnlyItsVlans() {
        BitSet trunks = new BitSet();
        trunks.set(5);
        backer.configurePort(bridge, two, new VlanPolicy(VlanPolicy.Mode.TRUNK, 0, trunks, false), false);

        assertThat(send(11, A, BROADCAST, tag(5, 0))).containsExactly(out(12), out(13));
        assertThat(send(11, A, BROADCAST, tag(6, 0))).containsExactly(out(13));
        assertThat(send(12, A, BROADCAST, tag(6, 0))).isEmpty();
    }

    @Test
    void protectedPortsDoNotTalkToEachOther() {
        backer.configurePort(bridge, one, VlanPolicy.ALL, true);
        backer.configurePort(bridge, two, VlanPolicy.ALL, true);

        assertThat(send(11, A, BROADCAST, 0)).containsExactly(out(13));
    }

    @Test
    void patchPortsJoinBridges() {
        Ofproto other = backer.addBridge("br1");
        add(bridge, OfPort.patch("to-br1", 9, "to-br0"));
        add(other, OfPort.patch("to-br0", 1, "to-br1"));
        add(other, OfPort.device("far", 2, 21));

        assertThat(send(11, A, BROADCAST, 0)).containsExactly(out(12), out(13), out(21));
        assertThat(send(21, B, A, 0)).containsExactly(out(11));
    }

    @Test
    void aCablesSecondEndChangesFlowsOfTheFirst() {
        Ofproto other = backer.addBridge("br1");
        add(other, OfPort.device("four", 1, 14));
        add(bridge, OfPort.patch("to-br1", 9, "to-br0"));
        Megaflow flow = decide(11, A, BROADCAST, 0);
        assertThat(flow.actions()).containsExactly(out(12), out(13));

        OfPort end = add(other, OfPort.patch("to-br0", 2, "to-br1"));
        backer.revalidate();
        assertThat(flow.actions()).containsExactly(out(12), out(13), out(14));

        backer.removePort(other, end);
        backer.revalidate();
        assertThat(flow.actions()).containsExactly(out(12), out(13));
    }

    @Test
    void aLoopOfPatchPortsEnds() {
        Ofproto other = backer.addBridge("br1");
        for (int i = 0; i < 3; i++) {
            add(bridge, OfPort.patch("a" + i, 20 + i, "b" + i));
            add(other, OfPort.patch("b" + i, 20 + i, "a" + i));
        }

        assertThat(decide(11, A, BROADCAST, 0).actions()).hasSizeLessThanOrEqualTo(4096);
    }

    @Test
    void theMaskIsWhatWasLookedAt() {
        long[] mask = decide(11, A, B, 0).mask();

        for (FlowField field : FlowField.values()) {
            boolean looked = switch (field) {
                case IN_PORT, DL_SRC, DL_DST, VLAN_TCI -> true;
                default -> false;
            };
            assertThat(field.get(mask) != 0).as(field.label()).isEqualTo(looked);
        }
    }

    @Test
    void aStationThatMovesTakesItsFlowsAlongAndNoOthers() {
        send(12, B, BROADCAST, 0);
        Megaflow toB = decide(11, A, B, 0);
        Megaflow other = decide(11, A, A + 77, 0);
        assertThat(toB.actions()).containsExactly(out(12));

        now += SECOND;
        send(13, B, BROADCAST, 0);
        backer.revalidate();

        assertThat(toB.actions()).containsExactly(out(13));
        assertThat(removed).doesNotContain(toB, other);
    }

    @Test
    void theFlowOfAStationThatLeftGoesSoThatItsReturnIsSeen() {
        Megaflow fromOne = decide(11, A, BROADCAST, 0);
        now += SECOND;
        send(12, A, BROADCAST, 0);
        backer.revalidate();

        assertThat(removed).contains(fromOne);
    }

    @Test
    void aPortThatGoesTakesItsFlowsActionsAway() {
        send(12, B, BROADCAST, 0);
        Megaflow toB = decide(11, A, B, 0);
        backer.removePort(bridge, two);
        backer.revalidate();

        assertThat(toB.actions()).containsExactly(out(13));
    }

    @Test
    void aChangeOfOneBridgeLeavesTheFlowsOfAnotherAlone() {
        Ofproto other = backer.addBridge("br1");
        add(other, OfPort.device("x", 1, 31));
        add(other, OfPort.device("y", 2, 32));
        Megaflow elsewhere = decide(31, A, BROADCAST, 0);
        List<Action> before = elsewhere.actions();

        backer.removePort(bridge, two);
        backer.revalidate();

        assertThat(elsewhere.actions()).isSameAs(before);
        assertThat(removed).doesNotContain(elsewhere);
    }

    @Test
    void idleFlowsLeaveTheCache() {
        Megaflow flow = decide(11, A, B, 0);
        now += 9 * SECOND;
        backer.tick();
        assertThat(removed).isEmpty();

        now += 2 * SECOND;
        backer.tick();
        assertThat(removed).containsExactly(flow);
    }

    @Test
    void whatComesByATunnelFromAnywhereIsCreditedToItsRemoteEnd() {
        OfPort tunnel = add(bridge, OfPort.flowTunnel("tun", 9, 19));
        IpAddress near = IpAddress.parse("192.0.2.1");
        IpAddress far = IpAddress.parse("2001:db8::1");
        packet.length = 100;
        backer.setFlowLimit(0); // each packet is credited at once
        for (IpAddress remote : List.of(near, far, near)) {
            backer.decide(packet, from(remote));
        }
        assertThat(tunnel.remotes().counts())
                .containsExactly(new RemoteCounts.Count(near, 2, 200), new RemoteCounts.Count(far, 1, 100));

        backer.setFlowLimit(1000);
        Megaflow one = backer.decide(packet, from(near)).flow();
        Megaflow other = backer.decide(packet, from(far)).flow();
        assertThat(one).isNotSameAs(other);
        assertThat(FlowField.TUN_SRC.get(one.mask())).isEqualTo(-1);
    }

    @Test
    void remoteEndsBeyondTheLimitAreCountedTogether() {
        OfPort tunnel = add(bridge, OfPort.flowTunnel("tun", 9, 19));
        packet.length = 60;
        backer.setFlowLimit(0);
        for (int i = 0; i < RemoteCounts.LIMIT + 50; i++) {
            backer.decide(packet, from(IpAddress.ofIpv4(0x0a00_0000 + i)));
        }
        List<RemoteCounts.Count> counts = tunnel.remotes().counts();
        assertThat(counts).hasSize(RemoteCounts.LIMIT + 1);
        assertThat(counts.getLast()).isEqualTo(new RemoteCounts.Count(null, 50, 3000));
    }

    private static long[] from(IpAddress remote) {
        long[] key = key(19, A, B, 0);
        FlowField.TUN_SRC.set(key, remote.high(), remote.low());
        return key;
    }

    @Test
    void askingTwiceGivesOneFlow() {
        assertThat(decide(11, A, B, 0)).isSameAs(decide(11, A, B, 0));
    }

    @Test
    void pastTheFlowLimitPacketsStillGetTheirAnswer() {
        for (int i = 0; i < 1000; i++) {
            decide(11, A, 0x0200_0001_0000L + i, 0);
        }

        assertThat(backer.flows()).hasSize(1000);
        assertThat(backer.decide(packet, key(11, A, B, 0)).install()).isFalse();
        assertThat(decide(11, A, B, 0).actions()).containsExactly(out(12), out(13));
    }

    @Test
    void aFullCacheMakesRoomForWhatIsNew() {
        for (int i = 0; i < 1000; i++) {
            decide(11, A, 0x0200_0001_0000L + i, 0);
        }
        now += SECOND / 5;
        backer.tick();
        assertThat(removed).hasSize(1000);
        assertThat(backer.flows()).isEmpty();
        assertThat(backer.decide(packet, key(11, A, B, 0)).install()).isTrue();
    }

    @Test
    void aFloodToThousandsOfPortsReachesAllAndIsNotCached() {
        for (int i = 0; i < 10_000; i++) {
            add(bridge, OfPort.device("tun" + i, 100 + i, 100 + i));
        }
        backer.configurePort(bridge, two, access(7), false);
        UpcallHandler.Verdict verdict = backer.decide(packet, key(11, A, BROADCAST, 0));

        assertThat(verdict.install()).isFalse();
        assertThat(verdict.flow().actions()).hasSize(10_001).startsWith(out(13)).endsWith(out(10_099));
        assertThat(backer.flows()).isEmpty();
        assertThat(bridge.macs().lookup(0, A)).isNotNull();
    }

    @Test
    void aFloodThatGrowsTooLongLeavesTheCache() {
        Megaflow flow = decide(11, A, BROADCAST, 0);
        for (int i = 0; i < 600; i++) {
            add(bridge, OfPort.device("tun" + i, 100 + i, 100 + i));
        }
        backer.revalidate();

        assertThat(removed).containsExactly(flow);
    }

    @Test
    void flowsThatDoTheSameShareIt() {
        send(12, B, BROADCAST, 0);
        Megaflow first = decide(11, A, B, 0);
        Megaflow second = decide(11, A + 77, B, 0);

        assertThat(second.actions()).isSameAs(first.actions());
        assertThat(second.mask()).isSameAs(first.mask());
        assertThat(second.key()).isNotEqualTo(first.key());
    }

    private static VlanPolicy access(int vlan) {
        return new VlanPolicy(VlanPolicy.Mode.ACCESS, vlan, new BitSet(), false);
    }

    private OfPort add(Ofproto to, OfPort port) {
        backer.addPort(to, port);
        return port;
    }

    private List<Action> send(int inPort, long source, long destination, int tci) {
        return decide(inPort, source, destination, tci).actions();
    }

    private Megaflow decide(int inPort, long source, long destination, int tci) {
        Megaflow flow =
                backer.decide(packet, key(inPort, source, destination, tci)).flow();
        backer.revalidate();
        return flow;
    }

    private static long[] key(int inPort, long source, long destination, int tci) {
        long[] key = FlowKey.create();
        FlowField.IN_PORT.set(key, inPort);
        FlowField.DL_SRC.set(key, source);
        FlowField.DL_DST.set(key, destination);
        FlowField.VLAN_TCI.set(key, tci);
        return key;
    }

    private static int tag(int vlan, int priority) {
        return vlan | priority << 13 | VlanPolicy.PRESENT;
    }

    private static VlanPolicy policy(VlanPolicy.Mode mode, int tag) {
        return new VlanPolicy(mode, tag, new BitSet(), false);
    }

    private static Action out(int port) {
        return new Action.Output(port);
    }
}
