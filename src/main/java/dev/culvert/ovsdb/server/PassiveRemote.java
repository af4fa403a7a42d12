package dev.culvert.ovsdb.server;

import dev.culvert.stream.StreamAddress;
import dev.culvert.stream.StreamListener;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.util.Comparator;
import java.util.List;

/** An address at which clients connect. */
final class PassiveRemote extends Remote {
    private static final Logger LOG = System.getLogger("ovsdb_jsonrpc_server");

    private final StreamAddress.Passive address;
    private final StreamListener listener;

    PassiveRemote(OvsdbServer server, StreamAddress.Passive address, StreamListener listener, RemoteOptions options) {
        super(server, options);
        this.address = address;
        this.listener = listener;
    }

    void start() {
        Thread.ofVirtual().name("ovsdb listener").start(this::accept);
    }

    private void accept() {
        while (true) {
            try {
                var _ = serve(listener.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.log(Level.WARNING, "{0}: accept failed: {1}", listener.name(), e.getMessage());
                pause();
            }
        }
    }

    /** Out of descriptors, most likely: trying again at once would only burn a core. */
    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public StreamAddress address() {
        return address;
    }

    @Override
    public int localPort() {
        return listener.localPort();
    }

    /** As ovsdb-server has it, that of the client who came first stands for them all. */
    @Override
    RemoteStatus status() {
        RemoteStatus.Builder status = new RemoteStatus.Builder().boundPort(localPort());
        List<ServerSession> sessions = sessions();
        sessions.stream().max(Comparator.comparing(ServerSession::age)).ifPresent(first -> {
            status.state("ACTIVE")
                    .sinceConnect(java.util.Optional.of(first.age()))
                    .connections(sessions.size());
            describe(first, status);
        });
        return status.build(!sessions.isEmpty());
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "{0}: {1}", listener.name(), e.getMessage());
        }
        super.close();
    }
}
