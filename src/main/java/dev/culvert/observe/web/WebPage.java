package dev.culvert.observe.web;

import dev.culvert.observe.http.HttpHandler;
import dev.culvert.observe.http.HttpLimits;
import dev.culvert.observe.http.HttpServer;
import dev.culvert.stream.ListenAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The page, while it is served. Safe for threads. */
public final class WebPage implements AutoCloseable {
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final List<String> SCRIPTS =
            List.of("page.js", "dom.js", "figures.js", "topology.js", "links.js", "plots.js", "tables.js", "events.js");

    private final HttpServer server;

    private WebPage(HttpServer server) {
        this.server = server;
    }

    /**
     * Begins to serve it.
     *
     * @param where with port 0, the kernel chooses one
     * @param boxes the switches that it shows, at least one
     * @param rights who may capture
     * @throws IOException if that is not possible, with the reason in a word or two
     */
    public static WebPage open(ListenAddress where, List<Box> boxes, CaptureRights rights) throws IOException {
        StateApi api = new StateApi(boxes, rights);
        Map<String, HttpHandler> pages = new HashMap<>();
        pages.put("/", new Asset("page.html", "text/html; charset=utf-8"));
        pages.put("/page.css", new Asset("page.css", "text/css; charset=utf-8"));
        pages.put("/icon.svg", new Asset("icon.svg", "image/svg+xml"));
        for (String script : SCRIPTS) {
            pages.put("/" + script, new Asset(script, SCRIPT));
        }
        pages.put("/api/boxes", api::boxes);
        pages.put("/api/state", api::state);
        pages.put("/api/tables", api::tables);
        pages.put("/api/events", api::events);
        pages.put("/capture", new CapturePage(boxes, rights));
        return new WebPage(HttpServer.open(where, HttpLimits.DEFAULT, pages, names(where)));
    }

    /** What a browser may call it, besides numbers. */
    private static Set<String> names(ListenAddress where) throws IOException {
        return new HashSet<>(
                List.of(where.host().toLowerCase(Locale.ROOT), hostName().toLowerCase(Locale.ROOT)));
    }

    /** This host's name. */
    static String hostName() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    }

    /** Where it is, for a browser. */
    public String url() {
        return "http://" + server.address() + "/";
    }

    @Override
    public void close() {
        server.close();
    }
}
