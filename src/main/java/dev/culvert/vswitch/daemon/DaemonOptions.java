package dev.culvert.vswitch.daemon;

import dev.culvert.stream.Directories;
import dev.culvert.stream.ListenAddress;
import dev.culvert.stream.StreamAddress;
import dev.culvert.stream.TlsFiles;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The daemon's command line, understood.
 *
 * @param database the server of the database, as it was written ({@code unix:}, {@code tcp:}, {@code ssl:}); null if the daemon is to
 *     serve one itself
 * @param remotes where to serve it besides {@code <run directory>/db.sock}
 * @param pidFile where to write the process id, or null
 * @param overwritePidFile whether to start even if another process has the pidfile
 * @param controlSocket where the control socket is; null for none
 * @param tls the files for connections over TLS, where the SSL table names none
 * @param detach whether whoever started the daemon waits for it to be ready and then leaves
 * @param disableSystem whether datapaths of type {@code system} are to be refused
 * @param allowKeyExport whether {@code ipsec/export-keys} may give IPsec's keys away
 * @param metrics where figures for Prometheus are served; null for nowhere
 * @param web where the page that shows the switch is served; null for nowhere
 * @param webCapture whether everybody who has the page may see what crosses the switch, and not only root of this host
 * @param directories where everything is
 */
public record DaemonOptions(
        @Nullable String database,
        List<StreamAddress> remotes,
        @Nullable Path pidFile,
        boolean overwritePidFile,
        @Nullable Path controlSocket,
        TlsFiles tls,
        boolean detach,
        boolean disableSystem,
        boolean allowKeyExport,
        @Nullable ListenAddress metrics,
        @Nullable ListenAddress web,
        boolean webCapture,
        Directories directories) {}
