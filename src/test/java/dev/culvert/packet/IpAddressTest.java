package dev.culvert.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "255.255.255.255",
                "192.168.56.12",
                "::",
                "::1",
                "1::",
                "2001:db8::1",
                "fe80::1:0:0:1",
                "1:2:3:4:5:6:7:8",
                "1:0:3:4:5:6:7:8",
                "0:0:1::",
                "1:0:0:2::3"
            })
    void readsAndWritesCanonicalText(String text) {
        String canonical = text.equals("0:0:1::") ? "0:0:1::" : text;
        assertThat(Objects.requireNonNull(IpAddress.parse(text))).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.",
                "256.1.1.1",
                "1.2.3.4 ",
                "a.b.c.d",
                "localhost",
                ":",
                ":::",
                "1:2",
                "1:2:3:4:5:6:7:8:9",
                "g::",
                "::1%lo",
                "[::1]",
                "1.2.3.-4",
                "99999999999.1.1.1"
            })
    void refusesWhatIsNoAddress(String text) {
        assertThat(IpAddress.parse(text)).isNull();
    }

    @Test
    void agreesWithTheJdk() throws UnknownHostException {
        Random random = Frames.random("address");
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
            for (int j = 0; j < bytes.length; j++) {
                bytes[j] = (byte) (random.nextInt(3) == 0 ? random.nextInt() : 0);
            }
            InetAddress address = InetAddress.getByAddress(bytes);
            IpAddress ours = IpAddress.of(address);
            assertThat(ours.toInetAddress()).isEqualTo(address);
            assertThat(IpAddress.parse(ours.toString())).isEqualTo(ours);
            assertThat(IpAddress.parse(address.getHostAddress())).isEqualTo(ours);
            assertThat(ours.isMulticast()).isEqualTo(address.isMulticastAddress());
            assertThat(ours.isIpv4()).isEqualTo(bytes.length == 4);
            assertThat(ours.isUnspecified()).isEqualTo(address.isAnyLocalAddress());
        }
    }

    @Test
    void writesIpv4InIpv6AsIpv4() {
        assertThat(Objects.requireNonNull(IpAddress.parse("::ffff:1.2.3.4"))).hasToString("1.2.3.4");
    }
}
