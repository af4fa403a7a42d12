package dev.culvert.bench.ovsdb;

import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.data.Schemas;
import dev.culvert.ovsdb.server.OvsdbServer;
import dev.culvert.stream.StreamAddress;
import dev.culvert.stream.StreamException;
import dev.culvert.stream.Tls;
import java.io.IOException;
import java.nio.file.Path;

/** The daemon's database server alone, in a process of its own: {@code FILE SOCKET}. It ends with its standard input. */
public final class DatabaseServerMain {
    private DatabaseServerMain() {}

    /** Serves until the standard input ends. */
    public static void main(String[] args) throws OvsdbException, StreamException, IOException {
        Path socket = Path.of(args[1]);
        try (OvsdbServer server = OvsdbServer.open(Path.of(args[0]), Schemas.openVSwitch(), new Tls())) {
            server.serve(new StreamAddress.PassiveUnix(socket, "punix:" + socket));
            while (System.in.read() >= 0) {
                Thread.onSpinWait();
            }
        }
    }
}
