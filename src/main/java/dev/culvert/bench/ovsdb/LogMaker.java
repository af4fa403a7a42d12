package dev.culvert.bench.ovsdb;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Makes a long log: the same thousand rows, changed again and again (ovsdb(5), "Standalone Format"). */
final class LogMaker {
    private static final int ROWS = 1000;

    private LogMaker() {}

    /** Appends records to a database's file until it has that many bytes. */
    static void lengthen(Path database, long bytes) throws IOException {
        long written = Files.size(database);
        try (OutputStream out =
                new BufferedOutputStream(Files.newOutputStream(database, StandardOpenOption.APPEND), 1 << 20)) {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            for (int i = 0; written < bytes; i++) {
                String record =
                        "{\"_date\":1700000000000,\"Queue\":{\"%08x-0000-4000-8000-000000000000\":{\"external_ids\":"
                                        .formatted(i % ROWS + 1)
                                + "[\"map\",[[\"iface-id\",\"port-" + i + "\"],[\"note\",\""
                                + "some text of a length ".repeat(20)
                                + "\"],[\"vm-id\",\"machine-" + i + "\"]]]}},\"_comment\":\"bench\"}\n";
                byte[] data = record.getBytes(StandardCharsets.UTF_8);
                String header =
                        "OVSDB JSON " + data.length + " " + HexFormat.of().formatHex(sha1.digest(data)) + "\n";
                out.write(header.getBytes(StandardCharsets.US_ASCII));
                out.write(data);
                written += header.length() + data.length;
            }
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
