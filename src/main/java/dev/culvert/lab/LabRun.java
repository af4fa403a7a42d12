package dev.culvert.lab;

import dev.culvert.stream.StreamException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The lab's main job: both boxes up, then each encapsulation in turn, measured and told. */
final class LabRun {
    private static final int PINGS = 100;
    private static final Duration INTERVAL = Duration.ofMillis(10);
    private static final int ORDINARY = 56;
    private static final int LARGE_PINGS = 10;
    private static final int LARGE = 3000;

    /** What is sent by TCP while the underlay is captured: enough to see a connection live, little enough to read. */
    private static final int CAPTURED_TRANSFER = 200_000;

    private final LabOptions options;
    private final Console console;

    LabRun(LabOptions options, Console console) {
        this.options = options;
        this.console = console;
    }

    /**
     * Does all of it.
     *
     * @return whether every ping arrived and every measurement succeeded
     * @throws LabException if the lab cannot be set up
     * @throws InterruptedException if this thread is interrupted
     */
    boolean run() throws LabException, InterruptedException {
        makeFolder();
        console.heading("Culvert lab: one Layer 2 network across two boxes");
        try (LabSession session = LabSession.open(options.prefix(), console)) {
            console.done("network", String.join(", ", session.network().namespaces()));
            try {
                return measure(session);
            } catch (LabException e) {
                try {
                    session.saveLogs(options.out());
                } catch (LabException second) {
                    e.addSuppressed(second);
                }
                throw e;
            }
        }
    }

    private boolean measure(LabSession session) throws LabException, InterruptedException {
        LabNetwork network = session.network();
        startSwitch(session, options.left(), network.left());
        startSwitch(session, options.right(), network.right());
        int mtu = Math.min(options.left().guestMtu(), options.right().guestMtu());
        if (mtu < SwitchKind.CULVERT.guestMtu()) {
            network.guestMtu(session.shell(), mtu);
            console.done("guests' MTU", mtu + " bytes, because the switch cannot deal with more");
        }
        try (LabWeb page = LabWeb.open(options, session, console)) {
            boolean good = measureAll(session, mtu);
            if (page != null) {
                console.line("The page stays at " + page.url() + " until the lab is interrupted (Ctrl-C).");
                page.await();
            }
            return good;
        }
    }

    private boolean measureAll(LabSession session, int mtu) throws LabException, InterruptedException {
        List<LabResult> results = new ArrayList<>();
        for (Encapsulation encapsulation : options.encapsulations()) {
            if (!results.isEmpty()) {
                session.disconnect();
            }
            results.add(new EncapsulationRun(session, encapsulation, mtu).run());
        }
        LabReport report = new LabReport(results, options);
        report.table(console.unicode()).forEach(console::line);
        report.write();
        Path page = new LabPage(options, session.network(), results).write();
        boolean good = results.stream().allMatch(LabResult::good);
        if (!good) {
            session.saveLogs(options.out());
        }
        console.line("");
        console.line("Captures and figures are in " + options.out() + (good ? "." : "; the switches' logs too."));
        console.line("A report to read and to hand out: " + page);
        if (options.keep()) {
            session.keep();
            LabReport.hints(session).forEach(console::line);
        }
        return good;
    }

    private void startSwitch(LabSession session, SwitchKind kind, Side side) throws LabException, InterruptedException {
        console.begin("starting the switch in " + side.box());
        double seconds = session.startSwitch(kind, side).toMillis() / 1e3;
        console.done(side.box(), String.format(Locale.ROOT, "%s, ready after %.1f s", kind.title(), seconds));
        typed(kind, side, "add-br " + side.bridge());
        typed(kind, side, "add-port " + side.bridge() + " " + side.port());
    }

    /** Shows what has been typed, where the switch is one that is typed at. */
    private void typed(SwitchKind kind, Side side, String arguments) {
        if (kind != SwitchKind.KERNEL) {
            console.command(side.box(), "ovs-vsctl " + arguments);
        }
    }

    private void makeFolder() throws LabException {
        try {
            Files.createDirectories(options.out());
        } catch (IOException e) {
            throw new LabException(
                    "the folder " + options.out() + " cannot be made: " + StreamException.reasonOf(e), e);
        }
    }

    /** One encapsulation: a step that fails is noted, and the next one is tried all the same. */
    private final class EncapsulationRun {
        private final LabSession session;
        private final Encapsulation encapsulation;
        private final int deviceMtu;
        private final Prober prober;
        private final Iperf iperf;
        private final List<String> failures = new ArrayList<>();

        EncapsulationRun(LabSession session, Encapsulation encapsulation, int deviceMtu) {
            this.session = session;
            this.encapsulation = encapsulation;
            this.deviceMtu = deviceMtu;
            LabNetwork network = session.network();
            prober = new Prober(session.shell(), network.left(), network.right().guestAddress());
            iperf = new Iperf(session.shell(), network.left(), network.right());
        }

        LabResult run() throws LabException, InterruptedException {
            console.heading(encapsulation.label());
            LabNetwork network = session.network();
            showTunnel(options.left(), network.left(), network.right());
            showTunnel(options.right(), network.right(), network.left());
            Path file = options.out().resolve(encapsulation.label() + ".pcapng");
            ClearText clearText =
                    new ClearText(network.left().guestAddress(), network.right().guestAddress());
            PingReport first;
            PingReport small;
            PingReport large;
            int mtu;
            int overhead;
            try (UnderlayCapture capture = UnderlayCapture.start(network.left(), file, clearText)) {
                // captured from before the tunnel was made: what IPsec says at first is seen, and nothing in clear can
                // hide
                session.connect(encapsulation);
                network.forget(session.shell());
                first = ping("first packet", 1, ORDINARY);
                small = ping("pings", PINGS, ORDINARY);
                large = ping("large pings", LARGE_PINGS, LARGE);
                mtu = pathMtu();
                network.forget(session.shell());
                step("TCP, captured", this::transfer, bytes -> String.format(Locale.ROOT, "%,d bytes", bytes));
                capture.finish();
                overhead = encapsulation.isProtected()
                        ? decrypt(file, clearText)
                        : capture.meter().overhead().orElse(-1);
                console.done("capture", capture.packets() + " packets in " + file + ", " + overheadText(overhead));
            }
            describe();
            Iperf.Tcp tcp = step(
                    "TCP",
                    () -> iperf.tcp(options.seconds()),
                    result -> String.format(
                            Locale.ROOT, "%.2f Gb/s, %d retransmitted", result.gigabits(), result.retransmits()));
            Iperf.Udp udp = step(
                    "UDP",
                    () -> iperf.udp(options.seconds()),
                    result -> String.format(
                            Locale.ROOT,
                            "%,.0f packets/s of %d bytes received (%,.0f sent)",
                            result.rate(),
                            Iperf.DATAGRAM,
                            result.sent() / result.seconds()));
            return new LabResult(encapsulation, first, small, large, mtu, tcp, udp, overhead, failures);
        }

        private void showTunnel(SwitchKind kind, Side side, Side remote) {
            typed(kind, side, String.join(" ", encapsulation.addPort(side, remote.underlayAddress())));
        }

        /** Shows that nothing was in clear, and then what it was; returns the bytes that were added to a frame. */
        private int decrypt(Path file, ClearText clearText) throws InterruptedException {
            if (clearText.isProof()) {
                console.done("in clear", "nothing: " + clearText.describe());
            } else {
                failures.add("in clear: " + clearText.describe());
                console.failed("in clear", clearText.describe());
            }
            Decryption decryption = step("decrypted", () -> Decryption.of(session, file), Decryption::describe);
            return decryption == null ? -1 : decryption.overhead();
        }

        private void describe() throws LabException, InterruptedException {
            StringBuilder text = new StringBuilder();
            for (BoxSwitch box : session.switches()) {
                text.append(box.describe()).append('\n');
            }
            try {
                Files.writeString(options.out().resolve(encapsulation.label() + "-switches.txt"), text);
            } catch (IOException e) {
                throw new LabException("the report cannot be written: " + e.getMessage(), e);
            }
        }

        private PingReport ping(String name, int count, int payload) throws LabException, InterruptedException {
            console.begin(name);
            PingReport report = prober.ping(count, INTERVAL, payload);
            if (report.complete()) {
                console.done(name, LabReport.describe(report, payload));
            } else {
                console.failed(name, report.received() + " of " + report.sent() + " answered");
            }
            return report;
        }

        private Integer transfer() throws LabException, InterruptedException {
            iperf.transfer(CAPTURED_TRANSFER);
            return CAPTURED_TRANSFER;
        }

        private int pathMtu() throws LabException, InterruptedException {
            console.begin("effective MTU");
            int mtu = prober.pathMtu(deviceMtu);
            if (mtu < 0) {
                console.failed("effective MTU", "nothing gets through");
            } else {
                console.done("effective MTU", mtu + " bytes");
            }
            return mtu;
        }

        private <T> @Nullable T step(String name, Measurement<T> measurement, Describer<T> describer)
                throws InterruptedException {
            console.begin(name);
            try {
                T result = measurement.take();
                console.done(name, describer.describe(result));
                return result;
            } catch (LabException e) {
                failures.add(name + ": " + e.getMessage());
                console.failed(name, String.valueOf(e.getMessage()));
                return null;
            }
        }
    }

    private static String overheadText(int overhead) {
        return overhead < 0 ? "none of them a tunnelled ping" : overhead + " bytes added to each frame";
    }

    private interface Measurement<T> {
        T take() throws LabException, InterruptedException;
    }

    private interface Describer<T> {
        String describe(T result);
    }
}
