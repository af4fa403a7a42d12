package dev.culvert.vswitch.daemon;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Tells whoever started the daemon how that went. A JVM cannot fork, so {@code --detach} is up to the launcher: it
 * starts the daemon with one end of a pipe, whose number is in the environment variable {@value #VARIABLE}, and waits at
 * the other for one line, {@code ready} or {@code error TEXT}.
 */
final class DaemonReady {
    static final String VARIABLE = "CULVERT_READY_FD";

    private static final Logger LOG = System.getLogger("daemon");

    private final @Nullable String descriptor;
    private final AtomicBoolean said = new AtomicBoolean();

    private DaemonReady(@Nullable String descriptor) {
        this.descriptor = descriptor;
    }

    /** Nobody waits if the variable is missing or no number. */
    static DaemonReady from(Map<String, String> environment) {
        String number = environment.getOrDefault(VARIABLE, "");
        boolean digits = !number.isEmpty() && number.chars().allMatch(c -> c >= '0' && c <= '9');
        return new DaemonReady(digits ? number : null);
    }

    /** Whether somebody waits to be told. */
    boolean isAwaited() {
        return descriptor != null && !said.get();
    }

    /** All is well; false if the line was sent before. */
    boolean ready() {
        return say("ready");
    }

    /** The daemon will not run; false if nobody waits to hear it. */
    boolean failed(String reason) {
        return descriptor != null && say("error " + reason.replace('\n', ' '));
    }

    private boolean say(String line) {
        if (said.getAndSet(true)) {
            return false;
        }
        if (descriptor != null) {
            try (OutputStream pipe = new FileOutputStream("/proc/self/fd/" + descriptor)) {
                pipe.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                LOG.log(Level.WARNING, "cannot tell the launcher \"{0}\": {1}", line, e.getMessage());
            }
        }
        return true;
    }
}
