package dev.culvert.ipsec.ike;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.ipsec.ike.crypto.Proposals;
import java.io.DataOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** tshark reads what two engines said to each other, with the keys that {@link IkeEngine#exportKeys} gives. */
@Timeout(60)
class IkeWiresharkIT {
    private static final List<ChildPolicy> VXLAN = ChildPolicy.udp("vx0", 4789);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aes256gcm16-sha256-curve25519!",
                "aes128gcm16-sha384-ecp256!",
                "aes192gcm16-sha512-modp2048!",
                "aes256-sha256-ecp384!",
                "aes128-sha512-curve25519!",
                "aes192-sha384-curve25519!"
            })
    void everySuiteIsDecrypted(String ike) throws Exception {
        EnginePair pair = new EnginePair(1);
        pair.onlyAInitiates();
        pair.b.put(with(EnginePair.peerOfB(EnginePair.psk("k"), VXLAN), ike), pair.now);
        pair.a.put(with(EnginePair.peerOfA(EnginePair.psk("k"), VXLAN), ike), pair.now);
        pair.await(Duration.ofSeconds(10), pair::bothUp);
        List<IkeSaKeys> keys = new ArrayList<>(pair.a.exportKeys());
        pair.a.rekey("b", null, pair.now);
        pair.pass(Duration.ofSeconds(30));
        keys.addAll(pair.a.exportKeys());
        try (Capture capture = new Capture(pair.seen)) {
            assertThat(capture.ask(keys, "_ws.malformed", "frame.number")).isEmpty();
            assertThat(capture.ask(keys, "isakmp.exchangetype == 35", "isakmp.auth.method"))
                    .isNotEmpty()
                    .allMatch("2"::equals);
            assertThat(capture.ask(keys, "isakmp.exchangetype == 35", "isakmp.id.data.ipv4_addr"))
                    .containsOnly("192.0.2.1", "192.0.2.2");
            assertThat(capture.ask(keys, "isakmp.exchangetype == 36", "isakmp.nonce"))
                    .allMatch(nonce -> nonce.length() == 64);
            assertThat(capture.ask(keys, "isakmp.exchangetype == 37 && isakmp.delete.spi", "frame.number"))
                    .isNotEmpty();
            assertThat(capture.ask(List.of(), "isakmp.auth.method", "frame.number"))
                    .isEmpty();
        }
    }

    private static IkePeer with(IkePeer peer, String ike) {
        return new IkePeer(
                peer.name(),
                peer.local(),
                peer.remote(),
                peer.credentials(),
                peer.policies(),
                peer.forceEncapsulation(),
                Proposals.parseIke(ike),
                peer.esp(),
                peer.timing());
    }

    @Test
    void fragmentsOnPort4500ArePutTogether() throws Exception {
        try (TestCertificates certificates = new TestCertificates()) {
            TestCertificates.Pair left = certificates.selfSigned("left.example", "-keyalg", "RSA", "-keysize", "2048");
            TestCertificates.Pair right = certificates.selfSigned("right.example");
            IkePeer a = EnginePair.peerOfA(
                    CertificateCredentials.pinned(left.chain(), left.key(), right.certificate()), VXLAN);
            EnginePair pair = new EnginePair(1);
            pair.onlyAInitiates();
            pair.b.put(
                    EnginePair.peerOfB(
                            CertificateCredentials.pinned(right.chain(), right.key(), left.certificate()), VXLAN),
                    pair.now);
            pair.a.put(
                    new IkePeer(
                            a.name(),
                            a.local(),
                            a.remote(),
                            a.credentials(),
                            VXLAN,
                            true,
                            a.ike(),
                            a.esp(),
                            a.timing()),
                    pair.now);
            pair.await(Duration.ofSeconds(30), pair::bothUp);
            try (Capture capture = new Capture(pair.seen)) {
                List<IkeSaKeys> keys = pair.a.exportKeys();
                assertThat(capture.ask(keys, "_ws.malformed", "frame.number")).isEmpty();
                assertThat(capture.ask(keys, "isakmp.frag.number", "udp.port"))
                        .isNotEmpty()
                        .allMatch("4500"::equals);
                assertThat(capture.ask(keys, "isakmp.auth.method == 14", "isakmp.id.data.fqdn"))
                        .contains("left.example", "right.example");
            }
        }
    }

    /** Datagrams in a file that tshark reads. */
    private static final class Capture implements AutoCloseable {
        private static final int LINKTYPE_RAW = 101;

        private final Path file = Files.createTempFile("ike", ".pcap");

        Capture(List<IkeDatagram> datagrams) throws Exception {
            try (OutputStream raw = Files.newOutputStream(file);
                    DataOutputStream out = new DataOutputStream(raw)) {
                out.writeInt(0xa1b2c3d4);
                out.writeInt(0x0002_0004);
                out.writeLong(0);
                out.writeInt(65_535);
                out.writeInt(LINKTYPE_RAW);
                for (IkeDatagram datagram : datagrams) {
                    boolean marker = datagram.localPort() == 4500 && datagram.message().length > 1;
                    int length = 8 + (marker ? 4 : 0) + datagram.message().length;
                    out.writeLong(0);
                    out.writeInt(20 + length);
                    out.writeInt(20 + length);
                    out.writeInt(0x4500_0000 | (20 + length));
                    out.writeInt(0);
                    out.writeInt(0x4011_0000);
                    out.write(datagram.local().toInetAddress().getAddress());
                    out.write(datagram.remote().toInetAddress().getAddress());
                    out.writeShort(datagram.localPort());
                    out.writeShort(datagram.remotePort());
                    out.writeShort(length);
                    out.writeShort(0);
                    if (marker) {
                        out.writeInt(0);
                    }
                    out.write(datagram.message());
                }
            }
        }

        List<String> ask(List<IkeSaKeys> keys, String filter, String field) throws Exception {
            List<String> command = new ArrayList<>(List.of("tshark", "-n", "-r", file.toString()));
            for (IkeSaKeys one : keys) {
                command.addAll(List.of("-o", "uat:ikev2_decryption_table:" + one.line()));
            }
            command.addAll(List.of("-Y", filter, "-T", "fields", "-E", "occurrence=f", "-e", field));
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as("%s", command).isZero();
            return output.lines().toList();
        }

        @Override
        public void close() throws Exception {
            Files.delete(file);
        }
    }
}
