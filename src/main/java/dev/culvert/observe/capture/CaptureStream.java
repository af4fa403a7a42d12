package dev.culvert.observe.capture;

import dev.culvert.unixctl.UnixctlCaller;
import dev.culvert.unixctl.UnixctlException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.List;

/**
 * A capture of the daemon's as a stream of pcapng, which it fetches as it is read. Told to stop, from any thread, it ends when all that
 * was captured until then has been read. For one reader.
 */
public final class CaptureStream extends InputStream {
    private final UnixctlCaller client;
    private final String number;
    private final Runnable betweenFetches;
    private volatile boolean stopping;
    private boolean stopped;
    private boolean over;
    private byte[] chunk = {};
    private int at;

    /**
     * Begins a capture.
     *
     * @param arguments those of {@code capture/start}
     * @param betweenFetches is run from time to time on the reader's thread, in which it may talk to the daemon
     * @throws UnixctlException if the daemon refuses
     */
    public CaptureStream(UnixctlCaller client, List<String> arguments, Runnable betweenFetches)
            throws IOException, UnixctlException {
        this.client = client;
        this.betweenFetches = betweenFetches;
        number = client.call("capture/start", arguments).strip();
    }

    /** Has it end. From any thread. */
    public void stop() {
        stopping = true;
    }

    private boolean fill() throws IOException {
        while (at == chunk.length) {
            if (over) {
                return false;
            }
            try {
                if (stopping && !stopped) {
                    client.call("capture/stop", List.of(number));
                    stopped = true;
                }
                betweenFetches.run();
                String answer = client.call("capture/read", List.of(number)).strip();
                over = answer.equals("end");
                chunk = over ? new byte[0] : Base64.getDecoder().decode(answer);
                at = 0;
            } catch (UnixctlException | IllegalArgumentException e) {
                throw new IOException("the daemon gives no more: " + e.getMessage());
            }
        }
        return true;
    }

    /** Ends the capture, whatever is left of it. */
    @Override
    public void close() throws IOException {
        stop();
        while (fill()) {
            at = chunk.length;
        }
    }

    @Override
    public int available() {
        return chunk.length - at;
    }

    @Override
    public int read() throws IOException {
        return fill() ? chunk[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int taken = Math.min(length, chunk.length - at);
        System.arraycopy(chunk, at, into, offset, taken);
        at += taken;
        return taken;
    }
}
