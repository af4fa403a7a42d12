package dev.culvert.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamAddressTest {
    private static final Directories DIRECTORIES = Directories.from(Map.of("OVS_RUNDIR", "/run/here"));

    private static StreamAddress.Active active(String name) throws StreamException {
        return StreamAddress.active(name, StreamAddress.OVSDB_PORT, DIRECTORIES);
    }

    private static StreamAddress.Passive passive(String name) throws StreamException {
        return StreamAddress.passive(name, StreamAddress.OVSDB_PORT, DIRECTORIES);
    }

    @Test
    void relativeSocketsAreInTheRunDirectory() throws StreamException {
        assertThat(active("unix:db.sock"))
                .isEqualTo(new StreamAddress.Unix(Path.of("/run/here/db.sock"), "unix:db.sock"));
        assertThat(passive("punix:/tmp/a b"))
                .isEqualTo(new StreamAddress.PassiveUnix(Path.of("/tmp/a b"), "punix:/tmp/a b"));
    }

    @ParameterizedTest
    @CsvSource({
        "tcp:1.2.3.4:5, 1.2.3.4, 5",
        "tcp:1.2.3.4, 1.2.3.4, 6640",
        "tcp:[::1]:65535, ::1, 65535",
        "tcp:[::1], ::1, 6640",
        "tcp:::1, ::1, 6640",
        "tcp:[fe80::1%lo]:7, fe80::1%lo, 7",
        "tcp:some.host:0, some.host, 0",
    })
    void activeTcp(String name, String host, int port) throws StreamException {
        assertThat(active(name)).isEqualTo(new StreamAddress.Tcp(host, port, name));
    }

    @ParameterizedTest
    @CsvSource({
        "ptcp:, 6640, ''",
        "ptcp:0, 0, ''",
        "ptcp:6641:127.0.0.1, 6641, 127.0.0.1",
        "ptcp::127.0.0.1, 6640, 127.0.0.1",
        "ptcp:0:[::1], 0, ::1",
    })
    void passiveTcp(String name, int port, String host) throws StreamException {
        assertThat(passive(name)).isEqualTo(new StreamAddress.PassiveTcp(port, host, name));
    }

    /** The words in the log are those that ovs-vsctl 3.1 and ovsdb-server 3.1 print for the same addresses. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "foo|foo: unknown connection method",
                "punix:x|punix:x: unknown connection method",
                "tcp:1.2.3.4:abc|1.2.3.4:abc: bad port number \"abc\"",
                "tcp:1.2.3.4:70000|1.2.3.4:70000: bad port number \"70000\"",
                "tcp:1.2.3.4:-1|1.2.3.4:-1: bad port number \"-1\"",
                "tcp:1.2.3.4:99999999999999999999|1.2.3.4:99999999999999999999: bad port number \"99999999999999999999\"",
                "tcp::5|:5: host must be specified",
                "tcp:|: host must be specified",
                "tcp:1.2.3:5|1.2.3:5: bad IP address \"1.2.3\"",
                "tcp:1.2.3.256:5|1.2.3.256:5: bad IP address \"1.2.3.256\"",
                "tcp:[::g]:5|[::g]:5: bad IPv6 address \"::g\"",
                "tcp:1.2.3.4:5:6|1.2.3.4:5:6: bad IPv6 address \"1.2.3.4:5:6\"",
            })
    void badActive(String name, String detail) {
        assertThatExceptionOfType(StreamException.class)
                .isThrownBy(() -> active(name))
                .withMessage(detail)
                .extracting(StreamException::reason)
                .isEqualTo("Address family not supported by protocol");
    }

    @Test
    void badPassive() {
        assertThatExceptionOfType(StreamException.class)
                .isThrownBy(() -> passive("ptcp:abc"))
                .withMessage("abc: bad port number \"abc\"");
        assertThatExceptionOfType(StreamException.class).isThrownBy(() -> passive("unix:x"));
    }

    @Test
    void tlsIsNamedAsTcpIs() throws Exception {
        assertThat(active("ssl:[::1]:7000")).isEqualTo(new StreamAddress.Ssl("::1", 7000, "ssl:[::1]:7000"));
        assertThat(active("ssl:127.0.0.1")).isEqualTo(new StreamAddress.Ssl("127.0.0.1", 6640, "ssl:127.0.0.1"));
        assertThat(passive("pssl:7000")).isEqualTo(new StreamAddress.PassiveSsl(7000, "", "pssl:7000"));
    }

    @Test
    void directoriesFollowTheEnvironment() {
        Directories defaults = Directories.from(Map.of());
        assertThat(defaults.databaseSocket()).isEqualTo(Path.of("/var/run/openvswitch/db.sock"));
        assertThat(defaults.database()).isEqualTo(Path.of("/etc/openvswitch"));
        assertThat(defaults.log()).isEqualTo(Path.of("/var/log/openvswitch"));
        assertThat(Directories.from(Map.of("OVS_SYSCONFDIR", "/x")).database()).isEqualTo(Path.of("/x/openvswitch"));
        assertThat(Directories.from(Map.of("OVS_SYSCONFDIR", "/x", "OVS_DBDIR", "/y"))
                        .database())
                .isEqualTo(Path.of("/y"));
    }
}
