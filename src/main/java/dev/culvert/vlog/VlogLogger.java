package dev.culvert.vlog;

import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/** What the JDK's and our own code logs through. */
final class VlogLogger implements System.Logger {
    /** Lines of a stack trace that are logged with an exception. */
    private static final int MAX_FRAMES = 40;

    private final Vlog log;
    private final VlogModule module;

    VlogLogger(Vlog log, VlogModule module) {
        this.log = log;
        this.module = module;
    }

    @Override
    public String getName() {
        return module.name();
    }

    @Override
    public boolean isLoggable(Level level) {
        return module.isEnabled(VlogLevel.of(level));
    }

    @Override
    public void log(
            Level level, @Nullable ResourceBundle bundle, @Nullable String message, @Nullable Throwable thrown) {
        if (!isLoggable(level)) {
            return;
        }
        VlogLevel ours = VlogLevel.of(level);
        String text = localized(bundle, message);
        log.logLimited(module, ours, text, thrown == null ? text : text + ": " + thrown);
        if (thrown != null) {
            trace(ours, thrown);
        }
    }

    private void trace(VlogLevel level, Throwable thrown) {
        int left = MAX_FRAMES;
        Throwable cause = thrown;
        while (cause != null && left > 0) {
            for (StackTraceElement frame : cause.getStackTrace()) {
                if (left-- > 0) {
                    log.logLimited(module, level, "frame", "    at " + frame);
                }
            }
            cause = cause.getCause();
            if (cause != null) {
                log.logLimited(module, level, "cause", "  caused by " + cause);
            }
        }
    }

    @Override
    public void log(
            Level level,
            @Nullable ResourceBundle bundle,
            @Nullable String format,
            @Nullable Object @Nullable ... parameters) {
        if (isLoggable(level)) {
            String kind = localized(bundle, format);
            log.logLimited(module, VlogLevel.of(level), kind, LogText.fill(kind, parameters));
        }
    }

    private static String localized(@Nullable ResourceBundle bundle, @Nullable String key) {
        if (key == null) {
            return "null";
        }
        return bundle != null && bundle.containsKey(key) ? bundle.getString(key) : key;
    }
}
