package dev.culvert.vswitch;

import dev.culvert.stream.Directories;
import dev.culvert.stream.StreamAddress;
import dev.culvert.stream.StreamException;
import java.nio.file.Path;

/**
 * Which Unix sockets the database may name for a bridge's controllers. Whoever may write to the database from afar need not be
 * one who may replace files of this host, or talk to its other programs; Open vSwitch draws the same lines.
 */
final class LocalTargets {
    private LocalTargets() {}

    /** Whether a target is no Unix socket, or one in the run directory, which a passive one has to share its bridge's name with. */
    static boolean isPermitted(String bridge, String target, Directories directories) {
        Path run = directories.run().toAbsolutePath().normalize();
        try {
            return switch (StreamAddress.of(target, StreamAddress.OPENFLOW_PORT, directories)) {
                case StreamAddress.Unix unix -> unix.path().normalize().startsWith(run);
                case StreamAddress.PassiveUnix unix -> isOfBridge(bridge, unix.path(), run);
                default -> true;
            };
        } catch (StreamException e) {
            return true; // who would open it says what is wrong with it
        }
    }

    private static boolean isOfBridge(String bridge, Path socket, Path run) {
        Path plain = socket.normalize();
        Path name = plain.getFileName();
        return name != null
                && run.equals(plain.getParent())
                && name.toString().startsWith(bridge + ".")
                && !name.toString().equals(bridge + ".mgmt")
                && !name.toString().equals(bridge + ".snoop");
    }
}
