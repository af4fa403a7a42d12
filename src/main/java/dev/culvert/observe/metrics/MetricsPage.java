package dev.culvert.observe.metrics;

import dev.culvert.observe.http.HttpException;
import dev.culvert.observe.http.HttpHandler;
import dev.culvert.observe.http.HttpReply;
import dev.culvert.observe.http.HttpRequest;
import dev.culvert.observe.state.Answers;
import dev.culvert.observe.state.Recent;
import dev.culvert.observe.state.UnavailableException;
import dev.culvert.unixctl.program.Versions;
import dev.culvert.vswitch.SwitchState;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** The page of metrics. It is written as it is sent: with ten thousand tunnels it is long. */
final class MetricsPage implements HttpHandler {
    /** Pages that are made at a time; each keeps a picture of the whole switch until its client has it all. */
    private static final int AT_A_TIME = 4;

    private final Recent<SwitchState> states;
    private final Semaphore free = new Semaphore(AT_A_TIME);

    MetricsPage(Supplier<CompletableFuture<SwitchState>> source) {
        states = new Recent<>(source, System::nanoTime);
    }

    @Override
    public HttpReply answer(HttpRequest request) throws HttpException {
        MetricsFormat format = MetricsFormat.of(request.field("accept"));
        if (!free.tryAcquire()) {
            throw new HttpException(503, "too many ask at once");
        }
        boolean taken = false;
        try {
            SwitchState state = state();
            taken = true;
            return new HttpReply(format.contentType(), out -> write(out, format, state), free::release);
        } finally {
            if (!taken) {
                free.release();
            }
        }
    }

    private SwitchState state() throws HttpException {
        try {
            return Answers.await(states.get());
        } catch (UnavailableException e) {
            throw new HttpException(503, String.valueOf(e.getMessage()));
        }
    }

    private static void write(OutputStream out, MetricsFormat format, SwitchState state) throws IOException {
        write(new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8)), format, state);
    }

    static void write(Writer to, MetricsFormat format, SwitchState state) throws IOException {
        Exposition out = new Exposition(to, format);
        out.family(
                MetricType.INFO,
                "build",
                "The version of Culvert, and of the Open vSwitch whose behaviour it follows.");
        out.info(Labels.of("version", Versions.CULVERT, "open_vswitch", Versions.OPEN_VSWITCH));
        new DatapathMetrics(out, state.datapath()).write();
        new PortMetrics(out, state).write();
        new BridgeMetrics(out, state.bridges()).write();
        new IpsecMetrics(out, state.ipsecPeers()).write();
        new DatabaseMetrics(out, state.database()).write();
        out.end();
    }
}
