package dev.culvert.bench.arm;

import dev.culvert.bench.load.LoadProcess;
import dev.culvert.lab.BoxSwitch;
import dev.culvert.lab.Console;
import dev.culvert.lab.Encapsulation;
import dev.culvert.lab.LabException;
import dev.culvert.lab.LabNetwork;
import dev.culvert.lab.LabSession;
import dev.culvert.lab.ProcessIdentity;
import dev.culvert.lab.Shell;
import dev.culvert.lab.Side;
import dev.culvert.lab.SwitchKind;
import dev.culvert.lab.VsctlSwitch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One of the switches that are compared, in a lab of its own that stays up as long as it is measured. */
public final class Arm implements AutoCloseable {
    private static final double TICKS_PER_SECOND = 100;
    private static final Duration CALM = Duration.ofMillis(500);
    private static final double CALM_SHARE = 0.1;
    private static final int PATIENCE = 60;

    /** What a bridge has room for and keeps, so that no station is forgotten for another one while it is measured. */
    private static final List<String> ROOM =
            List.of("other-config:mac-table-size=1000000", "other-config:mac-aging-time=3600");

    /** The same for the kernel's bridge, in hundredths of a second; it has no limit of its own. */
    private static final String KERNEL_AGEING = "360000";

    private final ArmKind kind;
    private final Underlay underlay;
    private final LabSession session;
    private final List<LoadProcess> load = new ArrayList<>();
    private final List<Duration> ready = new ArrayList<>();

    private Arm(ArmKind kind, Underlay underlay, LabSession session) {
        this.kind = kind;
        this.underlay = underlay;
        this.session = session;
    }

    /**
     * Makes the arm's network; its switches are not started.
     *
     * @param kind which switch
     * @param underlay the cable between its boxes
     * @param prefix put before its namespaces' names, and before the switch's name
     * @param console where to say what is done
     * @return the arm
     * @throws LabException if something is in the way
     * @throws InterruptedException if this thread is interrupted
     */
    public static Arm open(ArmKind kind, Underlay underlay, String prefix, Console console)
            throws LabException, InterruptedException {
        String own = prefix + kind.name().toLowerCase(Locale.ROOT) + "-";
        return new Arm(kind, underlay, LabSession.open(own, console));
    }

    /** Which switch it is. */
    public ArmKind kind() {
        return kind;
    }

    /** The cable between its boxes. */
    public Underlay underlay() {
        return underlay;
    }

    /** What runs its programs. */
    public Shell shell() {
        return session.shell();
    }

    /** The side whose guest sends. */
    public Side left() {
        return session.network().left();
    }

    /** The side whose guest receives. */
    public Side right() {
        return session.network().right();
    }

    /** Its switches, left first; none for a plain cable. */
    public List<BoxSwitch> switches() {
        return session.switches();
    }

    /** The load program in the left guest. */
    public LoadProcess sender() {
        return load.getFirst();
    }

    /** The load program in the right guest. */
    public LoadProcess receiver() {
        return load.getLast();
    }

    /** How long its switches took from their start until they answered, the mean of both boxes; NaN if there are none. */
    double readySeconds() {
        return kind.kind().isEmpty() || switches().getFirst().processes().isEmpty()
                ? Double.NaN
                : ready.stream().mapToLong(Duration::toMillis).average().orElse(Double.NaN) / 1e3;
    }

    /**
     * Starts the switches and the programs in the guests.
     *
     * @throws LabException if they do not come up
     * @throws InterruptedException if this thread is interrupted
     */
    public void start() throws LabException, InterruptedException {
        if (kind.kind().isPresent()) {
            startSwitches(kind.kind().get());
        } else {
            session.network().joinGuests(shell());
            if (underlay == Underlay.WIRE) {
                for (Side side : sides()) {
                    LabNetwork.withoutOffloads(shell(), side.guest(), side.guestDevice());
                }
            }
        }
        for (Side side : sides()) {
            load.add(LoadProcess.start(shell(), side.guest()));
        }
    }

    private void startSwitches(SwitchKind type) throws LabException, InterruptedException {
        if (underlay == Underlay.WIRE) {
            for (Side side : sides()) {
                LabNetwork.withoutOffloads(shell(), side.box(), side.underlayDevice());
            }
        }
        for (Side side : sides()) {
            ready.add(session.startSwitch(type, side));
            BoxSwitch box = switches().getLast();
            if (box instanceof VsctlSwitch ovs) {
                List<String> setting = new ArrayList<>(List.of("set", "Bridge", side.bridge()));
                setting.addAll(ROOM);
                if (kind == ArmKind.USERSPACE) {
                    setting.addAll(List.of("--", "set", "Open_vSwitch", ".", "other_config:kernel-offload=false"));
                }
                ovs.vsctl(Shell.LIMIT, setting);
            } else if (kind == ArmKind.KERNEL) {
                shell().run(
                                "ip",
                                "-n",
                                side.box(),
                                "link",
                                "set",
                                side.bridge(),
                                "type",
                                "bridge",
                                "ageing_time",
                                KERNEL_AGEING);
            }
        }
    }

    /**
     * Joins the boxes, and waits until packets get through: IPsec has to agree on keys first.
     *
     * @param encapsulation by this tunnel
     * @param guestMtu the MTU that the guests shall have
     * @throws LabException if nothing gets through
     * @throws InterruptedException if this thread is interrupted
     */
    public void connect(Encapsulation encapsulation, int guestMtu) throws LabException, InterruptedException {
        session.network().guestMtu(shell(), guestMtu);
        if (kind != ArmKind.BARE) {
            session.connect(encapsulation);
        }
        List<String> ping = Shell.inside(left().guest(), "ping", "-n", "-c", "1", "-w", "20", right().guestAddress());
        if (!shell().run(Shell.LIMIT, Map.of(), ping).succeeded()) {
            throw new LabException(kind.title() + ", " + encapsulation.label() + ": no ping gets through");
        }
    }

    /**
     * Parts the boxes.
     *
     * @throws LabException if a switch refuses
     * @throws InterruptedException if this thread is interrupted
     */
    public void disconnect() throws LabException, InterruptedException {
        if (kind != ArmKind.BARE) {
            session.disconnect();
        }
    }

    /** Resident memory of the left box's processes in 10⁶ bytes, NaN if there are none. */
    public double residentMegabytes() {
        List<ProcessIdentity> processes = processes();
        return processes.isEmpty()
                ? Double.NaN
                : processes.stream().mapToLong(ProcessIdentity::residentBytes).sum() / 1e6;
    }

    /**
     * Watches what the left box's processes do while nothing is asked of them.
     *
     * @param time for how long
     * @return their CPU time as a share of one core; 0 if there are none
     * @throws InterruptedException if this thread is interrupted
     */
    double idleShare(Duration time) throws InterruptedException {
        List<ProcessIdentity> processes = processes();
        if (processes.isEmpty()) {
            return 0;
        }
        long before = processes.stream().mapToLong(ProcessIdentity::cpuTicks).sum();
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
        long after = processes.stream().mapToLong(ProcessIdentity::cpuTicks).sum();
        return (after - before) / TICKS_PER_SECOND / (time.toNanos() / 1e9);
    }

    /**
     * Waits until its switches have tidied up after what they were made to do, at most half a minute.
     *
     * @throws InterruptedException if this thread is interrupted
     */
    public void calmDown() throws InterruptedException {
        for (int i = 0; i < PATIENCE && idleShare(CALM) > CALM_SHARE; i++) {
            // looks again
        }
    }

    @Override
    public void close() {
        load.forEach(LoadProcess::close);
        session.close();
    }

    private List<Side> sides() {
        return session.network().sides();
    }

    private List<ProcessIdentity> processes() {
        return switches().isEmpty() ? List.of() : switches().getFirst().processes();
    }
}
