package dev.culvert.bench.trial;

import dev.culvert.bench.arm.Arm;
import dev.culvert.bench.arm.Conditions;
import dev.culvert.bench.arm.MachineLoad;
import dev.culvert.bench.arm.ManyStations;
import dev.culvert.bench.figures.Figures;
import dev.culvert.bench.load.Load;
import dev.culvert.lab.Iperf;
import dev.culvert.lab.LabException;
import dev.culvert.lab.PingReport;
import dev.culvert.lab.Prober;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** What a real arm is measured with: iperf3, ping and the programs in its guests. */
public final class Instruments implements Gauge {
    private static final Duration INTERVAL = Duration.ofMillis(2);
    private static final double PING_STEP_MILLIS = 0.001;
    private static final int PINGS_PER_SECOND = 500;
    private static final int PAYLOAD = 56;
    private static final int SMALL = 64;
    private static final int LARGE = 1400;
    private static final int IP_AND_UDP = 28;
    private static final int STREAMS = 8;
    private static final int RELEARN = 5;
    private static final int RUN_UP_MILLIS = 500;

    private final Arm arm;
    private final int largest;
    private final int stations;
    private final Prober prober;
    private final Iperf iperf;

    /**
     * @param arm what is measured, started
     * @param guestMtu the MTU of its guests
     * @param stations how many addresses its switches have learned from the left guest
     */
    public Instruments(Arm arm, int guestMtu, int stations) {
        this.arm = arm;
        this.stations = stations;
        largest = Math.min(LARGE, guestMtu - IP_AND_UDP);
        prober = new Prober(arm.shell(), arm.left(), arm.right().guestAddress());
        iperf = new Iperf(arm.shell(), arm.left(), arm.right());
    }

    @Override
    public Conditions settle() throws LabException, InterruptedException {
        return Conditions.settle();
    }

    @Override
    public Map<Metric, Double> take(Probe probe, int seconds) throws LabException, InterruptedException {
        return switch (probe) {
            case TCP -> tcp(seconds);
            case TCP8 -> Map.of(Metric.TCP_8, iperf.tcp(seconds, STREAMS).gigabits());
            case RTT -> quantiles(probe, ping(seconds));
            case LOADED -> quantiles(probe, pingUnderLoad(seconds));
            case UDP -> flood(probe, Load.datagrams(arm.sender(), arm.receiver(), target(), SMALL, seconds));
            case UDP1400 -> flood(probe, Load.datagrams(arm.sender(), arm.receiver(), target(), largest, seconds));
            case CONNECTIONS ->
                Map.of(
                        Metric.CONNECTIONS,
                        Load.connections(arm.sender(), arm.receiver(), target(), seconds)
                                .rate());
            case STATIONS -> newStations(seconds);
            case FRAMES ->
                Map.of(
                        Metric.FRAMES,
                        Load.frames(
                                        arm.sender(),
                                        arm.receiver(),
                                        arm.left().guestDevice(),
                                        arm.right().guestDevice(),
                                        stations,
                                        seconds)
                                .received()
                                .rate());
            case SETUP -> Map.of(Metric.MEMORY, arm.residentMegabytes());
        };
    }

    @Override
    public void tidy(Probe probe) throws LabException, InterruptedException {
        if (probe.leavesTraces()) {
            new ManyStations(arm).forget();
            prober.ping(RELEARN, INTERVAL, PAYLOAD); // or the next frames would go to everybody
            arm.calmDown();
        }
    }

    private String target() {
        return arm.right().guestAddress();
    }

    private Map<Metric, Double> tcp(int seconds) throws LabException, InterruptedException {
        MachineLoad before = MachineLoad.now();
        Iperf.Tcp tcp = iperf.tcp(seconds);
        double cpu = MachineLoad.now().busySince(before);
        return Map.of(Metric.TCP, tcp.gigabits(), Metric.CPU, cpu / (tcp.bytes() / 1e9));
    }

    private PingReport ping(int seconds) throws LabException, InterruptedException {
        return prober.ping(seconds * PINGS_PER_SECOND, INTERVAL, PAYLOAD);
    }

    private PingReport pingUnderLoad(int seconds) throws LabException, InterruptedException {
        FutureTask<Iperf.Tcp> load = new FutureTask<>(() -> iperf.tcp(seconds + 2));
        Thread thread = Thread.ofVirtual().name("load").start(load);
        try {
            TimeUnit.MILLISECONDS.sleep(RUN_UP_MILLIS);
            PingReport report = ping(seconds);
            load.get();
            return report;
        } catch (ExecutionException e) {
            throw new LabException("no load beside the pings: " + e.getMessage(), e);
        } finally {
            thread.interrupt();
        }
    }

    private static Map<Metric, Double> quantiles(Probe probe, PingReport report) throws LabException {
        if (report.received() == 0) {
            throw new LabException("no ping gets through");
        }
        Map<Metric, Double> values = new EnumMap<>(Metric.class);
        List<Double> shares = List.of(0.5, 0.99, 0.999);
        for (int i = 0; i < shares.size(); i++) {
            double millis = Figures.grouped(report.roundTripsMillis(), shares.get(i), PING_STEP_MILLIS);
            values.put(probe.metrics().get(i), millis * 1e3);
        }
        return values;
    }

    private static Map<Metric, Double> flood(Probe probe, Load.Flood flood) throws LabException {
        if (flood.received().packets() == 0) {
            throw new LabException("no datagram gets through");
        }
        return Map.of(
                probe.metrics().getFirst(),
                flood.received().rate(),
                probe.metrics().getLast(),
                flood.lossPercent());
    }

    private Map<Metric, Double> newStations(int seconds) throws LabException, InterruptedException {
        Load.Answered answered = Load.newStations(
                arm.sender(),
                arm.receiver(),
                arm.left().guestDevice(),
                arm.right().guestDevice(),
                seconds);
        return Map.of(Metric.NEW_STATIONS, answered.answers().rate(), Metric.UNANSWERED, answered.unansweredPercent());
    }
}
