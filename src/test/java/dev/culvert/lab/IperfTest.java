package dev.culvert.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** The texts are what iperf3 3.12 printed, less what is not read. */
class IperfTest {
    @Test
    void readsWhatTheReceiverCountedOfTcp() throws LabException {
        Iperf.Tcp tcp = Iperf.parseTcp("""
                {"start": {"version": "iperf 3.12"}, "intervals": [], "end": {"streams": [],
                 "sum_sent": {"start": 0, "end": 1.000402, "seconds": 1.000402, "bytes": 4046323712,
                              "bits_per_second": 32357581948.05688, "retransmits": 7, "sender": true},
                 "sum_received": {"start": 0, "end": 1.001045, "seconds": 1.001045, "bytes": 4046000000,
                              "bits_per_second": 32336797742.359238, "sender": true}}}
                """);
        assertThat(tcp.bytes()).isEqualTo(4_046_000_000L);
        assertThat(tcp.retransmits()).isEqualTo(7);
        assertThat(tcp.gigabits()).isCloseTo(32.334, within(0.001));
    }

    @Test
    void readsWhatArrivedOfUdp() throws LabException {
        Iperf.Udp udp = Iperf.parseUdp("""
                {"end": {"sum_received": {"start": 0, "end": 2.0, "seconds": 2.0, "bytes": 12879744,
                 "jitter_ms": 0.0029, "lost_packets": 3564, "packets": 204810, "lost_percent": 1.74, "sender": false}}}
                """);
        assertThat(udp.sent()).isEqualTo(204_810);
        assertThat(udp.received()).isEqualTo(201_246);
        assertThat(udp.rate()).isEqualTo(100_623);
    }

    @Test
    void passesOnTheReasonOfAFailure() {
        assertThatThrownBy(() -> Iperf.parseTcp("""
                        {"start": {}, "intervals": [], "end": {},
                         "error": "unable to connect to server: Connection timed out"}
                        """))
                .isInstanceOf(LabException.class)
                .hasMessage("iperf3: unable to connect to server: Connection timed out");
    }

    @Test
    void takesNothingForAFailure() {
        for (String report :
                new String[] {"", "{", "[]", "{\"end\": {}}", "{\"end\": {\"sum_received\": {\"bytes\": 0}}}"}) {
            assertThatThrownBy(() -> Iperf.parseTcp(report)).isInstanceOf(LabException.class);
            assertThatThrownBy(() -> Iperf.parseUdp(report)).isInstanceOf(LabException.class);
        }
    }
}
