package dev.culvert.unixctl;

import java.io.IOException;
import java.util.List;

/** Has a daemon carry commands out: over its control socket ({@link UnixctlClient}), or within its own process. */
@FunctionalInterface
public interface UnixctlCaller {
    /**
     * Has a command carried out and waits for it.
     *
     * @return the daemon's answer
     * @throws UnixctlException if the daemon refuses, with what it says
     * @throws IOException if it cannot be asked
     */
    String call(String command, List<String> arguments) throws IOException, UnixctlException;
}
