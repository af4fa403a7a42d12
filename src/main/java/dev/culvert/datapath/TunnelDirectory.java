package dev.culvert.datapath;

import dev.culvert.linux.Errno;
import dev.culvert.linux.LinuxException;
import dev.culvert.tunnel.TunnelConfig;
import dev.culvert.tunnel.TunnelTable;
import org.jspecify.annotations.Nullable;

/**
 * The tunnels that there are, and the table by which received packets are to find them. Making that costs as much as there
 * are tunnels, so it is made once for all changes that belong together. The conductor's.
 */
final class TunnelDirectory {
    private final TunnelTable.Builder table = new TunnelTable.Builder();
    private boolean changed;

    /**
     * Adds a tunnel.
     *
     * @throws LinuxException EEXIST if another would receive the same packets
     */
    void add(int number, String name, TunnelConfig config) throws LinuxException {
        String refused = table.add(name, config.match(), number);
        if (refused != null) {
            System.getLogger("tunnel").log(System.Logger.Level.WARNING, "{0}", refused);
            throw new LinuxException("add tunnel " + name, Errno.EEXIST);
        }
        changed = true;
    }

    /** Takes a tunnel out. */
    void remove(TunnelConfig config) {
        table.remove(config.match());
        changed = true;
    }

    /** The table as it is now; null if it is no other than the last one. */
    @Nullable
    TunnelTable settled() {
        if (!changed) {
            return null;
        }
        changed = false;
        return table();
    }

    /** The table as it is now. */
    TunnelTable table() {
        return table.build();
    }
}
