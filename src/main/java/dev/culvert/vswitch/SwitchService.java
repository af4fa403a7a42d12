package dev.culvert.vswitch;

import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.stream.StreamAddress;
import dev.culvert.stream.StreamException;
import dev.culvert.stream.Tls;
import dev.culvert.vswitch.daemon.DaemonContext;
import dev.culvert.vswitch.daemon.DaemonException;
import dev.culvert.vswitch.daemon.DaemonOptions;
import dev.culvert.vswitch.daemon.SwitchProgram;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The switch as a daemon: with its own database, or beside somebody else's. */
public final class SwitchService implements SwitchProgram {
    /** The last one first. */
    private final Deque<SwitchCompanion> companions = new ArrayDeque<>();

    private AutoCloseable opened = () -> {};
    private @Nullable VirtualSwitch virtualSwitch;

    /** For {@link java.util.ServiceLoader}. */
    public SwitchService() {}

    @Override
    public void start(DaemonContext context) throws DaemonException {
        try {
            VirtualSwitch running = open(context.options());
            virtualSwitch = running;
            running.register(context.commands());
            for (SwitchCompanion companion : ServiceLoader.load(SwitchCompanion.class)) {
                companions.addFirst(companion);
                companion.start(running, context);
            }
            CompletableFuture<Void> _ = running.ready().thenRun(context::ready);
        } catch (FileSystemException e) { // its message is the file's name alone
            throw new DaemonException(e.getFile() + ": " + StreamException.reasonOf(e));
        } catch (IOException | OvsdbException e) {
            throw new DaemonException(String.valueOf(e.getMessage()));
        }
    }

    private VirtualSwitch open(DaemonOptions options) throws IOException, OvsdbException {
        String named = options.database();
        if (named == null) {
            EmbeddedSwitch embedded = EmbeddedSwitch.start(
                    options.directories(), options.remotes(), options.tls(), options.allowKeyExport());
            opened = embedded;
            return embedded.virtualSwitch();
        }
        Files.createDirectories(options.directories().run());
        List<StreamAddress.Active> servers = new ArrayList<>();
        for (String address : named.split(",", -1)) {
            servers.add(StreamAddress.active(address, StreamAddress.OVSDB_PORT, options.directories()));
        }
        VirtualSwitch running = VirtualSwitch.start(new VirtualSwitch.Options(
                servers, options.directories(), new Tls(options.tls()), options.allowKeyExport()));
        opened = running;
        return running;
    }

    @Override
    public void stop(boolean cleanup) {
        companions.forEach(SwitchCompanion::stop);
        VirtualSwitch running = virtualSwitch;
        if (cleanup && running != null) {
            running.leaveNothing();
        }
        try {
            opened.close();
        } catch (Exception e) {
            System.getLogger("bridge").log(System.Logger.Level.WARNING, "stopping", e);
        }
    }
}
