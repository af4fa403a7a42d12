package dev.culvert.vlog;

import java.lang.System.Logger.Level;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How important a message is, the most important first; or, of a destination, how important it must be to be seen. */
public enum VlogLevel {
    /** Nothing is that important. */
    OFF,
    /** The program cannot go on. */
    EMER,
    /** Something failed. */
    ERR,
    /** Something is not as it should be. */
    WARN,
    /** Something happened. */
    INFO,
    /** Only for who looks for a mistake. */
    DBG;

    /** The level that a name stands for, in any case of letters, or null. */
    static @Nullable VlogLevel parse(String name) {
        for (VlogLevel level : values()) {
            if (level.name().equals(name.toUpperCase(Locale.ROOT))) {
                return level;
            }
        }
        return null;
    }

    /** The nearest to one of the JDK's levels. */
    static VlogLevel of(Level level) {
        return switch (level) {
            case ALL, TRACE, DEBUG -> DBG;
            case INFO -> INFO;
            case WARNING -> WARN;
            case ERROR -> ERR;
            case OFF -> OFF;
        };
    }

    /** The severity of syslog, RFC 5424 section 6.2.1. */
    int severity() {
        return switch (this) {
            case OFF, EMER -> 0;
            case ERR -> 3;
            case WARN -> 4;
            case INFO -> 6;
            case DBG -> 7;
        };
    }
}
