package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.linux.TestNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Captures what leaves an interface, and has tshark read it. */
final class Wiretap implements AutoCloseable {
    /** tshark verifies no checksum unless it is told to, and sees protocols in random bytes unless it is told not to. */
    private static final List<String> OPTIONS = List.of(
            "-o",
            "ip.check_checksum:TRUE",
            "-o",
            "udp.check_checksum:TRUE",
            "-o",
            "tcp.check_checksum:TRUE",
            "-d",
            "tcp.port==1-65535,data");

    private final Path file = Files.createTempFile("wire", ".pcap");
    private Path profile;
    private final Path notes = Files.createTempFile("wire", ".txt");
    private final Process tcpdump;

    Wiretap(TestNetwork network, String namespace, String device) throws Exception {
        this(network, namespace, device, "out");
    }

    /** Captures one direction, {@code in} or {@code out}, or both ({@code inout}). */
    Wiretap(TestNetwork network, String namespace, String device, String direction) throws Exception {
        tcpdump = new ProcessBuilder(
                        "ip",
                        "netns",
                        "exec",
                        network.name(namespace),
                        "tcpdump",
                        "-Z",
                        "root",
                        "-U",
                        "--immediate-mode",
                        "-Q",
                        direction,
                        "-s",
                        "1600",
                        "-B",
                        "16384",
                        "-i",
                        device,
                        "-w",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(notes.toFile())
                .start();
        await().until(() -> Files.readString(notes).contains("listening on"));
    }

    /** Ends the capture; what was written can be read from now on. */
    void stop() throws Exception {
        Thread.sleep(100); // what is on its way through the wire
        tcpdump.destroy();
        assertThat(tcpdump.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(notes)).contains("0 packets dropped by kernel");
    }

    /** Has tshark decrypt with the keys in a folder's files {@code esp_sa} and {@code ikev2_decryption_table}. */
    void decryptWith(Path folder) {
        profile = folder;
    }

    /** How many packets a display filter selects. */
    int count(String filter) throws Exception {
        return values(filter, "frame.number").size();
    }

    /** The first value of a field, which is the outermost header's, in each packet that a display filter selects. */
    List<String> values(String filter, String field) throws Exception {
        List<String> command = new ArrayList<>(List.of("tshark", "-n", "-r", file.toString()));
        command.addAll(OPTIONS);
        if (profile != null) {
            command.addAll(
                    List.of("-o", "esp.enable_encryption_decode:TRUE", "-o", "esp.enable_authentication_check:TRUE"));
            for (String line : Files.readAllLines(profile.resolve("esp_sa"))) {
                command.addAll(List.of("-o", "uat:esp_sa:" + line));
            }
            for (String line : Files.readAllLines(profile.resolve("ikev2_decryption_table"))) {
                command.addAll(List.of("-o", "uat:ikev2_decryption_table:" + line));
            }
        }
        command.addAll(List.of("-Y", filter, "-T", "fields", "-E", "occurrence=f", "-e", field));
        return Outcome.of(Map.of(), command).text().lines().toList();
    }

    /** Nothing is malformed, no checksum is wrong, and no dissector sees an error. */
    void assertWellFormed() throws Exception {
        assertThat(values(
                        "_ws.malformed || _ws.expert.severity == \"Error\" || ip.checksum.status == \"Bad\""
                                + " || udp.checksum.status == \"Bad\" || tcp.checksum.status == \"Bad\""
                                + " || icmp.checksum.status == \"Bad\" || icmpv6.checksum.status == \"Bad\"",
                        "_ws.col.Info"))
                .isEmpty();
    }

    @Override
    public void close() throws Exception {
        tcpdump.destroy();
        tcpdump.waitFor();
        Files.delete(file);
        Files.delete(notes);
    }
}
