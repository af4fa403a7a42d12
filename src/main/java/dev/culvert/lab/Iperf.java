package dev.culvert.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Throughput from one guest to the other, measured by iperf3. */
public final class Iperf {
    /** Payload of the datagrams whose rate is measured, in bytes: small ones, where a switch has most to do. */
    public static final int DATAGRAM = 64;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Shell shell;
    private final Side from;
    private final Side to;

    /**
     * @param shell what runs {@code iperf3}
     * @param from the side whose guest sends
     * @param to the side whose guest receives
     */
    public Iperf(Shell shell, Side from, Side to) {
        this.shell = shell;
        this.from = from;
        this.to = to;
    }

    /**
     * What went through a TCP connection.
     *
     * @param bytes payload received
     * @param seconds for so long
     * @param retransmits segments that the sender sent again
     */
    public record Tcp(long bytes, double seconds, long retransmits) {
        /** Payload received in 10⁹ bits a second. */
        public double gigabits() {
            return bytes * 8 / seconds / 1e9;
        }
    }

    /**
     * What arrived of a flood of datagrams.
     *
     * @param received datagrams that arrived
     * @param sent datagrams that were sent
     * @param seconds for so long
     */
    public record Udp(long received, long sent, double seconds) {
        /** Datagrams received a second. */
        public double rate() {
            return received / seconds;
        }
    }

    /**
     * One TCP connection for some seconds. Congestion control is Reno: with BBR, which a machine may have as its
     * default, a rate says more about pacing than about the path. {@link LabNetwork} has sockets begin without it.
     *
     * @param seconds for so long
     * @return what the receiver counted
     * @throws LabException with iperf3's reason, if it fails
     * @throws InterruptedException if this thread is interrupted
     */
    public Tcp tcp(int seconds) throws LabException, InterruptedException {
        return tcp(seconds, 1);
    }

    /**
     * Several TCP connections at once for some seconds.
     *
     * @param seconds for so long
     * @param streams how many
     * @return what the receiver counted, of all together
     * @throws LabException with iperf3's reason, if it fails
     * @throws InterruptedException if this thread is interrupted
     */
    public Tcp tcp(int seconds, int streams) throws LabException, InterruptedException {
        return parseTcp(run(seconds, "-t", "" + seconds, "-P", "" + streams, "-C", "reno"));
    }

    /**
     * One short TCP transfer, too short to be measured.
     *
     * @param bytes how much
     * @throws LabException with iperf3's reason, if it fails
     * @throws InterruptedException if this thread is interrupted
     */
    public void transfer(int bytes) throws LabException, InterruptedException {
        end(run(5, "-n", Integer.toString(bytes), "-C", "reno"));
    }

    /**
     * Datagrams of {@link #DATAGRAM} bytes as fast as they can be sent.
     *
     * @param seconds for so long
     * @return what arrived
     * @throws LabException with iperf3's reason, if it fails
     * @throws InterruptedException if this thread is interrupted
     */
    public Udp udp(int seconds) throws LabException, InterruptedException {
        return parseUdp(run(seconds, "-t", Integer.toString(seconds), "-u", "-b", "0", "-l", "" + DATAGRAM));
    }

    /**
     * Reads iperf3's report ({@code -J}) of a TCP run.
     *
     * @param report JSON text
     * @return its totals
     * @throws LabException if iperf3 reported an error, or the text is no report
     */
    static Tcp parseTcp(String report) throws LabException {
        JsonNode end = end(report);
        JsonNode received = end.path("sum_received");
        return new Tcp(
                positive(received, "bytes").asLong(),
                positive(received, "seconds").asDouble(),
                end.path("sum_sent").path("retransmits").asLong(0));
    }

    /**
     * Reads iperf3's report ({@code -J}) of a UDP run.
     *
     * @param report JSON text
     * @return its totals
     * @throws LabException if iperf3 reported an error, or the text is no report
     */
    static Udp parseUdp(String report) throws LabException {
        JsonNode received = end(report).path("sum_received");
        long sent = positive(received, "packets").asLong();
        return new Udp(
                sent - received.path("lost_packets").asLong(0),
                sent,
                positive(received, "seconds").asDouble());
    }

    private static JsonNode end(String report) throws LabException {
        try {
            JsonNode root = JSON.readTree(report);
            if (root.path("error").isString()) {
                throw new LabException("iperf3: " + root.path("error").asString());
            }
            return root.path("end");
        } catch (JacksonException e) {
            throw new LabException("iperf3 gave no report", e);
        }
    }

    private static JsonNode positive(JsonNode node, String field) throws LabException {
        JsonNode value = node.path(field);
        if (!value.isNumber() || value.asDouble() <= 0) {
            throw new LabException("iperf3: nothing arrived");
        }
        return value;
    }

    private String run(int seconds, String... options) throws LabException, InterruptedException {
        Process server = shell.start(Map.of(), Shell.inside(to.guest(), "iperf3", "-s", "-1", "--forceflush"));
        try {
            awaitListening(server);
            List<String> client =
                    new ArrayList<>(List.of("iperf3", "-c", to.guestAddress(), "-J", "--connect-timeout", "3000"));
            client.addAll(List.of(options));
            Shell.Output output =
                    shell.run(Duration.ofSeconds(seconds + 15L), Map.of(), Shell.inside(from.guest(), client));
            if (output.status() == 124) {
                throw new LabException("iperf3 did not end: no data gets through");
            }
            return output.out();
        } finally {
            shell.stop(server);
        }
    }

    private static void awaitListening(Process server) throws LabException, InterruptedException {
        CompletableFuture<Boolean> listening = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.contains("listening")) {
                        listening.complete(true);
                    }
                }
            } catch (IOException e) {
                // the server was stopped
            }
            listening.complete(false);
        });
        try {
            if (!listening.get(5, TimeUnit.SECONDS)) {
                throw new LabException("the iperf3 server did not start");
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new LabException("the iperf3 server did not start", e);
        }
    }
}
