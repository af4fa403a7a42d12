package dev.culvert.vswitch;

import dev.culvert.linux.LinuxException;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.data.Schemas;
import dev.culvert.ovsdb.server.OvsdbServer;
import dev.culvert.stream.Directories;
import dev.culvert.stream.StreamAddress;
import dev.culvert.stream.StreamException;
import dev.culvert.stream.Tls;
import dev.culvert.stream.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A switch with a database of its own, in this process: what the daemon is, and what a program may have for itself. The
 * stock tools find it by its directory ({@code OVS_RUNDIR}), programs configure it through its database.
 *
 * <p>Safe for threads.
 */
public final class EmbeddedSwitch implements AutoCloseable {
    private final OvsdbServer server;
    private final VirtualSwitch running;
    private final StreamAddress.Active database;

    private EmbeddedSwitch(OvsdbServer server, VirtualSwitch running, StreamAddress.Active database) {
        this.server = server;
        this.running = running;
        this.database = database;
    }

    /**
     * Starts a switch that keeps everything in one directory.
     *
     * @param directory where the database's file and all sockets go; made if it is not there
     * @return the switch, configured as its database says; empty the first time
     * @throws IOException if the directory, a socket or what the datapath needs (CAP_NET_ADMIN, CAP_NET_RAW) is not to be
     *     had
     * @throws OvsdbException if the database's file cannot be read, or another process has it
     */
    public static EmbeddedSwitch start(Path directory) throws IOException, OvsdbException {
        EmbeddedSwitch started =
                start(new Directories(directory, directory, directory, directory), List.of(), TlsFiles.NONE, false);
        started.running.ready().join();
        return started;
    }

    /**
     * Starts a switch.
     *
     * @param directories where files and sockets go
     * @param remotes where to serve the database besides {@code <run directory>/db.sock}
     * @param files for TLS, where the SSL table names none
     * @param allowKeyExport whether IPsec's keys can be had
     * @return the switch, which may not be configured yet
     * @throws IOException as {@link #start(Path)}
     * @throws OvsdbException as {@link #start(Path)}
     */
    static EmbeddedSwitch start(
            Directories directories, List<StreamAddress> remotes, TlsFiles files, boolean allowKeyExport)
            throws IOException, OvsdbException {
        Files.createDirectories(directories.run());
        Files.createDirectories(directories.database());
        Tls tls = new Tls(files);
        OvsdbServer server = OvsdbServer.open(directories.database().resolve("conf.db"), Schemas.openVSwitch(), tls);
        try {
            String socket = directories.databaseSocket().toString();
            server.serve(StreamAddress.passive("punix:" + socket, StreamAddress.OVSDB_PORT, directories));
            for (StreamAddress remote : remotes) {
                server.serve(remote);
            }
            server.serveNamedIn("Open_vSwitch", "manager_options", directories);
            StreamAddress.Active database =
                    StreamAddress.active("unix:" + socket, StreamAddress.OVSDB_PORT, directories);
            VirtualSwitch running =
                    VirtualSwitch.start(new VirtualSwitch.Options(List.of(database), directories, tls, allowKeyExport));
            running.servedBy(server);
            return new EmbeddedSwitch(server, running, database);
        } catch (StreamException | LinuxException e) {
            server.close();
            throw e;
        }
    }

    /** The switch. */
    public VirtualSwitch virtualSwitch() {
        return running;
    }

    /** Where its database is, as {@code --db} of ovs-vsctl takes it. */
    public StreamAddress.Active database() {
        return database;
    }

    @Override
    public void close() {
        running.close();
        server.close();
    }
}
