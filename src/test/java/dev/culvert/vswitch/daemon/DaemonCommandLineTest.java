package dev.culvert.vswitch.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.culvert.stream.Directories;
import dev.culvert.stream.ListenAddress;
import dev.culvert.stream.StreamAddress;
import dev.culvert.stream.TlsFiles;
import dev.culvert.unixctl.program.GetOpt.UsageException;
import dev.culvert.vswitch.daemon.DaemonCommandLine.Request;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DaemonCommandLineTest {
    private static final Directories DIRECTORIES = Directories.from(Map.of("OVS_RUNDIR", "/run/x", "OVS_DBDIR", "/db"));

    private static DaemonOptions options(String... words) throws UsageException {
        Request request = DaemonCommandLine.parse(List.of(words), DIRECTORIES);
        assertThat(request).isInstanceOf(Request.Run.class);
        return ((Request.Run) request).options();
    }

    @Test
    void withoutOptionsItServesItsOwnDatabase() throws UsageException {
        long pid = ProcessHandle.current().pid();
        assertThat(options())
                .isEqualTo(new DaemonOptions(
                        null,
                        List.of(),
                        null,
                        false,
                        Path.of("/run/x/ovs-vswitchd." + pid + ".ctl"),
                        TlsFiles.NONE,
                        false,
                        false,
                        false,
                        null,
                        null,
                        false,
                        DIRECTORIES));
    }

    @Test
    void whatScriptsUseIsUnderstood() throws UsageException {
        DaemonOptions options = options(
                "unix:/x/db.sock",
                "--detach",
                "--no-chdir",
                "--pidfile",
                "--overwrite-pidfile",
                "--unixctl=c.ctl",
                "--disable-system",
                "--disable-system-route",
                "--monitor",
                "--mlockall",
                "-vbridge:warn",
                "-C",
                "ca.pem",
                "--enable-dummy=override",
                "--allow-key-export",
                "--metrics=[::1]:9475",
                "--web=8080",
                "--web-capture",
                "--remote=ptcp:6641:127.0.0.1",
                "--remote",
                "punix:more.sock");
        assertThat(options)
                .isEqualTo(new DaemonOptions(
                        "unix:/x/db.sock",
                        List.of(
                                new StreamAddress.PassiveTcp(6641, "127.0.0.1", "ptcp:6641:127.0.0.1"),
                                new StreamAddress.PassiveUnix(Path.of("/run/x/more.sock"), "punix:more.sock")),
                        Path.of("/run/x/ovs-vswitchd.pid"),
                        true,
                        Path.of("/run/x/c.ctl"),
                        TlsFiles.NONE.withCaCertificate(Path.of("ca.pem").toAbsolutePath(), false),
                        true,
                        true,
                        true,
                        new ListenAddress("::1", 9475),
                        new ListenAddress("127.0.0.1", 8080),
                        true,
                        DIRECTORIES));
        assertThat(options("--pidfile=/a/b").pidFile()).isEqualTo(Path.of("/a/b"));
        assertThat(options("--pidfile=b").pidFile()).isEqualTo(Path.of("/run/x/b"));
        assertThat(options("--unixctl=none").controlSocket()).isNull();
    }

    @Test
    void versionIsWhatScriptsParse() throws UsageException {
        assertThat(DaemonCommandLine.parse(List.of("-V", "--foo"), DIRECTORIES))
                .isInstanceOfSatisfying(
                        Request.Print.class,
                        print -> assertThat(print.text())
                                .startsWith("ovs-vswitchd (Open vSwitch) 3.1.0\n")
                                .contains("Culvert 0.1.0"));
        assertThat(DaemonCommandLine.parse(List.of("--help"), DIRECTORIES))
                .isInstanceOfSatisfying(
                        Request.Print.class,
                        print -> assertThat(print.text())
                                .contains("/db/conf.db", "unix:/run/x/db.sock", "/run/x/ovs-vswitchd.pid"));
    }

    /** The words, up to those about what only Culvert has, are those of ovs-vswitchd 3.1. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "--foo|unrecognized option '--foo'",
                "-x|invalid option -- 'x'",
                "a b|at most one non-option argument accepted; use --help for usage",
                "-vfoo|processing \"foo\": no destination, level, or module \"foo\"",
                "--detach=1|option '--detach' doesn't allow an argument",
                "--unixctl|option '--unixctl' requires an argument",
                "--p|option '--p' is ambiguous; possibilities: '--pidfile' '--private-key' '--peer-ca-cert'",
                "--enable-dummy=foo|foo: unknown dummy level",
                "--dpdk x|Using --dpdk to configure DPDK is not supported.",
                "--remote=tpc:1.2.3.4|--remote: tpc:1.2.3.4: unknown connection method",
                "--remote=ptcp:x|--remote: x: bad port number \"x\"",
                "--metrics=localhost|--metrics: localhost: ADDRESS:PORT expected, IPv6 in brackets",
                "--metrics=::1:9475|--metrics: ::1:9475: ADDRESS:PORT expected, IPv6 in brackets",
                "--metrics=127.0.0.1:http|--metrics: 127.0.0.1:http: bad port number \"http\"",
                "--user=nobody|--user is not supported; start the daemon as that user",
            })
    void mistakesAreNamed(String line, String message) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> options(line.split(" ")))
                .withMessage(message);
    }
}
