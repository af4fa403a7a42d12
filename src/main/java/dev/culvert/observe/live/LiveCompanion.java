package dev.culvert.observe.live;

import dev.culvert.jsonrpc.JsonText;
import dev.culvert.linux.InterfaceAddress;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.Netlink;
import dev.culvert.observe.state.Answers;
import dev.culvert.observe.state.Recent;
import dev.culvert.observe.state.UnavailableException;
import dev.culvert.ovsdb.client.ReplicaChange;
import dev.culvert.packet.IpAddress;
import dev.culvert.unixctl.UnixctlCommands;
import dev.culvert.unixctl.UnixctlException;
import dev.culvert.vlog.Vlog;
import dev.culvert.vlog.VlogLevel;
import dev.culvert.vlog.VlogRecord;
import dev.culvert.vswitch.BridgeTables;
import dev.culvert.vswitch.SwitchCompanion;
import dev.culvert.vswitch.SwitchState;
import dev.culvert.vswitch.VirtualSwitch;
import dev.culvert.vswitch.daemon.DaemonContext;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The control commands:
 *
 * <ul>
 *   <li>{@code observe/state} tells how everything is. While somebody asks, the other ends of tunnels are asked by ICMP for an echo.
 *   <li>{@code observe/tables BRIDGE} tells a part of its MAC table and of the flow cache.
 *   <li>{@code observe/events NUMBER [MILLISECONDS]} tells what has been logged, and what has changed in the database, since the
 *       event of that number, and waits for it for so long. Of the database it takes notes from when it is asked for the first time, or
 *       with {@code --web} from the start.
 * </ul>
 */
public final class LiveCompanion implements SwitchCompanion {
    private static final int ROWS_MAX = 200;
    private static final int BRIDGES_MAX = 100;
    private static final int EVENTS_MAX = 200;
    private static final long WAIT_MAX = 20_000;

    /** Changes of one transaction that are told one by one. */
    private static final int CHANGES_MAX = 50;

    private final EventLog events = new EventLog(Instant.now());
    private final RoundTrips roundTrips = new RoundTrips();
    private @Nullable VirtualSwitch observed;
    private @Nullable Recent<SwitchState> states;
    private final Map<String, Recent<@Nullable BridgeTables>> tables = new HashMap<>();
    private Runnable unlisten = () -> {};
    private boolean listens;

    /** For {@link java.util.ServiceLoader}. */
    public LiveCompanion() {}

    @Override
    public void start(VirtualSwitch running, DaemonContext context) {
        observed = running;
        states = new Recent<>(running::state, System::nanoTime);
        UnixctlCommands commands = context.commands();
        commands.register("observe/state", "", 0, 0, _ -> state());
        commands.register("observe/tables", "bridge", 1, 1, arguments -> tables(arguments.getFirst()));
        commands.register("observe/events", "number [milliseconds]", 1, 2, this::events);
        unlisten = Vlog.process().listen(this::logged);
        if (context.options().web() != null) {
            listen(running);
        }
    }

    @Override
    public void stop() {
        unlisten.run();
        events.close();
        roundTrips.close();
    }

    private String state() throws UnixctlException {
        Recent<SwitchState> recent = states;
        if (recent == null) {
            throw new UnixctlException("the switch has not started");
        }
        SwitchState state = answer(recent.get());
        roundTrips.want(remotes(state));
        return JsonText.of(StateJson.of(state, own(), roundTrips.latest()));
    }

    private static Set<IpAddress> remotes(SwitchState state) {
        return state.bridges().stream()
                .flatMap(bridge -> bridge.ports().stream())
                .map(SwitchState.Port::tunnel)
                .<IpAddress>mapMulti((tunnel, out) -> {
                    if (tunnel != null && tunnel.remote().isFixed()) {
                        out.accept(tunnel.remote().address());
                    }
                })
                .distinct()
                .limit(RoundTrips.REMOTES_MAX)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static Set<IpAddress> own() throws UnixctlException {
        try (Netlink netlink = Netlink.open()) {
            return netlink.addresses().stream()
                    .map(InterfaceAddress::address)
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .map(IpAddress::of)
                    .limit(ROWS_MAX)
                    .collect(Collectors.toCollection(LinkedHashSet::new));
        } catch (LinuxException e) {
            throw new UnixctlException(String.valueOf(e.getMessage()));
        }
    }

    private String tables(String bridge) throws UnixctlException {
        BridgeTables taken = answer(recentTables(bridge, running()).get());
        if (taken == null) {
            throw new UnixctlException("no such bridge");
        }
        return JsonText.of(TablesJson.of(taken));
    }

    private synchronized Recent<@Nullable BridgeTables> recentTables(String bridge, VirtualSwitch running) {
        Recent<@Nullable BridgeTables> recent = tables.get(bridge);
        if (recent == null) {
            if (tables.size() == BRIDGES_MAX) {
                tables.clear(); // names come from outside
            }
            recent = new Recent<>(() -> running.tables(bridge, ROWS_MAX), System::nanoTime);
            tables.put(bridge, recent);
        }
        return recent;
    }

    private VirtualSwitch running() throws UnixctlException {
        VirtualSwitch running = observed;
        if (running == null) {
            throw new UnixctlException("the switch has not started");
        }
        return running;
    }

    private static <T extends @Nullable Object> T answer(CompletableFuture<T> future) throws UnixctlException {
        try {
            return Answers.await(future);
        } catch (UnavailableException e) {
            throw new UnixctlException(String.valueOf(e.getMessage()));
        }
    }

    private String events(List<String> arguments) throws UnixctlException {
        listen(running());
        long after = number(arguments.getFirst(), Long.MAX_VALUE);
        long millis = arguments.size() == 1 ? 0 : number(arguments.get(1), WAIT_MAX);
        try {
            return JsonText.of(TablesJson.of(events.after(after, EVENTS_MAX, millis)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnixctlException("interrupted");
        }
    }

    private static long number(String text, long most) throws UnixctlException {
        try {
            long number = Long.parseLong(text);
            if (number >= 0 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // the same as a number that makes no sense
        }
        throw new UnixctlException(text + ": not a number from 0 to " + most);
    }

    private synchronized void listen(VirtualSwitch running) {
        if (!listens) {
            listens = true;
            running.onChange(this::changed);
        }
    }

    private void logged(VlogRecord message) {
        if (message.level() == VlogLevel.DBG) {
            return; // an answer to who asks may be logged as such, and would be the next answer
        }
        events.add(
                Event.Kind.LOG,
                message.time(),
                message.module(),
                message.level().name(),
                message.text());
    }

    private void changed(List<ReplicaChange> changes) {
        Instant now = Instant.now();
        int told = 0;
        int untold = 0;
        for (ReplicaChange change : changes) {
            String text = told < CHANGES_MAX ? ChangeText.of(change) : "";
            if (!text.isEmpty()) {
                told++;
                events.add(Event.Kind.DATABASE, now, change.latest().table().name(), "", text);
            } else if (told == CHANGES_MAX) {
                untold++;
            }
        }
        if (untold > 0) {
            events.add(Event.Kind.DATABASE, now, "", "", "and up to " + untold + " more changes with them");
        }
    }
}
