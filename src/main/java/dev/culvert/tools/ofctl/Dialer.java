package dev.culvert.tools.ofctl;

import dev.culvert.openflow.Version;
import dev.culvert.openflow.connection.OpenFlowClient;
import dev.culvert.openflow.connection.Reasons;
import dev.culvert.stream.Directories;
import dev.culvert.stream.Stream;
import dev.culvert.stream.StreamAddress;
import dev.culvert.stream.StreamException;
import dev.culvert.stream.Streams;
import dev.culvert.stream.Tls;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the switch that a user means: an address with a colon, a socket's path, or a bridge, whose socket is in the run
 * directory. All conversations of a program share one count of transactions.
 */
final class Dialer {
    private static final String NO_SUCH_FILE = "No such file or directory";

    private final Directories directories;
    private final Set<Version> versions;
    private final Tls tls;
    private int lastXid;

    Dialer(Directories directories, Set<Version> versions, Tls tls) {
        this.directories = directories;
        this.versions = versions;
        this.tls = tls;
    }

    /** Greets the switch that {@code name} means. */
    OpenFlowClient dial(String name) throws OfctlException {
        return dial(name, "mgmt");
    }

    /** Greets the end of a bridge's socket of that kind, {@code mgmt} or {@code snoop}. */
    OpenFlowClient dial(String name, String suffix) throws OfctlException {
        Stream stream = name.indexOf(':') >= 0 ? connect(name) : bridge(name, suffix);
        IntSupplier xids = () -> ++lastXid;
        try {
            return new OpenFlowClient(stream, versions, xids);
        } catch (IOException e) {
            throw new OfctlException(name + ": failed to connect to socket (" + Reasons.of(e) + ")");
        }
    }

    private Stream connect(String name) throws OfctlException {
        try {
            StreamAddress.Active address = StreamAddress.active(name, StreamAddress.OPENFLOW_PORT, directories);
            return Streams.connect(address, Duration.ZERO, tls);
        } catch (StreamException e) {
            throw new OfctlException("connecting to " + name + " (" + e.reason() + ")");
        }
    }

    private Stream bridge(String name, String suffix) throws OfctlException {
        Path run = directories.run();
        Stream stream = open(run.resolve(name), name);
        if (stream == null) {
            String path = run.resolve(name) + "." + suffix;
            stream = open(Path.of(path), path);
        }
        if (stream == null) {
            // a bridge can be named with its datapath's type before it
            String path = run.resolve(name.substring(name.indexOf('@') + 1)) + ".mgmt";
            stream = open(Path.of(path), path);
        }
        if (stream == null) {
            throw new OfctlException(name + " is not a bridge or a socket");
        }
        return stream;
    }

    /** The socket's other end; null if there is no such file. */
    private static @Nullable Stream open(Path path, String shown) throws OfctlException {
        try {
            return Streams.connect(new StreamAddress.Unix(path, "unix:" + path), Duration.ZERO);
        } catch (StreamException e) {
            if (e.reason().equals(NO_SUCH_FILE)) {
                return null;
            }
            throw new OfctlException(shown + ": failed to open socket (" + e.reason() + ")");
        }
    }
}
