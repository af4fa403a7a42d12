package dev.culvert.vswitch;

import dev.culvert.linux.LinuxException;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.data.Schemas;
import dev.culvert.ovsdb.server.OvsdbServer;
import dev.culvert.stream.StreamAddress;
import dev.culvert.vswitch.daemon.DaemonContext;
import dev.culvert.vswitch.daemon.DaemonException;
import dev.culvert.vswitch.daemon.DaemonOptions;
import dev.culvert.vswitch.daemon.SwitchProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The switch as a daemon: with its own database, or beside somebody else's. */
public final class SwitchService implements SwitchProgram {
    private @Nullable OvsdbServer server;
    private @Nullable VirtualSwitch running;

    /** For {@link java.util.ServiceLoader}. */
    public SwitchService() {}

    @Override
    public void start(DaemonContext context) throws DaemonException {
        DaemonOptions options = context.options();
        VirtualSwitch started;
        try {
            Files.createDirectories(options.directories().run());
            started = VirtualSwitch.start(new VirtualSwitch.Options(database(options), options.directories()));
        } catch (LinuxException e) {
            throw new DaemonException("cannot make a datapath: " + e.getMessage());
        } catch (IOException | OvsdbException e) {
            throw new DaemonException(String.valueOf(e.getMessage()));
        }
        running = started;
        started.register(context.commands());
        started.ready().thenRun(context::ready);
    }

    /** Where the database is; serves it first, if nobody else does. */
    private List<StreamAddress.Active> database(DaemonOptions options) throws IOException, OvsdbException {
        List<StreamAddress.Active> servers = new ArrayList<>();
        String named = options.database();
        if (named != null) {
            for (String address : named.split(",", -1)) {
                servers.add(StreamAddress.active(address, StreamAddress.OVSDB_PORT, options.directories()));
            }
            return servers;
        }
        String socket = options.directories().databaseSocket().toString();
        OvsdbServer opened =
                OvsdbServer.open(options.directories().database().resolve("conf.db"), Schemas.openVSwitch());
        server = opened;
        opened.listen(StreamAddress.passive("punix:" + socket, StreamAddress.OVSDB_PORT, options.directories()));
        for (StreamAddress.Passive remote : options.remotes()) {
            opened.listen(remote);
        }
        servers.add(StreamAddress.active("unix:" + socket, StreamAddress.OVSDB_PORT, options.directories()));
        return servers;
    }

    @Override
    public void stop(boolean cleanup) {
        VirtualSwitch stopping = running;
        if (stopping != null) {
            stopping.close();
        }
        OvsdbServer closing = server;
        if (closing != null) {
            closing.close();
        }
    }
}
