package dev.culvert.vlog;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where messages go, with the form that they have there unless told otherwise (ovs-appctl(8), "LOGGING COMMANDS"). */
public enum VlogDestination {
    /**
     * The system's log. Levels and pattern are kept so that every command about them works, but nothing is sent: the
     * JDK has no datagram socket of the Unix domain, and the file and the console are what a service manager reads.
     */
    SYSLOG("<%B> %D{%h %e %T} %E %A:", "ovs|%05N|%c%T|%p|%m"),
    /** Standard error. */
    CONSOLE("none", "%D{%Y-%m-%dT%H:%M:%SZ}|%05N|%c%T|%p|%m"),
    /** The log file, if there is one. */
    FILE("none", "%D{%Y-%m-%dT%H:%M:%S.###Z}|%05N|%c%T|%p|%m");

    private final String prefix;
    private final String defaultPattern;

    VlogDestination(String prefix, String defaultPattern) {
        this.prefix = prefix;
        this.defaultPattern = defaultPattern;
    }

    /** What {@code vlog/list-pattern} shows as put before each message. */
    String prefix() {
        return prefix;
    }

    String defaultPattern() {
        return defaultPattern;
    }

    /** The destination that a name stands for, in any case of letters, or null. */
    static @Nullable VlogDestination parse(String name) {
        for (VlogDestination destination : values()) {
            if (destination.name().equals(name.toUpperCase(Locale.ROOT))) {
                return destination;
            }
        }
        return null;
    }
}
