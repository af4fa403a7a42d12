package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.linux.AddressFamily;
import dev.culvert.linux.MessageBatch;
import dev.culvert.linux.RawSocket;
import dev.culvert.linux.SocketOptions;
import dev.culvert.linux.TestNetwork;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A neighbour that sends whatever it likes: what is wrong is dropped under its name, and the switch goes on. */
@Timeout(120)
class HostileIT {
    private static final int VXLAN = 4789;
    private static final int GENEVE = 6081;
    private static final int GRE = 47;
    private static final int HOST = 0xc0a8380b;
    private static final int MAC_TABLE_LIMIT = 500;

    /** IPv4 without ECN, to everybody. */
    private static final String FRAME = "ffffffffffff 020000000001 0800"
            + "4500001c000000004011665b0a0000630a0000ff" // 10.0.0.99 to 10.0.0.255, UDP
            + "1111222200080000";

    /** Who has 10.0.0.1? Tell 10.0.0.99. */
    private static final String QUESTION =
            "ffffffffffff 020000000099 0806 0001 0800 0604 0001" + "020000000099 0a000063 000000000000 0a000001";

    private static TestNetwork network;
    private static CulvertBox box;
    private static DatagramSocket socket;

    @BeforeAll
    static void setUp() throws Exception {
        network = TestNetwork.of("l", "b1", "h");
        network.veth("b1", "u0", "h", "u0");
        network.address("b1", "u0", "192.168.56.11/24");
        network.address("h", "u0", "192.168.56.12/24");
        network.veth("l", "veth1", "b1", "p1");
        network.address("l", "veth1", "10.0.0.1/24");
        socket = network.in("h", () -> new DatagramSocket());
        box = new CulvertBox(network, "b1");
        box.vsctl("add-br sw1 -- add-port sw1 p1 -- set bridge sw1 other_config:mac-table-size=" + MAC_TABLE_LIMIT);
        for (String type : new String[] {"vxlan", "geneve", "gre"}) {
            box.vsctl("add-port sw1 " + type + "0 -- set interface " + type + "0 type=" + type
                    + " options:key=5 options:remote_ip=192.168.56.12");
        }
    }

    @AfterAll
    static void tearDown() throws Exception {
        try (var _ = network;
                var _ = box;
                var _ = socket) {
            assertThat(box.daemon().isAlive()).isTrue();
            assertThat(box.log()).doesNotContain("Exception", "|ERR|");
        }
    }

    @Test
    void everyWrongPacketIsCountedUnderItsName() throws Exception {
        Map<String, Long> before = drops();
        vxlan("");
        vxlan("08000000 00");
        vxlan("00000000 00000500" + FRAME);
        vxlan("08000000 00000501" + FRAME);
        vxlan("0c000000 00000500" + FRAME);
        vxlan("08000000 00000600" + FRAME);
        vxlan("08000000 00000500 0102030405");
        geneve("00006558");
        geneve("40006558 00000500" + FRAME);
        geneve("01006558 00000500");
        geneve("01006558 00000500 01020301" + FRAME);
        geneve("01006558 00000500 01028000" + FRAME);
        geneve("00806558 00000500" + FRAME);
        geneve("00000800 00000500" + FRAME);
        geneve("00006558 00000600" + FRAME);
        gre("0000");
        gre("40006558 00000000 00000005" + FRAME);
        gre("00016558" + FRAME);
        gre("20000800 00000005" + FRAME);
        gre("a0006558 ffff0000 00000005" + FRAME);
        gre("20006558 00000006" + FRAME);
        send(VXLAN, 3, "08000000 00000500" + FRAME); // a router on the way marked what cannot carry a mark
        Map<String, Long> expected = new TreeMap<>(Map.of(
                "drop_tunnel_truncated", 6L,
                "drop_vxlan_flags_invalid", 3L,
                "drop_tunnel_port_not_found", 3L,
                "drop_geneve_version_unknown", 1L,
                "drop_geneve_options_malformed", 1L,
                "drop_geneve_critical_option_unknown", 1L,
                "drop_geneve_control", 1L,
                "drop_gre_flags_invalid", 2L,
                "drop_gre_checksum_bad", 1L,
                "drop_tunnel_protocol_unknown", 2L));
        expected.put("drop_tunnel_ecn_not_capable", 1L);
        await().untilAsserted(() -> assertThat(since(before)).containsAllEntriesOf(expected));
        assertGoesOn();
    }

    @Test
    void framesOfRandomBytesHarmNothing() throws Exception {
        Random random = new Random(6081);
        String[] headers = {"08000000 00000500", "00006558 00000500"};
        String[] types = {"0800", "86dd", "8100", "88a8", "0806", "0000", "05dc", "8847", "894f"};
        byte[] versions = {0x45, 0x46, 0x4f, 0x60, 0x6f, 0x00};
        for (int i = 0; i < 6000; i++) {
            byte[] frame = new byte[14 + random.nextInt(i % 10 == 0 ? 9000 : 120)];
            random.nextBytes(frame);
            byte[] type = HexFormat.of().parseHex(types[random.nextInt(types.length)]);
            System.arraycopy(type, 0, frame, 12, 2);
            if (random.nextBoolean()) {
                Arrays.fill(frame, 0, 6, (byte) 0xff);
            }
            if (frame.length > 24 && random.nextInt(4) != 0) {
                frame[14] = versions[random.nextInt(versions.length)];
                frame[16] = 0;
                frame[23] = (byte) (random.nextBoolean() ? 6 : 17);
                frame[20] = (byte) (random.nextBoolean() ? 6 : 44);
            }
            send(i % 2 == 0 ? VXLAN : GENEVE, 0, headers[i % 2] + HexFormat.of().formatHex(frame));
            if (i % 100 == 0) {
                Thread.sleep(2);
            }
        }
        assertGoesOn();
        assertThat(box.appctl("fdb/show sw1").lines()).hasSizeLessThanOrEqualTo(MAC_TABLE_LIMIT + 1);
    }

    /** A right question through the tunnel gets the guest's answer. */
    private static void assertGoesOn() throws Exception {
        await().untilAsserted(() -> {
            byte[] answer = ask();
            assertThat(HexFormat.of().formatHex(answer, 0, 8)).isEqualTo("0800000000000500");
            assertThat(HexFormat.of().formatHex(answer, 8, 14)).isEqualTo("020000000099");
            assertThat(HexFormat.of().formatHex(answer, 20, 30)).isEqualTo("08060001080006040002");
        });
    }

    private static byte[] ask() throws Exception {
        return network.in("h", () -> {
            try (DatagramSocket asker = new DatagramSocket(new InetSocketAddress("192.168.56.12", VXLAN))) {
                asker.setSoTimeout(500);
                byte[] question = bytes("08000000 00000500" + QUESTION);
                asker.send(new DatagramPacket(question, question.length, host(), VXLAN));
                DatagramPacket answer = new DatagramPacket(new byte[10_000], 10_000);
                do {
                    asker.receive(answer);
                } while (answer.getData()[21] != 6); // whatever else the guest says
                return answer.getData();
            } catch (SocketTimeoutException e) {
                throw new AssertionError("no answer", e);
            }
        });
    }

    private static void vxlan(String hex) throws Exception {
        send(VXLAN, 0, hex);
    }

    private static void geneve(String hex) throws Exception {
        send(GENEVE, 0, hex);
    }

    private static void send(int port, int trafficClass, String hex) throws Exception {
        byte[] data = bytes(hex);
        socket.setTrafficClass(trafficClass);
        socket.send(new DatagramPacket(data, data.length, host(), port));
    }

    private static void gre(String hex) throws Exception {
        byte[] data = bytes(hex);
        try (Arena arena = Arena.ofConfined();
                RawSocket raw = network.in("h", () -> RawSocket.open(AddressFamily.INET, GRE, new SocketOptions()))) {
            MessageBatch batch = new MessageBatch(1, 1, 128);
            batch.vector(0, 0, arena.allocateFrom(ValueLayout.JAVA_BYTE, data).address(), data.length);
            batch.destination4(0, HOST, 0);
            assertThat(raw.send(batch, 0, 1)).isEqualTo(1);
        }
    }

    private static InetAddress host() throws Exception {
        return InetAddress.getByName("192.168.56.11");
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static Map<String, Long> drops() throws Exception {
        Map<String, Long> drops = new TreeMap<>();
        box.appctl("coverage/show")
                .lines()
                .filter(line -> line.contains("total: "))
                .forEach(line -> {
                    long count = Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
                    drops.put(line.substring(0, line.indexOf(' ')), count);
                });
        return drops;
    }

    private static Map<String, Long> since(Map<String, Long> before) throws Exception {
        Map<String, Long> now = drops();
        now.replaceAll((name, count) -> count - before.getOrDefault(name, 0L));
        return now;
    }
}
