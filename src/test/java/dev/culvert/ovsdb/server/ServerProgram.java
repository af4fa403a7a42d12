package dev.culvert.ovsdb.server;

import dev.culvert.ovsdb.data.Schemas;
import dev.culvert.stream.Directories;
import dev.culvert.stream.StreamAddress;
import dev.culvert.stream.Tls;
import java.nio.file.Path;
import java.util.Map;

/** A server in a process of its own, for tests that kill it: arguments are the database's file and addresses to listen on. */
public final class ServerProgram {
    private ServerProgram() {}

    public static void main(String[] args) throws Exception {
        OvsdbServer server = OvsdbServer.open(Path.of(args[0]), Schemas.openVSwitch(), new Tls());
        for (int i = 1; i < args.length; i++) {
            server.serve(StreamAddress.passive(
                    args[i], StreamAddress.OVSDB_PORT, Directories.from(Map.of("OVS_RUNDIR", "/tmp"))));
        }
        System.out.println("ready");
        // The server's own thread is a daemon; this one keeps the process alive until it is killed or its input ends.
        while (System.in.read() >= 0) {
            Thread.onSpinWait();
        }
        server.close();
    }
}
