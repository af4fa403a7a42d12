package dev.culvert.interop;

import dev.culvert.linux.TestNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A genuine kernel with openvswitch.ko in it, as a process: {@code src/test/peerbox} tells more. */
final class Peerbox implements AutoCloseable {
    private static final Path SCRIPT =
            Path.of("src", "test", "peerbox", "peerbox").toAbsolutePath();

    private final Path folder;

    /** Boots it with its network device in a namespace; both ends get an address with a prefix length. */
    Peerbox(TestNetwork network, String namespace, String host, String peer) throws Exception {
        folder = Files.createTempDirectory("peerbox-it-").resolve("state");
        try {
            call("up", "--ns", network.name(namespace), "--tap", "peer0", "--host", host, "--peer", peer);
        } catch (Exception | AssertionError e) {
            close();
            throw e;
        }
    }

    /** Runs a line of shell inside; it must succeed. */
    String run(String line) throws Exception {
        return call("run", line);
    }

    private String call(String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of(SCRIPT.toString()));
        line.addAll(List.of(arguments));
        return Outcome.of(Map.of("PEERBOX", folder.toString()), line).text();
    }

    @Override
    public void close() throws Exception {
        call("down");
        Files.delete(folder.getParent());
    }
}
