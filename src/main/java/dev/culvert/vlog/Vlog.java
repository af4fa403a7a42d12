package dev.culvert.vlog;

import dev.culvert.stream.StreamException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The log of a process: its modules with their levels, its destinations with their patterns, its file. Safe for threads.
 *
 * <p>A module starts with what was last said about all modules. Those of Open vSwitch are known from the beginning, so
 * that a script may set their levels before, or without, their ever logging here.
 */
public final class Vlog {
    private static final Vlog PROCESS = new Vlog(System.err, InstantSource.system(), System::nanoTime);

    private final Object lock = new Object();
    private final PrintStream console;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Instant start;
    private final Map<String, VlogModule> modules = new ConcurrentSkipListMap<>();
    private final Map<VlogDestination, VlogLevel> defaultLevels = new EnumMap<>(VlogDestination.class);
    private final Map<VlogDestination, VlogPattern> patterns = new EnumMap<>(VlogDestination.class);
    private volatile String program = "culvert";
    private final List<Consumer<VlogRecord>> listeners = new CopyOnWriteArrayList<>();
    private long sequence;
    private @Nullable Path filePath;
    private @Nullable LogFile file;

    Vlog(PrintStream console, InstantSource clock, LongSupplier nanoTime) {
        this.console = console;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.start = clock.instant();
        for (VlogDestination destination : VlogDestination.values()) {
            patterns.put(destination, new VlogPattern(destination.defaultPattern()));
            boolean reached = destination != VlogDestination.SYSLOG;
            defaultLevels.put(destination, reached ? VlogLevel.INFO : VlogLevel.OFF);
        }
    }

    /** The log behind every {@link System.Logger} of this process. */
    public static Vlog process() {
        return PROCESS;
    }

    /**
     * A log apart from the process's own, for a program that runs inside another one's process.
     *
     * @param console where it prints
     * @param modules the program's own modules, whose levels can be set beside those of Open vSwitch
     */
    public static Vlog to(PrintStream console, List<String> modules) {
        Vlog log = new Vlog(console, InstantSource.system(), System::nanoTime);
        modules.forEach(log::module);
        return log;
    }

    /**
     * What code that knows the JDK's interface alone logs through.
     *
     * @param module the module's name
     */
    public System.Logger logger(String module) {
        return new VlogLogger(this, module(module));
    }

    /** Logs a message that nothing limits. */
    public void log(String module, VlogLevel level, String text) {
        log(module(module), level, text);
    }

    /**
     * Has every message told that goes to some destination, in their order.
     *
     * @param listener is called with the log's lock: it returns at once, and logs nothing
     * @return ends that
     */
    public Runnable listen(Consumer<VlogRecord> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Sets what {@code %A} shows. */
    public void setProgram(String name) {
        program = name;
    }

    /** The module of that name, made if it is new. */
    VlogModule module(String name) {
        VlogModule module = modules.get(name);
        if (module == null) {
            synchronized (lock) {
                module = modules.computeIfAbsent(name, key -> new VlogModule(key, defaultLevels));
            }
        }
        return module;
    }

    /** The module of that name in any case of letters, if it is one of Open vSwitch's or has a logger; else null. */
    @Nullable
    VlogModule find(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        VlogModule module = modules.get(lower);
        return module == null && KnownModules.NAMES.contains(lower) ? module(lower) : module;
    }

    /**
     * Obeys a {@code vlog/set} or {@code --verbose} argument; an empty one means everything to all destinations.
     *
     * @throws VlogException in Open vSwitch's words; nothing has changed then
     */
    public void set(String spec) throws VlogException {
        VlogSpec.apply(spec, this);
    }

    /**
     * Sets levels.
     *
     * @param module null for all, those to come too
     * @param destination null for all
     */
    void setLevels(@Nullable VlogModule module, @Nullable VlogDestination destination, VlogLevel level) {
        List<VlogDestination> where = destination != null ? List.of(destination) : List.of(VlogDestination.values());
        synchronized (lock) {
            for (VlogDestination each : where) {
                if (module != null) {
                    module.setLevel(each, level);
                } else {
                    defaultLevels.put(each, level);
                    modules.values().forEach(one -> one.setLevel(each, level));
                }
            }
        }
    }

    /** Sets the level of everything at one destination. */
    public void setLevels(VlogDestination destination, VlogLevel level) {
        setLevels(null, destination, level);
    }

    void setPattern(@Nullable VlogDestination destination, String pattern) {
        synchronized (lock) {
            for (VlogDestination each : VlogDestination.values()) {
                if (destination == null || destination == each) {
                    patterns.put(each, new VlogPattern(pattern));
                }
            }
        }
    }

    /**
     * Turns rate limits on or off.
     *
     * @param names modules, {@code any} for all; none for all
     * @throws VlogException if there is no module of one of the names; those before it have changed, as in Open vSwitch
     */
    public void honorRateLimits(boolean honor, List<String> names) throws VlogException {
        for (String name : names.isEmpty() ? List.of("any") : names) {
            VlogModule module = find(name);
            if (module != null) {
                module.honorRateLimits(honor);
            } else if (name.equalsIgnoreCase("any")) {
                allModules().forEach(each -> each.honorRateLimits(honor));
            } else {
                throw new VlogException("unknown module");
            }
        }
    }

    /** The table of {@code vlog/list}. */
    public String listLevels() {
        StringBuilder table = new StringBuilder("""
                                 console    syslog    file
                                 -------    ------    ------
                """);
        for (VlogModule module : allModules()) {
            table.append(String.format(
                    Locale.ROOT,
                    "%-16s  %4s       %4s       %4s%s\n",
                    module.name(),
                    module.level(VlogDestination.CONSOLE),
                    module.level(VlogDestination.SYSLOG),
                    module.level(VlogDestination.FILE),
                    module.honorsRateLimits() ? "" : "    (rate limiting disabled)"));
        }
        return table.toString();
    }

    private Iterable<VlogModule> allModules() {
        KnownModules.NAMES.forEach(this::module);
        return modules.values();
    }

    /** The table of {@code vlog/list-pattern}. */
    public String listPatterns() {
        StringBuilder table = new StringBuilder("""
                         prefix                            format
                         ------                            ------
                """);
        synchronized (lock) {
            patterns.forEach((destination, pattern) -> table.append(String.format(
                    Locale.ROOT, "%-7s  %-32s  %s\n", destination, destination.prefix(), pattern.text())));
        }
        return table.toString();
    }

    /**
     * Logs to a file from now on, besides where else it goes. If it cannot be opened, that is logged and the former
     * one, if any, stays.
     *
     * @throws IOException if it cannot be opened
     */
    public void openFile(Path path) throws IOException {
        LogFile opened;
        try {
            opened = LogFile.open(path);
        } catch (IOException e) {
            log(
                    module("vlog"),
                    VlogLevel.WARN,
                    "failed to open " + path + " for logging: " + StreamException.reasonOf(e));
            throw e;
        }
        if (file() != null) {
            log(module("vlog"), VlogLevel.INFO, "closing log file");
        }
        replaceFile(path, opened);
        log(module("vlog"), VlogLevel.INFO, "opened log file " + path);
    }

    /**
     * Opens the log file anew if it is no longer the one under its name, or was closed: logrotate asks for this.
     *
     * @throws VlogException if there is none or it cannot be opened, for whoever asked
     */
    public void reopenFile() throws VlogException {
        Path path;
        synchronized (lock) {
            path = filePath;
        }
        if (path == null) {
            throw new VlogException("Logging to file not configured");
        }
        LogFile current = file();
        if (current != null && current.isInPlace()) {
            return;
        }
        try {
            openFile(path);
        } catch (IOException e) {
            throw new VlogException(StreamException.reasonOf(e));
        }
    }

    /** Closes the log file until {@link #reopenFile}. */
    public void closeFile() {
        if (file() != null) {
            log(module("vlog"), VlogLevel.INFO, "closing log file");
            replaceFile(null, null);
        }
    }

    private @Nullable LogFile file() {
        synchronized (lock) {
            return file;
        }
    }

    private void replaceFile(@Nullable Path path, @Nullable LogFile replacement) {
        LogFile former;
        synchronized (lock) {
            former = file;
            file = replacement;
            filePath = path != null ? path : filePath;
        }
        if (former != null) {
            try {
                former.close();
            } catch (IOException e) {
                log(module("vlog"), VlogLevel.WARN, "closing log file: " + StreamException.reasonOf(e));
            }
        }
    }

    /** Logs a message that nothing limits. */
    void log(VlogModule module, VlogLevel level, String text) {
        if (module.isEnabled(level)) {
            synchronized (lock) {
                write(module, level, text);
            }
        }
    }

    /**
     * Logs a message if its kind is not too frequent.
     *
     * @param kind what is the same in all messages of the kind
     */
    void logLimited(VlogModule module, VlogLevel level, String kind, String text) {
        if (!module.honorsRateLimits() || (level != VlogLevel.WARN && level != VlogLevel.ERR)) {
            log(module, level, text);
        } else if (module.isEnabled(level)) {
            synchronized (lock) {
                long now = nanoTime.getAsLong();
                TokenBucket bucket = module.rateLimits().bucket(level, kind, now);
                if (bucket.admit(now)) {
                    String report = bucket.report(now);
                    if (!report.isEmpty()) {
                        write(module, level, report);
                    }
                    write(module, level, text);
                }
            }
        }
    }

    /** With the lock held, so that lines are whole and in the order of their numbers. */
    private void write(VlogModule module, VlogLevel level, String text) {
        String subprogram = Thread.currentThread().getName();
        VlogRecord record = new VlogRecord(
                program,
                module.name(),
                level,
                clock.instant(),
                ++sequence,
                subprogram.equals("main") ? "" : subprogram,
                LogText.oneLine(text));
        listeners.forEach(listener -> listener.accept(record));
        if (level.compareTo(module.level(VlogDestination.CONSOLE)) <= 0) {
            console.println(format(VlogDestination.CONSOLE, record));
        }
        LogFile open = file;
        if (open != null && level.compareTo(module.level(VlogDestination.FILE)) <= 0) {
            open.write(format(VlogDestination.FILE, record));
        }
    }

    private String format(VlogDestination destination, VlogRecord record) {
        VlogPattern pattern = patterns.get(destination);
        return pattern == null ? record.text() : pattern.format(record, start);
    }
}
