package dev.culvert.openflow.service;

import dev.culvert.openflow.connection.MessageStream;
import dev.culvert.openflow.connection.Reasons;
import dev.culvert.stream.Stream;
import dev.culvert.stream.StreamAddress;
import dev.culvert.stream.StreamException;
import dev.culvert.stream.StreamListener;
import dev.culvert.stream.Streams;
import dev.culvert.stream.Tls;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A listener that gives every visitor a virtual thread, up to a limit. Whoever comes beyond it takes the place of the one who
 * has been there longest without a hello, so that the silent keep nobody out; where all have said theirs, it is turned away.
 */
final class Door implements Closeable {
    private static final System.Logger LOG = System.getLogger("rconn");
    private static final Duration AFTER_FAILURE = Duration.ofMillis(100);

    private final String bridge;
    private final StreamListener listener;
    private final int limit;
    private final Visit visit;
    private final Set<Thread> visitors = ConcurrentHashMap.newKeySet();
    private final Set<MessageStream> streams = ConcurrentHashMap.newKeySet();
    /** Those of {@link #streams} that have not said hello, the longest waiting first. */
    private final Queue<MessageStream> strangers = new ConcurrentLinkedQueue<>();

    private volatile boolean closed;

    /** What is done with a visitor; the stream is closed when it returns or throws. */
    interface Visit {
        /**
         * Talks until the end, which is an exception that tells what it was.
         *
         * @param introduced to be run when the visitor has said hello
         */
        void receive(MessageStream stream, Runnable introduced) throws IOException;
    }

    Door(String bridge, StreamAddress.Passive address, Tls tls, int limit, Visit visit) throws StreamException {
        this.bridge = bridge;
        this.listener = Streams.listenNow(address, tls);
        this.limit = limit;
        this.visit = visit;
        Thread.ofVirtual().name(bridge + " " + address.text()).start(this::run);
    }

    private void run() {
        while (!closed) {
            try {
                admit(listener.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.log(Level.WARNING, listener.name() + ": accept failed (" + StreamException.reasonOf(e) + ")");
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(AFTER_FAILURE); // the usual reason is a want of descriptors, which does not pass in no time
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void admit(Stream stream) {
        MessageStream messages = new MessageStream(stream);
        if (streams.size() >= limit && !showOutStranger()) {
            LOG.log(Level.WARNING, "{0}<->{1}: too many connections, refused", bridge, stream.peer());
            Quietly.close(messages);
            return;
        }
        Thread visitor = Thread.ofVirtual().name(bridge + "<->" + stream.peer()).unstarted(() -> serve(messages));
        visitors.add(visitor);
        streams.add(messages);
        strangers.add(messages);
        visitor.start();
        if (closed) {
            Quietly.close(messages);
        }
    }

    /** Makes room; returns whether there was anybody who has said nothing. */
    private boolean showOutStranger() {
        MessageStream stranger = strangers.poll();
        if (stranger == null) {
            return false;
        }
        LOG.log(Level.WARNING, "{0}<->{1}: too many connections, and no hello", bridge, stranger.peer());
        streams.remove(stranger);
        Quietly.close(stranger);
        return true;
    }

    private void serve(MessageStream stream) {
        try {
            visit.receive(stream, () -> strangers.remove(stream));
        } catch (EOFException e) {
            LOG.log(Level.DEBUG, bridge + "<->" + stream.peer() + ": connection closed by peer");
        } catch (IOException e) {
            if (streams.contains(stream) && !closed) {
                LOG.log(Level.WARNING, bridge + "<->" + stream.peer() + ": connection dropped (" + Reasons.of(e) + ")");
            }
        } finally {
            Quietly.close(stream);
            streams.remove(stream);
            strangers.remove(stream);
            visitors.remove(Thread.currentThread());
        }
    }

    /** The TCP port that is listened on; 0 for a Unix socket. */
    int localPort() {
        return listener.localPort();
    }

    /** Stops listening and shows all visitors out. */
    @Override
    public void close() {
        closed = true;
        Quietly.close(listener);
        streams.forEach(Quietly::close);
        visitors.forEach(Thread::interrupt);
    }
}
