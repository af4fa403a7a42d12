package dev.culvert.observe.web;

import dev.culvert.observe.CaptureReader;
import dev.culvert.observe.CapturedPacket;
import dev.culvert.observe.capture.CaptureStream;
import dev.culvert.observe.capture.PcapngBlocks;
import dev.culvert.observe.dissect.Dissector;
import dev.culvert.observe.dissect.EspKeyring;
import dev.culvert.observe.http.HttpException;
import dev.culvert.observe.http.HttpHandler;
import dev.culvert.observe.http.HttpReply;
import dev.culvert.observe.http.HttpRequest;
import dev.culvert.observe.view.LayerPage;
import dev.culvert.stream.StreamException;
import dev.culvert.unixctl.UnixctlException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A short capture, as a page of layers or as a file for Wireshark. It begins and ends with its request, so that nothing of it is left
 * over, whatever becomes of the browser.
 */
final class CapturePage implements HttpHandler {
    /** At a time: the daemon has eight, and others want some. */
    private static final int AT_A_TIME = 2;

    /** Well below what a connection bears. */
    private static final int SECONDS_MAX = 20;

    private static final int SECONDS = 5;
    private static final int SHOWN_MAX = 50;
    private static final int SHOWN = 10;
    private static final int WRITTEN_MAX = 100_000;

    /** The layers' boxes are as wide as their style attributes say; the page that shows them is this server's. */
    private static final Map<String, String> POLICY = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'");

    private final List<Box> boxes;
    private final CaptureRights rights;
    private final Semaphore free = new Semaphore(AT_A_TIME);

    CapturePage(List<Box> boxes, CaptureRights rights) {
        this.boxes = List.copyOf(boxes);
        this.rights = rights;
    }

    @Override
    public HttpReply answer(HttpRequest request) throws HttpException {
        if (!rights.allow(request)) {
            throw new HttpException(
                    403, "who may see packets is root of the switch's host, and this is not root's browser");
        }
        Query query = new Query(request.query());
        if (!rights.isToken(query.text("token"))) {
            throw new HttpException(403, "a capture is begun by the page's button; load the page again");
        }
        if (request.method().equals("HEAD")) {
            return new HttpReply("text/html; charset=utf-8", _ -> {}, POLICY, () -> {});
        }
        Box box = StateApi.box(boxes, query);
        if (!free.tryAcquire()) {
            throw new HttpException(503, "there are " + AT_A_TIME + " captures under way already");
        }
        boolean handedOn = false;
        try {
            HttpReply reply = query.text("form").equals("pcapng") ? file(box, query) : layers(box, query);
            handedOn = true;
            return reply;
        } finally {
            if (!handedOn) {
                free.release();
            }
        }
    }

    private HttpReply layers(Box box, Query query) throws HttpException {
        long count = query.number("packets", SHOWN, 1, SHOWN_MAX);
        long seconds = query.number("seconds", SECONDS, 1, SECONDS_MAX);
        String what = what(box, query);
        try (CaptureStream stream = begin(box, query, seconds)) {
            Dissector dissector = new Dissector(EspKeyring.NONE);
            CaptureReader reader = CaptureReader.open(stream);
            LayerPage page = new LayerPage("What crossed " + what);
            while (page.packets() < count) {
                CapturedPacket packet = reader.next();
                if (packet == null) {
                    break;
                }
                page.add(packet, dissector.dissect(packet.bytes()));
            }
            if (page.packets() == 0) {
                page.note("Nothing has crossed it in " + seconds + " s.");
            }
            byte[] text = page.text().getBytes(StandardCharsets.UTF_8);
            return new HttpReply("text/html; charset=utf-8", out -> out.write(text), POLICY, free::release);
        } catch (IOException e) {
            throw new HttpException(503, "the capture ended: " + StreamException.reasonOf(e));
        }
    }

    private HttpReply file(Box box, Query query) throws HttpException {
        long count = query.number("packets", WRITTEN_MAX, 1, WRITTEN_MAX);
        CaptureStream stream = begin(box, query, query.number("seconds", SECONDS, 1, SECONDS_MAX));
        String name = what(box, query).replaceAll("[^A-Za-z0-9]+", "-") + ".pcapng";
        return new HttpReply(
                "application/x-pcapng",
                out -> new PcapngBlocks().copy(stream, out, count, stream::stop),
                Map.of("Content-Disposition", "attachment; filename=\"" + name + "\""),
                () -> {
                    close(stream);
                    free.release();
                });
    }

    private static void close(CaptureStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            System.getLogger("web").log(System.Logger.Level.DEBUG, "ending a capture: {0}", e.getMessage());
        }
    }

    private static String what(Box box, Query query) {
        return box.name() + " " + query.text("bridge") + " " + query.text("port");
    }

    private static CaptureStream begin(Box box, Query query, long seconds) throws HttpException {
        List<String> arguments = new ArrayList<>(List.of(query.text("bridge")));
        if (!query.text("port").isEmpty()) {
            arguments.add("port=" + query.text("port"));
        }
        if (!query.text("filter").isBlank()) {
            arguments.add("filter=" + query.text("filter"));
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        CaptureStream[] stream = new CaptureStream[1];
        try {
            stream[0] = new CaptureStream(box.switchCaller(), arguments, () -> {
                if (System.nanoTime() - end >= 0) {
                    stream[0].stop();
                }
            });
            return stream[0];
        } catch (UnixctlException e) {
            throw new HttpException(400, String.valueOf(e.getMessage()).strip());
        } catch (IOException e) {
            throw new HttpException(503, box.name() + ": " + StreamException.reasonOf(e));
        }
    }
}
