package dev.culvert.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PingReportTest {
    private static final String COMPLETE = """
            PING 10.9.0.2 (10.9.0.2) 56(84) bytes of data.
            64 bytes from 10.9.0.2: icmp_seq=1 ttl=64 time=1.48 ms
            64 bytes from 10.9.0.2: icmp_seq=2 ttl=64 time=0.032 ms
            64 bytes from 10.9.0.2: icmp_seq=3 ttl=64 time=0.037 ms

            --- 10.9.0.2 ping statistics ---
            3 packets transmitted, 3 received, 0% packet loss, time 23ms
            rtt min/avg/max/mdev = 0.032/0.515/1.478/0.680 ms
            """;

    private static final String DUPLICATES = """
            PING 10.9.0.2 (10.9.0.2) 56(84) bytes of data.
            64 bytes from 10.9.0.2: icmp_seq=1 ttl=64 time=12 ms
            64 bytes from 10.9.0.2: icmp_seq=1 ttl=64 time=13 ms (DUP!)
            From 10.9.0.1 icmp_seq=2 Destination Host Unreachable

            --- 10.9.0.2 ping statistics ---
            4 packets transmitted, 1 received, +1 duplicates, +1 errors, 75% packet loss, time 30ms
            """;

    private static final String TOO_LONG = """
            PING 10.9.0.2 (10.9.0.2) 1473(1501) bytes of data.

            --- 10.9.0.2 ping statistics ---
            1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 0ms

            """;

    /** The answer to the third request came after the fourth had been sent: none is lost; the second is. */
    @Test
    void lateAnswersCountAndLostOnesDoNot() {
        String output = """
                64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=0.5 ms
                64 bytes from 10.0.0.2: icmp_seq=3 ttl=64 time=21.5 ms
                64 bytes from 10.0.0.2: icmp_seq=4 ttl=64 time=0.5 ms

                --- 10.0.0.2 ping statistics ---
                4 packets transmitted, 3 received, 25% packet loss, time 40ms
                """;
        PingReport report = PingReport.ofFirst(output, 3);
        assertThat(report.sent()).isEqualTo(3);
        assertThat(report.received()).isEqualTo(2);
        assertThat(report.roundTripsMillis()).containsExactly(0.5, 21.5);
        assertThat(PingReport.ofFirst("", 3)).isEqualTo(new PingReport(3, 0, java.util.List.of()));
    }

    @Test
    void readsEveryRoundTrip() {
        PingReport report = PingReport.parse(COMPLETE);
        assertThat(report.complete()).isTrue();
        assertThat(report.roundTripsMillis()).containsExactly(0.032, 0.037, 1.48);
        assertThat(report.quantileMillis(0)).isEqualTo(0.032);
        assertThat(report.quantileMillis(0.5)).isEqualTo(0.037);
        assertThat(report.quantileMillis(0.99)).isEqualTo(1.48);
        assertThat(report.averageMillis()).isCloseTo(0.516, within(0.001));
    }

    @Test
    void countsAnAnswerOnceAndAnErrorNever() {
        PingReport report = PingReport.parse(DUPLICATES);
        assertThat(report.sent()).isEqualTo(4);
        assertThat(report.received()).isEqualTo(1);
        assertThat(report.lossPercent()).isEqualTo(75);
        assertThat(report.roundTripsMillis()).containsExactly(12.0);
        assertThat(report.complete()).isFalse();
    }

    @Test
    void hasNoRoundTripWithoutAnAnswer() {
        PingReport report = PingReport.parse(TOO_LONG);
        assertThat(report.complete()).isFalse();
        assertThat(report.quantileMillis(0.5)).isNaN();
        assertThat(report.averageMillis()).isNaN();
    }

    @Test
    void takesOutputWithoutASummaryForALoss() {
        for (String output : new String[] {"", "ping: connect: Network is unreachable\n", "3 packets trans"}) {
            assertThat(PingReport.parse(output).complete()).isFalse();
            assertThat(PingReport.parse(output).lossPercent()).isEqualTo(100);
        }
    }

    @Test
    void addsUp() {
        PingReport sum = PingReport.NONE.plus(PingReport.parse(COMPLETE)).plus(PingReport.parse(DUPLICATES));
        assertThat(sum.sent()).isEqualTo(7);
        assertThat(sum.received()).isEqualTo(4);
        assertThat(sum.quantileMillis(1)).isEqualTo(12);
    }
}
