package dev.culvert.vlog;

import java.util.EnumMap;
import java.util.Map;

/** A part of the program whose messages are steered together. */
final class VlogModule {
    private final String name;
    private final Map<VlogDestination, VlogLevel> levels = new EnumMap<>(VlogDestination.class);
    private final RateLimits rateLimits = new RateLimits();
    private volatile boolean honorRateLimits = true;
    private volatile VlogLevel mostVerbose = VlogLevel.OFF;

    VlogModule(String name, Map<VlogDestination, VlogLevel> levels) {
        this.name = name;
        levels.forEach(this::setLevel);
    }

    String name() {
        return name;
    }

    /** Whether any destination would show a message of this level; called for every message, so it takes no lock. */
    boolean isEnabled(VlogLevel level) {
        return level != VlogLevel.OFF && level.compareTo(mostVerbose) <= 0;
    }

    synchronized VlogLevel level(VlogDestination destination) {
        return levels.getOrDefault(destination, VlogLevel.OFF);
    }

    synchronized void setLevel(VlogDestination destination, VlogLevel level) {
        levels.put(destination, level);
        // Nothing reaches syslog (see there), so its level must not make anybody format messages.
        VlogLevel console = level(VlogDestination.CONSOLE);
        VlogLevel file = level(VlogDestination.FILE);
        mostVerbose = console.compareTo(file) >= 0 ? console : file;
    }

    boolean honorsRateLimits() {
        return honorRateLimits;
    }

    void honorRateLimits(boolean honor) {
        honorRateLimits = honor;
    }

    /** Guarded by the log's lock. */
    RateLimits rateLimits() {
        return rateLimits;
    }
}
