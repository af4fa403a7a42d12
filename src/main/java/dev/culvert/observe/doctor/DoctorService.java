package dev.culvert.observe.doctor;

import dev.culvert.linux.LinuxException;
import dev.culvert.linux.Netlink;
import dev.culvert.observe.state.Answers;
import dev.culvert.observe.state.UnavailableException;
import dev.culvert.packet.IpAddress;
import dev.culvert.tunnel.TunnelConfig;
import dev.culvert.tunnel.TunnelType;
import dev.culvert.unixctl.UnixctlException;
import dev.culvert.vswitch.SwitchCompanion;
import dev.culvert.vswitch.SwitchState;
import dev.culvert.vswitch.VirtualSwitch;
import dev.culvert.vswitch.daemon.DaemonContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The doctor's control commands: {@code doctor/check [SECONDS]} looks at everything, listens for so long to what the other ends of tunnels
 * send, and answers with a line for each thing that is wrong; {@code doctor/facts} tells the doctor of another switch what this one expects.
 */
public final class DoctorService implements SwitchCompanion {
    /** At a time: each sends pings and listens. */
    private static final int CHECKS_MAX = 2;

    /** Other ends that are pinged in one check; with more of them the first ones stand for all. */
    private static final int REMOTES_MAX = 32;

    private static final int SECONDS_MAX = 60;
    private static final int SECONDS = 3;

    private final Semaphore room = new Semaphore(CHECKS_MAX);
    private @Nullable VirtualSwitch looked;

    /** For {@link java.util.ServiceLoader}. */
    public DoctorService() {}

    @Override
    public void start(VirtualSwitch running, DaemonContext context) {
        looked = running;
        context.commands().register("doctor/check", "[seconds]", 0, 1, this::check);
        context.commands().register("doctor/facts", "", 0, 0, _ -> facts());
    }

    @Override
    public void stop() {}

    private String facts() throws UnixctlException {
        try (Netlink netlink = Netlink.open()) {
            return Facts.of(state(), new UnderlayCheck(netlink).own()).text();
        } catch (LinuxException e) {
            throw new UnixctlException(String.valueOf(e.getMessage()));
        }
    }

    private String check(List<String> arguments) throws UnixctlException {
        int seconds = arguments.isEmpty() ? SECONDS : seconds(arguments.getFirst());
        if (!room.tryAcquire()) {
            throw new UnixctlException("there are " + CHECKS_MAX + " checks under way already");
        }
        try (Netlink netlink = Netlink.open()) {
            StringBuilder text = new StringBuilder();
            findings(netlink, seconds).forEach(finding -> text.append(finding).append('\n'));
            return text.toString();
        } catch (LinuxException e) {
            throw new UnixctlException(String.valueOf(e.getMessage()));
        } finally {
            room.release();
        }
    }

    private static int seconds(String text) throws UnixctlException {
        try {
            int seconds = Integer.parseInt(text);
            if (seconds > 0 && seconds <= SECONDS_MAX) {
                return seconds;
            }
        } catch (NumberFormatException e) {
            // the same as a number that makes no sense
        }
        throw new UnixctlException(text + ": not a number of seconds from 1 to " + SECONDS_MAX);
    }

    private List<Finding> findings(Netlink netlink, int seconds) throws LinuxException, UnixctlException {
        SwitchState before = state();
        List<Finding> findings = new ArrayList<>();
        List<SwitchState.Port> ports = new ArrayList<>();
        before.bridges().forEach(bridge -> ports.addAll(bridge.ports()));
        ports.forEach(port -> PortCheck.check(port, findings));
        UnderlayCheck underlay = new UnderlayCheck(netlink);
        List<SwitchState.Port> reachable = new ArrayList<>();
        Set<IpAddress> remotes = new HashSet<>();
        for (SwitchState.Port port : ports) {
            TunnelConfig config = port.tunnel();
            if (config == null || port.number() < 0 || !config.remote().isFixed()) {
                continue;
            }
            boolean known = remotes.contains(config.remote().address());
            if (!known && remotes.size() == REMOTES_MAX) {
                continue;
            }
            remotes.add(config.remote().address());
            if (underlay.check(port, config, findings)) {
                reachable.add(port);
            }
        }
        if (!reachable.isEmpty()) {
            listen(reachable, ports, seconds, findings);
        }
        return findings;
    }

    private void listen(List<SwitchState.Port> tunnels, List<SwitchState.Port> all, int seconds, List<Finding> findings)
            throws LinuxException, UnixctlException {
        Set<IpAddress> hosts = new HashSet<>();
        Set<Integer> interfaces = new HashSet<>();
        Set<Integer> vxlan = new HashSet<>(Set.of(TunnelType.VXLAN.defaultPort()));
        Set<Integer> geneve = new HashSet<>(Set.of(TunnelType.GENEVE.defaultPort()));
        for (SwitchState.Port port : tunnels) {
            TunnelConfig config = port.tunnel();
            SwitchState.Egress way = port.way();
            if (config != null && way != null) {
                hosts.add(config.remote().address());
                interfaces.add(way.ifindex());
                if (config.type() == TunnelType.VXLAN) {
                    vxlan.add(config.port());
                } else if (config.type() == TunnelType.GENEVE) {
                    geneve.add(config.port());
                }
            }
        }
        Hearing hearing = new Hearing(hosts, vxlan, geneve);
        Map<String, Long> first = received(state());
        hearing.listen(interfaces, TimeUnit.SECONDS.toNanos(seconds));
        SwitchState after = state();
        Map<String, Long> meanwhile = received(after);
        meanwhile.replaceAll((name, count) -> count - first.getOrDefault(name, 0L));
        TunnelCheck check = new TunnelCheck(hearing.counts(), meanwhile);
        Map<String, SwitchState.Port> now = new HashMap<>();
        after.bridges().forEach(bridge -> bridge.ports().forEach(port -> now.put(port.name(), port)));
        for (SwitchState.Port port : tunnels) {
            SwitchState.Port latest = now.getOrDefault(port.name(), port);
            TunnelConfig config = latest.tunnel();
            if (config != null) {
                check.check(latest, config, all, findings);
            }
        }
    }

    private static Map<String, Long> received(SwitchState state) {
        Map<String, Long> received = new HashMap<>();
        state.bridges()
                .forEach(bridge -> bridge.ports()
                        .forEach(port ->
                                received.put(port.name(), port.statistics().getOrDefault("rx_packets", 0L))));
        return received;
    }

    private SwitchState state() throws UnixctlException {
        VirtualSwitch running = looked;
        if (running == null) {
            throw new UnixctlException("the switch has not started");
        }
        try {
            return Answers.await(running.state());
        } catch (UnavailableException e) {
            throw new UnixctlException(String.valueOf(e.getMessage()));
        }
    }
}
