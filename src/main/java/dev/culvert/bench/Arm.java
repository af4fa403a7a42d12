package dev.culvert.bench;

import dev.culvert.bench.figures.Figures;
import dev.culvert.lab.BoxSwitch;
import dev.culvert.lab.Console;
import dev.culvert.lab.Encapsulation;
import dev.culvert.lab.Iperf;
import dev.culvert.lab.LabException;
import dev.culvert.lab.LabNetwork;
import dev.culvert.lab.LabSession;
import dev.culvert.lab.PingReport;
import dev.culvert.lab.Prober;
import dev.culvert.lab.ProcessIdentity;
import dev.culvert.lab.SwitchKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One of the switches that are compared, in a lab of its own that stays up as long as the bench runs. */
final class Arm implements AutoCloseable {
    private static final int SHOWS = 5;
    private static final Duration SETTLE = Duration.ofSeconds(3);
    private static final Duration IDLE = Duration.ofSeconds(5);
    private static final double TICKS_PER_SECOND = 100;

    private static final int WARM_UP_PINGS = 50;
    private static final int WARM_UPS = 6;
    private static final int WARM_UP_SECONDS = 3;
    private static final double STILL_FASTER = 1.05;
    private static final int PINGS = 500;
    private static final Duration INTERVAL = Duration.ofMillis(2);
    private static final int PAYLOAD = 56;

    private final SwitchKind kind;
    private final LabSession session;
    private final Prober prober;
    private final Iperf iperf;

    private Arm(SwitchKind kind, LabSession session) {
        this.kind = kind;
        this.session = session;
        LabNetwork network = session.network();
        prober = new Prober(session.shell(), network.left(), network.right().guestAddress());
        iperf = new Iperf(session.shell(), network.left(), network.right());
    }

    /**
     * Makes the arm's network; its switches are not started.
     *
     * @param kind which switch
     * @param prefix put before its namespaces' names, and before the switch's name
     * @param console where to say what is done
     * @return the arm
     * @throws LabException if something is in the way
     * @throws InterruptedException if this thread is interrupted
     */
    static Arm open(SwitchKind kind, String prefix, Console console) throws LabException, InterruptedException {
        String own = prefix + kind.name().toLowerCase(Locale.ROOT) + "-";
        return new Arm(kind, LabSession.open(own, console));
    }

    /** Which switch it is. */
    SwitchKind kind() {
        return kind;
    }

    /**
     * Starts the switches, and measures what they cost when they have nothing to do.
     *
     * @param guestMtu the MTU that all arms' guests have
     * @return the figures
     * @throws LabException if they do not come up
     * @throws InterruptedException if this thread is interrupted
     */
    Upkeep start(int guestMtu) throws LabException, InterruptedException {
        LabNetwork network = session.network();
        Duration first = session.startSwitch(kind, network.left());
        Duration second = session.startSwitch(kind, network.right());
        network.guestMtu(session.shell(), guestMtu);
        BoxSwitch box = session.switches().getFirst();
        List<Double> shows = new ArrayList<>();
        for (int i = 0; i < SHOWS; i++) {
            long before = System.nanoTime();
            box.show();
            shows.add((System.nanoTime() - before) / 1e9);
        }
        boolean processes = !box.processes().isEmpty();
        if (processes) {
            Thread.sleep(SETTLE); // a process that has just started is not idle yet
        }
        double idle = processes ? idlePercent(box.processes()) : Double.NaN;
        return new Upkeep(
                kind,
                processes ? (first.toMillis() + second.toMillis()) / 2e3 : Double.NaN,
                Figures.median(shows),
                residentMegabytes(),
                Double.NaN,
                idle);
    }

    /** Resident memory of one box's processes in 10⁶ bytes, NaN if there are none. */
    double residentMegabytes() {
        List<ProcessIdentity> processes = session.switches().getFirst().processes();
        return processes.isEmpty()
                ? Double.NaN
                : processes.stream().mapToLong(ProcessIdentity::residentBytes).sum() / 1e6;
    }

    /**
     * Joins the boxes and warms the path up.
     *
     * @param encapsulation by this tunnel
     * @throws LabException if nothing gets through
     * @throws InterruptedException if this thread is interrupted
     */
    void connect(Encapsulation encapsulation) throws LabException, InterruptedException {
        session.connect(encapsulation);
        if (prober.ping(WARM_UP_PINGS, INTERVAL, PAYLOAD).received() == 0) {
            throw new LabException(kind.title() + ", " + encapsulation.label() + ": no ping gets through");
        }
        warmUp();
    }

    /** Carries TCP until it goes no faster: a JVM compiles what turns out to be hot while it runs. */
    private void warmUp() throws LabException, InterruptedException {
        double best = 0;
        for (int i = 0; i < WARM_UPS; i++) {
            double now = iperf.tcp(WARM_UP_SECONDS).gigabits();
            if (now < STILL_FASTER * best) {
                return;
            }
            best = now;
        }
    }

    /**
     * Parts the boxes.
     *
     * @throws LabException if a switch refuses
     * @throws InterruptedException if this thread is interrupted
     */
    void disconnect() throws LabException, InterruptedException {
        session.disconnect();
    }

    /**
     * Takes all figures once.
     *
     * @param encapsulation the tunnel that is up
     * @param round which round
     * @param seconds how long each throughput is measured
     * @return the figures
     * @throws LabException if one cannot be measured
     * @throws InterruptedException if this thread is interrupted
     */
    Trial measure(Encapsulation encapsulation, int round, int seconds) throws LabException, InterruptedException {
        double otherLoad = MachineLoad.share();
        PingReport pings = prober.ping(PINGS, INTERVAL, PAYLOAD);
        MachineLoad before = MachineLoad.now();
        Iperf.Tcp tcp = iperf.tcp(seconds);
        double cpu = MachineLoad.now().busySince(before);
        Iperf.Udp udp = iperf.udp(seconds);
        return new Trial(
                encapsulation,
                kind,
                round,
                tcp.gigabits(),
                cpu / (tcp.bytes() / 1e9),
                udp.rate(),
                pings.quantileMillis(0.5) * 1e3,
                pings.quantileMillis(0.99) * 1e3,
                otherLoad);
    }

    @Override
    public void close() {
        session.close();
    }

    private static double idlePercent(List<ProcessIdentity> processes) throws InterruptedException {
        long before = processes.stream().mapToLong(ProcessIdentity::cpuTicks).sum();
        Thread.sleep(IDLE);
        long after = processes.stream().mapToLong(ProcessIdentity::cpuTicks).sum();
        return (after - before) / TICKS_PER_SECOND / IDLE.toSeconds() * 100;
    }
}
