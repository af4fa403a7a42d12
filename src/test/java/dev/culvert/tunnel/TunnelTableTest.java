package dev.culvert.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.packet.Frames;
import dev.culvert.packet.IpAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TunnelTableTest {
    private static final int VXLAN = TunnelType.VXLAN.transport(4789);

    private static IpAddress ip(String text) {
        return Objects.requireNonNull(IpAddress.parse(text));
    }

    private static TunnelMatch match(TunnelType type, String... options) {
        Map<String, String> map = new java.util.LinkedHashMap<>();
        for (int i = 0; i < options.length; i += 2) {
            map.put(options[i], options[i + 1]);
        }
        return ((TunnelConfig.Accepted) TunnelConfig.parse("tun", type, map))
                .config()
                .match();
    }

    private static int find(TunnelTable table, int transport, long key, String local, String remote) {
        IpAddress to = ip(local);
        IpAddress from = ip(remote);
        return table.find(transport, key, to.high(), to.low(), from.high(), from.low());
    }

    @Test
    void searchesTheTwelveWaysInOpenVswitchsOrder() {
        String[] keys = {"5", "flow"};
        String[] remotes = {"10.0.0.2", "flow"};
        String[] locals = {"10.0.0.1", "", "flow"};
        List<TunnelMatch> matches = new ArrayList<>();
        for (String key : keys) {
            for (String remote : remotes) {
                for (String local : locals) {
                    if (local.equals("flow") && !remote.equals("flow")) {
                        continue; // not allowed
                    }
                    matches.add(
                            local.isEmpty()
                                    ? match(TunnelType.VXLAN, "remote_ip", remote, "key", key)
                                    : match(TunnelType.VXLAN, "remote_ip", remote, "key", key, "local_ip", local));
                }
            }
        }
        assertThat(matches).isSortedAccordingTo(Comparator.comparingInt(TunnelMatch::order));
        // taking the winner away each time shows who is next
        for (int gone = 0; gone < matches.size(); gone++) {
            TunnelTable.Builder builder = new TunnelTable.Builder();
            for (int i = gone; i < matches.size(); i++) {
                assertThat(builder.add("t" + i, matches.get(i), i)).isNull();
            }
            assertThat(find(builder.build(), VXLAN, 5, "10.0.0.1", "10.0.0.2")).isEqualTo(gone);
        }
        assertThat(find(TunnelTable.EMPTY, VXLAN, 5, "10.0.0.1", "10.0.0.2")).isEqualTo(-1);
    }

    @Test
    void everythingConfiguredMustMatch() {
        TunnelTable.Builder builder = new TunnelTable.Builder();
        builder.add("t", match(TunnelType.VXLAN, "remote_ip", "10.0.0.2", "local_ip", "10.0.0.1", "key", "5"), 9);
        TunnelTable table = builder.build();
        assertThat(find(table, VXLAN, 5, "10.0.0.1", "10.0.0.2")).isEqualTo(9);
        assertThat(find(table, VXLAN, 6, "10.0.0.1", "10.0.0.2")).isEqualTo(-1);
        assertThat(find(table, VXLAN, 5, "10.0.0.3", "10.0.0.2")).isEqualTo(-1);
        assertThat(find(table, VXLAN, 5, "10.0.0.1", "10.0.0.3")).isEqualTo(-1);
        assertThat(find(table, TunnelType.VXLAN.transport(4790), 5, "10.0.0.1", "10.0.0.2"))
                .isEqualTo(-1);
        assertThat(find(table, TunnelType.GENEVE.transport(4789), 5, "10.0.0.1", "10.0.0.2"))
                .isEqualTo(-1);
        assertThat(find(table, TunnelType.GRE.transport(0), 5, "10.0.0.1", "10.0.0.2"))
                .isEqualTo(-1);
    }

    @Test
    void noKeyIsKeyZero() {
        TunnelTable.Builder builder = new TunnelTable.Builder();
        assertThat(builder.add("a", match(TunnelType.GRE, "remote_ip", "2001:db8::2"), 1))
                .isNull();
        assertThat(find(builder.build(), TunnelType.GRE.transport(0), 0, "2001:db8::1", "2001:db8::2"))
                .isEqualTo(1);
        assertThat(builder.add("b", match(TunnelType.IP6GRE, "remote_ip", "2001:db8::2", "key", "0"), 2))
                .contains("same config");
    }

    @Test
    void refusesTheSecondOfTwoThatMatchTheSame() {
        TunnelTable.Builder builder = new TunnelTable.Builder();
        assertThat(builder.add("tun0", match(TunnelType.VXLAN, "remote_ip", "10.0.0.2", "key", "123"), 4))
                .isNull();
        assertThat(builder.add(
                        "tun1", match(TunnelType.VXLAN, "remote_ip", "10.0.0.2", "in_key", "123", "out_key", "9"), 4))
                .isEqualTo("tun1: attempting to add tunnel port with same config as port 'tun0' "
                        + "(::->10.0.0.2, key=0x7b, legacy_l2, dp port=4)");
        assertThat(builder.add("tun2", match(TunnelType.VXLAN, "remote_ip", "10.0.0.2", "key", "124"), 4))
                .isNull();
    }

    @Test
    void findsWhatALinearSearchFinds() {
        Random random = Frames.random("tunnel table");
        for (int round = 0; round < 20; round++) {
            TunnelTable.Builder builder = new TunnelTable.Builder();
            List<TunnelMatch> matches = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                boolean remoteFlow = random.nextInt(4) == 0;
                boolean localFlow = remoteFlow && random.nextBoolean();
                boolean keyFlow = random.nextInt(4) == 0;
                TunnelMatch match = new TunnelMatch(
                        TunnelType.VXLAN.transport(random.nextInt(2)),
                        keyFlow ? 0 : random.nextInt(4),
                        keyFlow,
                        remoteFlow ? IpAddress.NONE : IpAddress.ofIpv4(random.nextInt(4) + 1),
                        remoteFlow,
                        localFlow || random.nextBoolean() ? IpAddress.NONE : IpAddress.ofIpv4(random.nextInt(4) + 1),
                        localFlow);
                boolean isNew = !matches.contains(match);
                assertThat(builder.add("t", match, matches.size()) == null).isEqualTo(isNew);
                if (isNew) {
                    matches.add(match);
                }
            }
            TunnelTable table = builder.build();
            for (int i = 0; i < 300; i++) {
                int transport = TunnelType.VXLAN.transport(random.nextInt(2));
                long key = random.nextInt(5);
                IpAddress local = IpAddress.ofIpv4(random.nextInt(5) + 1);
                IpAddress remote = IpAddress.ofIpv4(random.nextInt(5) + 1);
                int expected = -1;
                for (int j = 0; j < matches.size(); j++) {
                    TunnelMatch match = matches.get(j);
                    boolean fits = match.transport() == transport
                            && (match.keyFlow() || match.key() == key)
                            && (match.remoteFlow() || match.remote().equals(remote))
                            && (match.local().equals(IpAddress.NONE)
                                    || match.local().equals(local));
                    if (fits
                            && (expected < 0
                                    || match.order() < matches.get(expected).order())) {
                        expected = j;
                    }
                }
                assertThat(table.find(transport, key, local.high(), local.low(), remote.high(), remote.low()))
                        .isEqualTo(expected);
            }
        }
    }
}
