package dev.culvert.observe.web;

import dev.culvert.unixctl.UnixctlCaller;
import dev.culvert.unixctl.UnixctlClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A switch that is shown.
 *
 * @param name how the page calls it
 * @param switchCaller carries control commands out; also several at a time
 */
public record Box(String name, UnixctlCaller switchCaller) {
    /** Longer than any command of the page waits. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Finds a control socket: a switch has another one after it has been started again. */
    @FunctionalInterface
    public interface Finder {
        /**
         * Says where it is.
         *
         * @throws IOException if there is none
         */
        Path find() throws IOException;
    }

    /** A switch of another process. Every command has a connection of its own, for some wait. */
    public static Box behind(String name, Finder socket) {
        return new Box(name, (command, arguments) -> {
            try (UnixctlClient client = UnixctlClient.connect(socket.find())) {
                Thread patience = Thread.ofVirtual().start(() -> closeAfter(client));
                try {
                    return client.call(command, arguments);
                } finally {
                    patience.interrupt();
                }
            }
        });
    }

    /** Whoever reads from a process that has been stopped would wait for ever. */
    private static void closeAfter(UnixctlClient client) {
        try {
            Thread.sleep(PATIENCE);
            client.close();
        } catch (InterruptedException | IOException e) {
            // it has answered, or the connection is closed already
        }
    }
}
