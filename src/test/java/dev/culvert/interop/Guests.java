package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.lab.PingReport;
import dev.culvert.linux.TestNetwork;
import dev.culvert.linux.Transfer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Two hosts on one Ethernet that a switch makes: {@code l} with 10.0.0.1 and {@code r} with 10.0.0.2. */
final class Guests {
    static final String LEFT = "10.0.0.1";
    static final String RIGHT = "10.0.0.2";

    private static final int TRANSFER = 4 << 20;

    private final TestNetwork network;

    Guests(TestNetwork network) {
        this.network = network;
    }

    /** Gives the two their addresses. */
    void addresses(String leftDevice, String rightDevice) throws Exception {
        network.address("l", leftDevice, LEFT + "/24");
        network.address("r", rightDevice, RIGHT + "/24");
    }

    /** Lays the cables of two guests, each to port {@code p1} of the box of its side, and gives them their addresses. */
    static Guests behindBoxes(TestNetwork network) throws Exception {
        network.veth("l", "veth1", "b1", "p1");
        network.veth("r", "veth1", "b2", "p1");
        Guests guests = new Guests(network);
        guests.addresses("veth1", "veth1");
        return guests;
    }

    /**
     * How many of some echo requests, which are sent in quick succession, are answered.
     *
     * @param options options and address
     */
    int ping(String from, int count, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "ip",
                "netns",
                "exec",
                network.name(from),
                "ping",
                "-n",
                "-i",
                "0.05",
                "-w",
                "" + (3 + count / 20),
                "-c",
                "" + count));
        command.addAll(List.of(options));
        // without -w it would not wait for an answer that takes longer than two round trips did before
        return PingReport.ofFirst(Outcome.of(Map.of(), command).out(), count).received();
    }

    /** Waits until the two have found each other: neighbours of other makes lose the first packets. */
    void awaitEachOther() {
        awaitAnswer("l", RIGHT);
    }

    /** Waits for a first answer: an interface that has just come up does not carry anything for up to a second. */
    void awaitAnswer(String from, String... options) {
        await().atMost(Duration.ofSeconds(20))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> ping(from, 1, options) == 1);
    }

    /** Small and large echoes, and TCP with large segments both ways, none of them missing a byte. */
    void assertJoined() throws Exception {
        awaitEachOther();
        assertThat(ping("l", 5, RIGHT)).as("small echoes").isEqualTo(5);
        assertThat(ping("l", 3, "-s", "3000", RIGHT)).as("echoes in fragments").isEqualTo(3);
        assertTcp();
    }

    /** TCP both ways. */
    void assertTcp() throws Exception {
        assertThat(transfer("l", "r", RIGHT)).as("TCP from left to right").isTrue();
        assertThat(transfer("r", "l", LEFT)).as("TCP from right to left").isTrue();
    }

    private boolean transfer(String from, String to, String address) throws Exception {
        try {
            return Transfer.succeeds(network, from, to, address, TRANSFER);
        } catch (IOException e) {
            throw new AssertionError(from + " to " + to + ": " + e.getMessage(), e);
        }
    }
}
