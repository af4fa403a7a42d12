package dev.culvert.observe.http;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One client: its requests, one after the other, on a thread of its own. Whatever takes too long is ended by closing it. */
final class HttpConnection implements Runnable {
    private static final System.Logger LOG = System.getLogger("http");

    private static final Map<Integer, String> REASONS = Map.ofEntries(
            Map.entry(200, "OK"),
            Map.entry(400, "Bad Request"),
            Map.entry(403, "Forbidden"),
            Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"),
            Map.entry(409, "Conflict"),
            Map.entry(413, "Content Too Large"),
            Map.entry(421, "Misdirected Request"),
            Map.entry(431, "Request Header Fields Too Large"),
            Map.entry(500, "Internal Server Error"),
            Map.entry(503, "Service Unavailable"),
            Map.entry(505, "HTTP Version Not Supported"));

    /** What a browser is told of every answer: not to keep it, and not to let other sites have any of it. */
    private static final Map<String, String> USUAL = Map.of(
            "Cache-Control", "no-store",
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'self'",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Referrer-Policy", "no-referrer",
            "X-Content-Type-Options", "nosniff");

    private final SocketChannel channel;
    private final HttpLimits limits;
    private final Map<String, HttpHandler> pages;
    private final @Nullable Set<String> names;
    private final ScheduledExecutorService clock;
    private final Runnable ended;
    private final byte[] bytes;
    private int filled;
    private @Nullable Future<?> deadline;

    /** Since when it owes a whole request ({@link System#nanoTime}). */
    volatile long waitingSince = System.nanoTime();

    /** Whether it does. */
    volatile boolean waiting = true;

    HttpConnection(
            SocketChannel channel,
            HttpLimits limits,
            Map<String, HttpHandler> pages,
            @Nullable Set<String> names,
            ScheduledExecutorService clock,
            Runnable ended) {
        this.channel = channel;
        this.limits = limits;
        this.pages = pages;
        this.names = names;
        this.clock = clock;
        this.ended = ended;
        this.bytes = new byte[limits.headBytes()];
    }

    @Override
    public void run() {
        try {
            boolean more = true;
            for (int i = 1; more; i++) {
                more = exchange(i == 1, i == limits.requests());
            }
        } catch (IOException | RejectedExecutionException e) {
            LOG.log(Level.DEBUG, "connection ended: {0}", e.getMessage());
        } finally {
            close();
            within(null);
            ended.run();
        }
    }

    /** Reads and answers a request; whether another one may follow. */
    private boolean exchange(boolean first, boolean last) throws IOException {
        HttpRequest request = null;
        try {
            request = read(first);
            if (request == null) {
                return false;
            }
            HttpReply reply = answer(request);
            try {
                return send(request, reply, !last && request.keepsAlive());
            } finally {
                reply.done().run();
            }
        } catch (HttpException e) {
            waiting = false;
            within(limits.reply());
            refuse(e, request == null || !request.method().equals("HEAD"));
            return false;
        }
    }

    /** Reads the next request; null where the client has closed instead. */
    private @Nullable HttpRequest read(boolean first) throws IOException, HttpException {
        waitingSince = System.nanoTime();
        waiting = true;
        within(first || filled > 0 ? limits.head() : limits.idle());
        int end = end(0);
        while (end < 0) {
            if (filled == bytes.length) {
                throw new HttpException(431, "the request is too long");
            }
            int count = channel.read(ByteBuffer.wrap(bytes, filled, bytes.length - filled));
            if (count < 0) {
                return null;
            }
            if (filled == 0 && !first) {
                within(limits.head());
            }
            int seen = filled;
            filled += count;
            end = end(Math.max(0, seen - 3));
        }
        waiting = false;
        within(limits.reply());
        HttpRequest request = HttpRequest.parse(bytes, end, limits.fields(), ends());
        System.arraycopy(bytes, end, bytes, 0, filled - end);
        filled -= end;
        return request;
    }

    /** Where a head ends behind its empty line, if there is a whole one; -1 if not. */
    private int end(int from) {
        for (int i = from; i + 4 <= filled; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n' && bytes[i + 2] == '\r' && bytes[i + 3] == '\n') {
                return i + 4;
            }
        }
        return -1;
    }

    private HttpReply answer(HttpRequest request) throws HttpException {
        HttpGuard.check(request, names(request));
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            throw new HttpException(405, "GET and HEAD are answered here");
        }
        HttpHandler page = pages.get(request.path());
        if (page == null) {
            throw new HttpException(404, "there is no such page");
        }
        try {
            return page.answer(request);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "request failed", e);
            throw new HttpException(500, "the switch failed to answer");
        }
    }

    /** By which names it may be called; null for any. */
    private @Nullable Set<String> names(HttpRequest request) {
        boolean loopback = request.ends().server().getAddress().isLoopbackAddress();
        return names == null && loopback ? Set.of() : names;
    }

    private HttpRequest.Ends ends() throws IOException {
        if (channel.getRemoteAddress() instanceof InetSocketAddress client
                && channel.getLocalAddress() instanceof InetSocketAddress server) {
            return new HttpRequest.Ends(client, server);
        }
        throw new IOException("not a connection of the Internet");
    }

    /** Sends an answer; whether another one may follow. */
    private boolean send(HttpRequest request, HttpReply reply, boolean keep) throws IOException {
        boolean chunked = request.minor() >= 1;
        boolean stays = keep && chunked; // without chunks only the end of the connection ends the answer
        Map<String, String> fields = new TreeMap<>(reply.fields());
        fields.put("Content-Type", reply.contentType());
        if (chunked) {
            fields.put("Transfer-Encoding", "chunked");
        }
        sendHead(200, fields, stays);
        if (!request.method().equals("HEAD")) {
            HttpOutput out = new HttpOutput(channel, chunked);
            try {
                reply.body().write(out);
            } catch (RuntimeException e) {
                // the client is to see that this is not the whole: there is no last chunk
                throw new IOException("an answer was not finished", e);
            }
            out.finish();
        }
        return stays;
    }

    private void refuse(HttpException error, boolean content) throws IOException {
        byte[] text = (error.getMessage() + "\n").getBytes(StandardCharsets.UTF_8);
        Map<String, String> fields = new TreeMap<>();
        fields.put("Content-Type", "text/plain; charset=utf-8");
        fields.put("Content-Length", "" + text.length);
        if (error.status() == 405) {
            fields.put("Allow", "GET, HEAD");
        }
        sendHead(error.status(), fields, false);
        if (content) {
            HttpOutput.send(channel, text, 0, text.length);
        }
        linger();
    }

    /** A connection that is closed with unread bytes is reset, and the answer may be lost with it: for a while, they are skipped. */
    private void linger() throws IOException {
        within(limits.head());
        waiting = true;
        channel.shutdownOutput();
        ByteBuffer skipped = ByteBuffer.wrap(bytes);
        while (channel.read(skipped) >= 0) {
            skipped.clear();
        }
    }

    private void sendHead(int status, Map<String, String> more, boolean keep) throws IOException {
        Map<String, String> fields = new TreeMap<>(USUAL);
        fields.putAll(more);
        if (!keep) {
            fields.put("Connection", "close");
        }
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " " + REASONS.getOrDefault(status, "Error"));
        fields.forEach(
                (name, value) -> head.append("\r\n").append(name).append(": ").append(value));
        byte[] encoded = head.append("\r\n\r\n").toString().getBytes(StandardCharsets.US_ASCII);
        HttpOutput.send(channel, encoded, 0, encoded.length);
    }

    /** From now on there is so much time for what comes, in place of what there was; null for no end. */
    private void within(@Nullable Duration time) {
        Future<?> old = deadline;
        if (old != null) {
            old.cancel(false);
        }
        deadline = time == null ? null : clock.schedule(this::close, time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Ends it; from any thread. */
    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "closing: {0}", e.getMessage());
        }
    }
}
