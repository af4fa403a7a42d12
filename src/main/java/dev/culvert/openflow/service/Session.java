package dev.culvert.openflow.service;

import dev.culvert.openflow.DecodeException;
import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.codec.MessageReader;
import dev.culvert.openflow.codec.MessageWriter;
import dev.culvert.openflow.connection.Handshake;
import dev.culvert.openflow.connection.MessageStream;
import dev.culvert.openflow.field.Bits;
import dev.culvert.openflow.message.AsyncConfig;
import dev.culvert.openflow.message.Envelope;
import dev.culvert.openflow.message.Message;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A conversation with one peer. The thread that {@link #run}s it reads; requests are done on the owner's executor one after the
 * other, and a writer thread sends.
 */
final class Session implements Closeable {
    private static final System.Logger LOG = System.getLogger("connmgr");

    /** Whoever stays that long is a controller, though it may have nothing to say (Open vSwitch's own time). */
    private static final long TRUSTED_NANOS = Duration.ofSeconds(30).toNanos();

    private static final byte ECHO_REQUEST = 2;
    private static final byte ECHO_REPLY = 3;

    private final String name;
    private final MessageStream stream;
    private final PeerState peer;
    private final Responder responder;
    private final Executor conductor;
    private final MessageCounts counts;
    private final Outbox outbox;
    private final List<Snooper> snoopers = new CopyOnWriteArrayList<>();
    private volatile @Nullable Version version;
    private final InactivityWatch watch;
    private volatile long openedNanos = System.nanoTime();
    private volatile long lastHeardNanos = System.nanoTime();
    private volatile boolean admitted;

    Session(
            String bridge,
            MessageStream stream,
            PeerState peer,
            Responder responder,
            Executor conductor,
            MessageCounts counts) {
        this.name = bridge + "<->" + stream.peer();
        this.watch = new InactivityWatch(
                name, () -> lastHeardNanos, () -> send(new Message.EchoRequest(Bits.of(0, 0)), 0), this::close);
        this.stream = stream;
        this.peer = peer;
        this.responder = responder;
        this.conductor = conductor;
        this.counts = counts;
        this.outbox = new Outbox(stream);
    }

    /** Agrees on a version, with a peer who has so much time for its hello. Before it nothing can be sent. */
    Version open(Set<Version> accepted, int xid, Duration limit) throws IOException {
        Version agreed = Handshake.agree(stream, accepted, xid, limit);
        version = agreed;
        openedNanos = System.nanoTime();
        outbox.start(stream.peer());
        return agreed;
    }

    /** Answers until the peer closes or fails, which ends with the exception that tells which. */
    void run() throws IOException {
        try {
            while (true) {
                byte[] message = stream.read();
                lastHeardNanos = System.nanoTime();
                counts.received.increment();
                copyToSnoopers(message);
                handle(message);
            }
        } finally {
            close();
        }
    }

    private void handle(byte[] bytes) throws IOException {
        Version agreed = agreed();
        if (bytes[0] != agreed.wire() && bytes[1] == ECHO_REQUEST) {
            answer(echo(bytes));
            return;
        }
        try {
            Envelope request = MessageReader.read(bytes);
            admitted |= isMoreThanCourtesy(request.message());
            if (request.message() instanceof Message.Failure failure) {
                logFailure(failure, agreed);
                return;
            } else if (request.version() != agreed && !(request.message() instanceof Message.Hello)) {
                throw new DecodeException(ErrorCode.OFPBRC_BAD_VERSION, "version " + request.version());
            }
            Optional<Message> answer = onConductor(request);
            if (answer.isPresent()) {
                MessageWriter.write(new Envelope(agreed, request.xid(), answer.get()))
                        .forEach(this::answer);
            }
        } catch (DecodeException e) {
            LOG.log(Level.WARNING, "{0}: sending {1} error reply ({2})", name, e.code(), e.getMessage());
            refuse(MessageWriter.error(agreed, e.code(), bytes));
        } catch (RequestException e) {
            LOG.log(Level.WARNING, "{0}: sending {1} error reply", name, e.code());
            refuse(MessageWriter.error(agreed, e.code(), bytes));
        }
    }

    /** The reply to an echo request of any version, in that version: who asks whether we live need not have agreed on one. */
    private static byte[] echo(byte[] request) {
        byte[] reply = request.clone();
        reply[1] = ECHO_REPLY;
        return reply;
    }

    private void refuse(byte[] error) {
        counts.errors.increment();
        answer(error);
    }

    private void answer(byte[] message) {
        counts.sent.increment();
        copyToSnoopers(message);
        outbox.put(message);
    }

    private void logFailure(Message.Failure failure, Version agreed) {
        String code = ErrorCode.of(agreed, failure.place())
                .map(ErrorCode::name)
                .orElseGet(() -> failure.place().toString());
        LOG.log(Level.WARNING, "{0}: received {1} error", name, code);
    }

    private Optional<Message> onConductor(Envelope request) throws IOException, RequestException {
        CompletableFuture<Optional<Message>> done = new CompletableFuture<>();
        try {
            conductor.execute(() -> {
                try {
                    done.complete(responder.answer(request, peer));
                } catch (RequestException | RuntimeException | Error e) { // who asked waits, whatever it was
                    done.completeExceptionally(e);
                }
            });
            return done.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RequestException refused) {
                throw refused;
            }
            throw new IOException("the switch failed to answer " + request.message(), e.getCause());
        } catch (RejectedExecutionException e) {
            throw new IOException("the switch is gone", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Sends an unasked message, if the peer wants it. Only on the owner's executor. */
    void tell(AsyncConfig.Kind kind, int reason, Message message) {
        if (version != null && peer.wants(kind, reason)) {
            send(message, 0);
        }
    }

    /** Sends a message that is no answer; a peer that has let too many of these wait loses its connection. */
    void send(Message message, int xid) {
        for (byte[] part : MessageWriter.write(new Envelope(agreed(), xid, message))) {
            copyToSnoopers(part);
            if (!outbox.offer(part)) {
                LOG.log(Level.WARNING, "{0}: dropping connection, its peer does not read", name);
                close();
                return;
            }
            counts.sent.increment();
        }
    }

    private Version agreed() {
        Version agreed = version;
        if (agreed == null) {
            throw new IllegalStateException("no version has been agreed on");
        }
        return agreed;
    }

    private void copyToSnoopers(byte[] message) {
        for (Snooper snooper : snoopers) {
            snooper.copy(message);
        }
    }

    /** Gives a copy of all that is said from now on to {@code snooper}, as long as both are there. */
    void addSnooper(Snooper snooper) {
        snoopers.add(snooper);
    }

    void removeSnooper(Snooper snooper) {
        snoopers.remove(snooper);
    }

    PeerState peer() {
        return peer;
    }

    /** Whether the peer is a tool rather than a controller of the switch. */
    boolean isService() {
        return peer.isService();
    }

    /** When the version was agreed on, in {@link System#nanoTime}'s count. */
    long openedNanos() {
        return openedNanos;
    }

    /** Whether the peer has done what only a controller at work does, or has been there long enough to be believed. */
    boolean isAdmitted() {
        return admitted || (version != null && lastHeardNanos - openedNanos >= TRUSTED_NANOS);
    }

    /** What anybody says who has just come, and goes on saying to show that it lives. */
    private static boolean isMoreThanCourtesy(Message message) {
        return switch (message) {
            case Message.Symmetric _, Message.FeaturesRequest _, Message.ConfigRequest _, Message.SetConfig _ -> false;
            default -> true;
        };
    }

    /** ACTIVE, or IDLE while the peer owes the answer to a probe. */
    String state() {
        return watch.isWaiting() ? "IDLE" : "ACTIVE";
    }

    /** Whether it was ended because the peer did not answer a probe. */
    boolean wasSilent() {
        return watch.gaveUp();
    }

    /** From now on asks after so much silence whether the peer lives, and gives it up after as much again; zero for never. */
    void setProbeInterval(Duration interval) {
        watch.setInterval(interval);
    }

    /** Ends the conversation, from any thread. */
    @Override
    public void close() {
        watch.setInterval(Duration.ZERO);
        outbox.close();
        snoopers.forEach(Snooper::close);
        Quietly.close(stream);
    }
}
