package dev.culvert.observe.metrics;

import dev.culvert.observe.http.HttpLimits;
import dev.culvert.observe.http.HttpServer;
import dev.culvert.stream.ListenAddress;
import dev.culvert.vswitch.SwitchCompanion;
import dev.culvert.vswitch.VirtualSwitch;
import dev.culvert.vswitch.daemon.DaemonContext;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Serves metrics where {@code --metrics} says. */
public final class MetricsCompanion implements SwitchCompanion {
    /** The page's path, which Prometheus asks for unless it is told otherwise. */
    private static final String PATH = "/metrics";

    private static final System.Logger LOG = System.getLogger("metrics");

    private @Nullable HttpServer server;

    /** For {@link java.util.ServiceLoader}. */
    public MetricsCompanion() {}

    @Override
    public void start(VirtualSwitch running, DaemonContext context) {
        ListenAddress wanted = context.options().metrics();
        if (wanted == null) {
            return;
        }
        try {
            HttpServer opened =
                    HttpServer.open(wanted, HttpLimits.DEFAULT, Map.of(PATH, new MetricsPage(running::state)));
            server = opened;
            LOG.log(Level.INFO, "metrics are at http://{0}{1}", opened.address(), PATH);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "no metrics at {0}: {1}", wanted, e.getMessage());
        }
    }

    @Override
    public void stop() {
        HttpServer opened = server;
        if (opened != null) {
            opened.close();
        }
    }
}
