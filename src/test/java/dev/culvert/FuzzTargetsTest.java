package dev.culvert;

import dev.culvert.ipsec.esp.EspFuzzer;
import dev.culvert.ipsec.ike.IkeFuzzer;
import dev.culvert.jsonrpc.JsonFuzzer;
import dev.culvert.observe.CaptureFuzzer;
import dev.culvert.observe.capture.CaptureRequestFuzzer;
import dev.culvert.observe.capture.PcapngBlocksFuzzer;
import dev.culvert.observe.capture.WireFuzzer;
import dev.culvert.observe.doctor.FactsFuzzer;
import dev.culvert.observe.doctor.HearingFuzzer;
import dev.culvert.observe.http.HttpFuzzer;
import dev.culvert.openflow.codec.OpenFlowFuzzer;
import dev.culvert.ovsdb.engine.TransactionFuzzer;
import dev.culvert.ovsdb.log.LogFuzzer;
import dev.culvert.unixctl.UnixctlFuzzer;
import dev.culvert.vswitch.TraceFuzzer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The fuzz targets in the ordinary run: their seeds, what fuzzing has found before ({@code src/test/resources/dev/culvert/fuzz}),
 * and some thousands of damaged copies. {@code scripts/fuzz} gives them to Jazzer, which looks where the code has not been yet.
 */
@Timeout(120)
public class FuzzTargetsTest {
    private static final int ROUNDS = 20_000;
    private static final Path FOUND = Path.of("src/test/resources/dev/culvert/fuzz");

    private interface Target {
        void run(byte[] input) throws Exception;
    }

    /** The targets; {@code scripts/fuzz} knows them by these names, in lower case. */
    public enum Fuzzer {
        /** JSON-RPC's text. */
        JSON(JsonFuzzer.class, JsonFuzzer::fuzzerTestOneInput, JsonFuzzer.seeds()),
        /** RFC 7047's transactions. */
        TRANSACTION(TransactionFuzzer.class, TransactionFuzzer::fuzzerTestOneInput, TransactionFuzzer.seeds()),
        /** The database's file. */
        LOG(LogFuzzer.class, LogFuzzer::fuzzerTestOneInput, LogFuzzer.seeds()),
        /** IKE messages, from outside and from a peer that has the keys. */
        IKE(IkeFuzzer.class, IkeFuzzer::fuzzerTestOneInput, IkeFuzzer.seeds()),
        /** OpenFlow messages. */
        OPENFLOW(OpenFlowFuzzer.class, OpenFlowFuzzer::fuzzerTestOneInput, OpenFlowFuzzer.seeds()),
        /** The control socket. */
        UNIXCTL(UnixctlFuzzer.class, UnixctlFuzzer::fuzzerTestOneInput, UnixctlFuzzer.seeds()),
        /** Captures, and the packets in them. */
        CAPTURE(CaptureFuzzer.class, CaptureFuzzer::fuzzerTestOneInput, CaptureFuzzer.seeds()),
        /** What is asked of a daemon that is to capture. */
        CAPTURE_REQUEST(
                CaptureRequestFuzzer.class, CaptureRequestFuzzer::fuzzerTestOneInput, CaptureRequestFuzzer.seeds()),
        /** What such a daemon gives. */
        PCAPNG_BLOCKS(PcapngBlocksFuzzer.class, PcapngBlocksFuzzer::fuzzerTestOneInput, PcapngBlocksFuzzer.seeds()),
        /** Frames that a capture sees. */
        WIRE(WireFuzzer.class, WireFuzzer::fuzzerTestOneInput, WireFuzzer.seeds()),
        /** Frames that a doctor hears. */
        HEARING(HearingFuzzer.class, HearingFuzzer::fuzzerTestOneInput, HearingFuzzer.seeds()),
        /** What switches tell a doctor of themselves. */
        FACTS(FactsFuzzer.class, FactsFuzzer::fuzzerTestOneInput, FactsFuzzer.seeds()),
        /** What comes to the page of metrics. */
        HTTP(HttpFuzzer.class, HttpFuzzer::fuzzerTestOneInput, HttpFuzzer.seeds()),
        /** What is to be traced. */
        TRACE(TraceFuzzer.class, TraceFuzzer::fuzzerTestOneInput, TraceFuzzer.seeds()),
        /** ESP packets. */
        ESP(EspFuzzer.class, EspFuzzer::fuzzerTestOneInput, EspFuzzer.seeds());

        private final Class<?> type;
        private final Target target;
        private final List<byte[]> seeds;

        Fuzzer(Class<?> type, Target target, List<byte[]> seeds) {
            this.type = type;
            this.target = target;
            this.seeds = seeds;
        }
    }

    /** Writes a target's seeds into a folder, and prints the name of its class: {@code NAME FOLDER}. */
    public static void main(String[] args) throws IOException {
        Fuzzer fuzzer = Fuzzer.valueOf(args[0].toUpperCase(java.util.Locale.ROOT));
        Path folder = Files.createDirectories(Path.of(args[1]));
        int number = 0;
        for (byte[] seed : fuzzer.seeds) {
            Files.write(folder.resolve("seed" + number++), seed);
        }
        System.out.println(fuzzer.type.getName());
    }

    @ParameterizedTest
    @EnumSource
    void standsWhateverComes(Fuzzer fuzzer) throws Exception {
        List<byte[]> inputs = new ArrayList<>(fuzzer.seeds);
        Path found = FOUND.resolve(fuzzer.name().toLowerCase(java.util.Locale.ROOT));
        if (Files.isDirectory(found)) {
            try (var files = Files.list(found)) {
                for (Path file : files.toList()) {
                    inputs.add(Files.readAllBytes(file));
                }
            }
        }
        for (byte[] input : inputs) {
            run(fuzzer, input);
        }
        long seed = Long.getLong("culvert.seed", System.nanoTime());
        System.out.println(fuzzer + " fuzzer: -Dculvert.seed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] one = inputs.get(random.nextInt(inputs.size()));
            byte[] other = inputs.get(random.nextInt(inputs.size()));
            run(fuzzer, damaged(one, other, random));
        }
    }

    private static void run(Fuzzer fuzzer, byte[] input) {
        try {
            fuzzer.target.run(input);
        } catch (Exception | AssertionError | StackOverflowError e) {
            throw new AssertionError(fuzzer + ": " + HexFormat.of().formatHex(input), e);
        }
    }

    private static byte[] damaged(byte[] one, byte[] other, Random random) {
        byte[] input = Arrays.copyOf(one, Math.max(1, one.length));
        for (int i = random.nextInt(5); i > 0; i--) {
            int at = random.nextInt(input.length);
            switch (random.nextInt(6)) {
                case 0 -> input[at] = (byte) random.nextInt(256);
                case 1 -> input[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> input = Arrays.copyOf(input, at + 1);
                case 3 -> input = spliced(input, at, other, random);
                case 4 -> input[at] = (byte) "\"[]{},:0-e\\".charAt(random.nextInt(11));
                default -> input = spliced(input, at, input, random);
            }
        }
        return input;
    }

    /** The beginning of one, then the end of the other. */
    private static byte[] spliced(byte[] head, int length, byte[] tail, Random random) {
        int from = random.nextInt(tail.length + 1);
        byte[] joined = Arrays.copyOf(head, length + tail.length - from);
        System.arraycopy(tail, from, joined, length, tail.length - from);
        return joined.length == 0 ? new byte[1] : joined;
    }
}
