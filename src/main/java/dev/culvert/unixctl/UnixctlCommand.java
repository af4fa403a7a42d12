package dev.culvert.unixctl;

import java.util.List;

/** What a command does. */
@FunctionalInterface
public interface UnixctlCommand {
    /**
     * Carries the command out.
     *
     * @param arguments as many as the command was registered for
     * @return what the caller gets to read; a line's end is added if it has none
     * @throws UnixctlException if it cannot be done
     */
    String run(List<String> arguments) throws UnixctlException;
}
