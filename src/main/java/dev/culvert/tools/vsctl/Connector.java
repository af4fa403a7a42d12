package dev.culvert.tools.vsctl;

import dev.culvert.jsonrpc.JsonLimits;
import dev.culvert.jsonrpc.JsonRpcChannel;
import dev.culvert.stream.Directories;
import dev.culvert.stream.Stream;
import dev.culvert.stream.StreamAddress;
import dev.culvert.stream.StreamException;
import dev.culvert.stream.StreamListener;
import dev.culvert.stream.Streams;
import dev.culvert.stream.Tls;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.StringTokenizer;

/** Makes a connection to one of the database servers of {@code --db}, by calling it or by waiting for its call. */
final class Connector {
    /** As patient as a database of tens of thousands of ports asks for; ovs-vsctl itself knows no limit. */
    private static final JsonLimits LIMITS = new JsonLimits(256 << 20, 20_000_000, 1000);

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final String STREAM_TCP = "stream_tcp";

    private final List<String> servers = new ArrayList<>();
    private final Tls tls;
    private final Directories directories;
    private final Deadline deadline;
    private final Log log;

    Connector(Settings settings, String database, Directories directories, Deadline deadline, Log log) {
        StringTokenizer names = new StringTokenizer(database, ",");
        while (names.hasMoreTokens()) {
            servers.add(names.nextToken());
        }
        if (settings.shuffle()) {
            Collections.shuffle(servers);
        }
        this.tls = new Tls(settings.tls(), log.logger(Tls.MODULE));
        this.directories = directories;
        this.deadline = deadline;
        this.log = log;
    }

    /**
     * Tries each server once.
     *
     * @throws Disconnected for the last one's reason
     */
    JsonRpcChannel connect() throws Disconnected {
        Disconnected failure = new Disconnected(StreamException.BAD_ADDRESS);
        for (String server : servers) {
            try {
                return deadline.watch(new JsonRpcChannel(open(server), LIMITS));
            } catch (IOException e) {
                String reason = StreamException.reasonOf(e);
                if (server.startsWith("tcp:") && reason.equals(StreamException.BAD_ADDRESS)) {
                    log.error(STREAM_TCP, server + ": connect: " + reason);
                }
                failure = new Disconnected(reason);
            }
        }
        throw failure;
    }

    private Stream open(String server) throws IOException {
        if (StreamAddress.isPassive(server)) {
            return accept(StreamAddress.passive(server, StreamAddress.OVSDB_PORT, directories));
        }
        StreamAddress.Active address = StreamAddress.active(server, StreamAddress.OVSDB_PORT, directories);
        return Streams.connect(address, CONNECT_TIMEOUT, tls);
    }

    private Stream accept(StreamAddress.Passive address) throws IOException {
        StreamListener listener = deadline.watch(Streams.listen(address, tls));
        try {
            return listener.accept();
        } finally {
            deadline.release(listener);
        }
    }
}
