package dev.culvert.vswitch;

import dev.culvert.unixctl.UnixctlCommand;
import dev.culvert.unixctl.UnixctlCommands;
import dev.culvert.unixctl.UnixctlException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What all families of ovs-appctl's commands need that look at the switch: they run on the conductor, most of them name a
 * bridge, and they answer in the words of ovs-vswitchd 3.1 (ovs-vswitchd(8)).
 */
final class SwitchCommands {
    private final UnixctlCommands commands;
    private final Executor conductor;
    private final Reconciler reconciler;

    SwitchCommands(UnixctlCommands commands, Executor conductor, Reconciler reconciler) {
        this.commands = commands;
        this.conductor = conductor;
        this.reconciler = reconciler;
    }

    /** Adds the commands that answer with something so short that they need no class. */
    void registerCounters(Coverage coverage, Supplier<Map<String, Long>> memory) {
        add("coverage/show", "", 0, 0, _ -> coverage.show());
        add("coverage/read-counter", "COUNTER", 1, 1, arguments -> {
            Long total = coverage.total(arguments.getFirst());
            if (total == null) {
                throw new UnixctlException("No such counter");
            }
            return total.toString();
        });
        add(
                "memory/show",
                "",
                0,
                0,
                _ -> memory.get().entrySet().stream()
                        .map(use -> use.getKey() + ":" + use.getValue())
                        .collect(Collectors.joining(" ")));
    }

    /**
     * Adds a command.
     *
     * @param usage the arguments as {@code list-commands} shows them
     * @param least how many arguments it takes at least
     * @param most how many it takes at most
     */
    void add(String name, String usage, int least, int most, UnixctlCommand command) {
        commands.register(name, usage, least, most, conductor, command);
    }

    /** Adds a command whose last argument is a bridge. */
    void addForBridge(String name, String usage, int most, Function<RunningBridge, String> answer) {
        add(name, usage, 1, most, arguments -> answer.apply(bridge(arguments.getLast())));
    }

    /** The bridge of a name. */
    RunningBridge bridge(String name) throws UnixctlException {
        return bridge(name, "no such bridge");
    }

    /** The bridge of a name, with a command's own words for where there is none. */
    RunningBridge bridge(String name, String otherwise) throws UnixctlException {
        RunningBridge bridge = reconciler.bridge(name);
        if (bridge == null) {
            throw new UnixctlException(otherwise);
        }
        return bridge;
    }

    /** The bridges that an optional argument names: that one, or all. */
    List<RunningBridge> bridges(List<String> arguments, String otherwise) throws UnixctlException {
        return arguments.isEmpty() ? bridges() : List.of(bridge(arguments.getFirst(), otherwise));
    }

    /** All bridges by name. */
    List<RunningBridge> bridges() {
        List<RunningBridge> sorted = new ArrayList<>(reconciler.bridges());
        sorted.sort(Comparator.comparing(RunningBridge::name));
        return sorted;
    }

    /** The interface of a name that is open, in whichever bridge; null where there is none. */
    @Nullable
    RunningInterface openInterface(String name) {
        for (RunningBridge bridge : reconciler.bridges()) {
            RunningInterface present = bridge.interfaces.get(name);
            if (present != null && present.port != null) {
                return present;
            }
        }
        return null;
    }
}
