package dev.culvert.tools.capture;

import dev.culvert.observe.CaptureReader;
import dev.culvert.observe.CapturedPacket;
import dev.culvert.observe.capture.CaptureStream;
import dev.culvert.observe.capture.PcapngBlocks;
import dev.culvert.observe.dissect.Dissector;
import dev.culvert.observe.dissect.EspKeyring;
import dev.culvert.observe.view.LayerText;
import dev.culvert.stream.Directories;
import dev.culvert.stream.StreamException;
import dev.culvert.unixctl.UnixctlClient;
import dev.culvert.unixctl.UnixctlException;
import dev.culvert.unixctl.program.ControlSocket;
import dev.culvert.unixctl.program.PidFile.PidFileException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line of {@code culvert capture}. */
@Command(
        name = "culvert capture",
        description = {
            "Captures what crosses a bridge of a running switch, whoever forwards it: frames at its ports, those that it"
                    + " drops and why, and of its tunnels each packet twice, around and inside. Without -w each packet is"
                    + " shown in a line.",
            "For Wireshark as it happens:  culvert capture --bridge sw1 -w - | wireshark -k -i -"
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:it was captured until the end", "1:it was not", "2:wrong usage, or the daemon refused"})
final class CaptureCommand implements Callable<Integer> {
    private static final long KEYS_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long LAST_SECONDS = 10;

    private final PrintStream out;
    private final PrintStream err;

    @Option(names = "--bridge", paramLabel = "BRIDGE", required = true, description = "the bridge")
    private String bridge = "";

    @Option(names = "--port", paramLabel = "PORT", description = "only what crosses this port")
    private @Nullable String port;

    @Option(names = "--underlay", description = "only the outer packets of tunnels")
    private boolean underlay;

    @Option(
            names = {"-c", "--count"},
            paramLabel = "N",
            defaultValue = "9223372036854775807",
            description = "end after N packets")
    private long count;

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "0", description = "end after N seconds")
    private long seconds;

    @Option(
            names = {"-s", "--snaplen"},
            paramLabel = "N",
            defaultValue = "262144",
            description = "keep N bytes of each packet (default: all)")
    private int snapLength;

    @Option(
            names = {"-w", "--write"},
            paramLabel = "FILE",
            description = "write pcapng to FILE, - for standard output")
    private @Nullable String file;

    @Option(
            names = "--keys",
            paramLabel = "FOLDER",
            description = "where IPsec's keys go, if the daemon gives them away (default with -w FILE: FILE-keys)")
    private @Nullable Path keys;

    @Option(
            names = {"-t", "--target"},
            paramLabel = "TARGET",
            defaultValue = "ovs-vswitchd",
            description = "the daemon, as ovs-appctl names it")
    private String target = "ovs-vswitchd";

    @Parameters(paramLabel = "FILTER", description = "what to capture, as tcpdump's filters (pcap-filter(7))")
    private List<String> filter = new ArrayList<>();

    private long keysNanos;

    CaptureCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() {
        if (count < 1 || seconds < 0 || (underlay && port != null)) {
            return fail(2, "a count is at least 1, and either --port or --underlay; see --help");
        }
        try (UnixctlClient client = UnixctlClient.connect(ControlSocket.of(target, Directories.fromEnvironment()))) {
            return capture(client);
        } catch (PidFileException e) {
            return fail(1, String.valueOf(e.getMessage()));
        } catch (UnixctlException e) {
            return fail(2, String.valueOf(e.getMessage()).strip());
        } catch (IOException e) {
            return fail(1, StreamException.reasonOf(e));
        }
    }

    private int capture(UnixctlClient client) throws IOException, UnixctlException {
        KeyFiles keyFiles = keyFiles(client);
        long end = seconds == 0 ? Long.MAX_VALUE : System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        CaptureStream[] stream = new CaptureStream[1];
        Runnable betweenFetches = () -> {
            if (System.nanoTime() >= end) {
                stream[0].stop();
            }
            collect(keyFiles, false);
        };
        CountDownLatch done = new CountDownLatch(1);
        stream[0] = new CaptureStream(client, arguments(), betweenFetches);
        Thread interrupt = new Thread(() -> {
            stream[0].stop();
            try {
                done.await(LAST_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(interrupt);
        try {
            try (CaptureStream captured = stream[0]) {
                int status = file == null ? show(captured) : write(captured, file);
                collect(keyFiles, true);
                return status;
            }
        } finally {
            done.countDown();
            try {
                Runtime.getRuntime().removeShutdownHook(interrupt);
            } catch (IllegalStateException e) {
                // it is running
            }
        }
    }

    private List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(bridge));
        if (port != null) {
            arguments.add("port=" + port);
        }
        if (underlay) {
            arguments.add("underlay");
        }
        arguments.add("snaplen=" + snapLength);
        if (!filter.isEmpty()) {
            arguments.add("filter=" + String.join(" ", filter));
        }
        return arguments;
    }

    private int write(CaptureStream stream, String to) throws IOException {
        PcapngBlocks blocks = new PcapngBlocks();
        try (OutputStream sink = to.equals("-") ? standardOutput() : Files.newOutputStream(Path.of(to))) {
            blocks.copy(stream, sink, count, stream::stop);
        }
        err.printf("%d packets captured, %d lost%n", blocks.packets(), blocks.lost());
        return 0;
    }

    /** A PrintStream keeps to itself that nobody reads any more. */
    private OutputStream standardOutput() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
                if (out.checkError()) {
                    throw new IOException("nobody reads what is captured");
                }
            }
        };
    }

    private int show(CaptureStream stream) throws IOException {
        Dissector dissector = new Dissector(EspKeyring.NONE);
        CaptureReader reader = CaptureReader.open(stream);
        long shown = 0;
        for (CapturedPacket packet = reader.next(); packet != null; packet = reader.next()) {
            String line =
                    LayerText.line(packet, dissector.dissect(packet.bytes())).stripTrailing();
            out.println(packet.comment().isEmpty() ? line : line + "  (" + LayerText.printable(packet.comment()) + ")");
            out.flush();
            if (out.checkError()) {
                return 1;
            }
            if (++shown == count) { // before the next one is waited for
                break;
            }
        }
        return 0;
    }

    private @Nullable KeyFiles keyFiles(UnixctlClient client) {
        if (keys != null) {
            return new KeyFiles(client, keys);
        }
        return file == null || file.equals("-") ? null : new KeyFiles(client, Path.of(file + "-keys"));
    }

    private void collect(@Nullable KeyFiles files, boolean last) {
        long now = System.nanoTime();
        if (files == null || (!last && keysNanos != 0 && now - keysNanos < KEYS_NANOS)) {
            return;
        }
        keysNanos = now;
        try {
            files.collect();
            if (last && files.any()) {
                err.println("IPsec's keys are in " + files.folder());
            }
        } catch (UnixctlException e) {
            if (last && keys != null) {
                err.println("culvert capture: " + String.valueOf(e.getMessage()).strip());
            }
        } catch (IOException e) {
            if (last) {
                err.println("culvert capture: keys: " + StreamException.reasonOf(e));
            }
        }
    }

    private int fail(int status, String message) {
        err.println("culvert capture: " + message);
        return status;
    }
}
