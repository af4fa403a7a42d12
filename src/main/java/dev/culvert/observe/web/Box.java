package dev.culvert.observe.web;

import dev.culvert.unixctl.UnixctlCaller;
import dev.culvert.unixctl.UnixctlClient;
import java.nio.file.Path;

/**
 * A switch that is shown.
 *
 * @param name how the page calls it
 * @param switchCaller carries control commands out; also several at a time
 */
public record Box(String name, UnixctlCaller switchCaller) {
    /** A switch of another process. Every command has a connection of its own, for some wait. */
    public static Box behind(String name, Path socket) {
        return new Box(name, (command, arguments) -> {
            try (UnixctlClient client = UnixctlClient.connect(socket)) {
                return client.call(command, arguments);
            }
        });
    }
}
