package dev.culvert.unixctl;

import dev.culvert.vlog.Vlog;
import dev.culvert.vlog.VlogException;
import java.util.List;

/** The {@code vlog/*} commands (ovs-appctl(8), "LOGGING COMMANDS"). */
public final class VlogCommands {
    private VlogCommands() {}

    /** A change of the log that may be refused. */
    private interface Change {
        void apply(List<String> arguments) throws VlogException;
    }

    /** Adds them all. */
    public static void register(UnixctlCommands commands, Vlog log) {
        int any = UnixctlCommands.UNLIMITED;
        commands.register("vlog/list", "", 0, 0, _ -> log.listLevels());
        commands.register("vlog/list-pattern", "", 0, 0, _ -> log.listPatterns());
        commands.register("vlog/set", "{spec | PATTERN:destination:pattern}", 0, any, change(specs -> {
            for (String spec : specs) {
                log.set(spec);
            }
        }));
        commands.register("vlog/reopen", "", 0, 0, change(_ -> log.reopenFile()));
        commands.register("vlog/close", "", 0, 0, change(_ -> log.closeFile()));
        String modules = "[module]...";
        commands.register("vlog/enable-rate-limit", modules, 0, any, change(names -> log.honorRateLimits(true, names)));
        commands.register(
                "vlog/disable-rate-limit", modules, 0, any, change(names -> log.honorRateLimits(false, names)));
    }

    private static UnixctlCommand change(Change change) {
        return arguments -> {
            try {
                change.apply(arguments);
                return "";
            } catch (VlogException e) {
                throw new UnixctlException(String.valueOf(e.getMessage()));
            }
        };
    }
}
