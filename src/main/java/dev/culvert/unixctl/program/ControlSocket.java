package dev.culvert.unixctl.program;

import dev.culvert.stream.Directories;
import dev.culvert.unixctl.program.PidFile.PidFileException;
import java.nio.file.Path;

/** Where a daemon's control socket is. */
public final class ControlSocket {
    private ControlSocket() {}

    /**
     * Finds it.
     *
     * @param target with a slash first a socket; otherwise a daemon's name, whose pidfile leads to its socket
     * @throws PidFileException if there is no such daemon
     */
    public static Path of(String target, Directories directories) throws PidFileException {
        if (target.startsWith("/")) {
            return Path.of(target);
        }
        long pid = PidFile.read(directories.run().resolve(target + ".pid"));
        return directories.run().resolve(target + "." + pid + ".ctl");
    }
}
