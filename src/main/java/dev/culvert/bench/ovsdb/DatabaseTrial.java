package dev.culvert.bench.ovsdb;

import dev.culvert.lab.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Puts one server through everything once. */
final class DatabaseTrial {
    static final int MANY = 50;
    static final int MONITORS = 1000;
    static final int PORTS = 10_000;

    private static final int PORTS_A_TRANSACTION = 200;
    private static final long WARM_UP_NANOS = 1_500_000_000L;

    private final DatabaseArm.Kind kind;
    private final Path folder;
    private final Path empty;
    private final Path large;
    private final long nanos;

    /**
     * @param folder a folder of the trial's own
     * @param empty a database without rows
     * @param large a database with a log of 100 MB
     * @param seconds how long each rate is measured
     */
    DatabaseTrial(DatabaseArm.Kind kind, Path folder, Path empty, Path large, int seconds) {
        this.kind = kind;
        this.folder = folder;
        this.empty = empty;
        this.large = large;
        this.nanos = seconds * 1_000_000_000L;
    }

    DatabaseFigures run() throws IOException, InterruptedException, LabException {
        double single;
        double many;
        double monitored;
        try (DatabaseArm server = DatabaseArm.start(kind, copy(empty))) {
            rate(server, 1, WARM_UP_NANOS);
            single = rate(server, 1, nanos);
            many = rate(server, MANY, nanos);
        }
        try (DatabaseArm server = DatabaseArm.start(kind, copy(empty))) {
            rate(server, 1, WARM_UP_NANOS);
            monitored = monitored(server);
        }
        double ports;
        try (DatabaseArm server = DatabaseArm.start(kind, copy(empty))) {
            double before = server.residentMegabytes();
            addPorts(server);
            ports = server.residentMegabytes() - before;
        }
        double start;
        try (DatabaseArm server = DatabaseArm.start(kind, copy(large))) {
            start = server.readySeconds();
        }
        return new DatabaseFigures(single, many, monitored, start, ports);
    }

    private Path copy(Path template) throws IOException {
        return Files.copy(template, folder.resolve("conf.db"), StandardCopyOption.REPLACE_EXISTING);
    }

    private double rate(DatabaseArm server, int clients, long time) throws IOException, InterruptedException {
        List<Future<Long>> done = new ArrayList<>();
        long begin = System.nanoTime();
        try (ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            for (int i = 0; i < clients; i++) {
                done.add(threads.submit(() -> transactions(server, begin + time)));
            }
        }
        long total = 0;
        for (Future<Long> each : done) {
            total += result(each);
        }
        return total * 1e9 / (System.nanoTime() - begin);
    }

    private static long result(Future<Long> future) throws IOException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Changes a row of its own, again and again. */
    private static long transactions(DatabaseArm server, long endNanos) throws IOException {
        try (DatabaseClient client = DatabaseClient.connect(server.socket())) {
            byte[][] changes = changes(client);
            long count = 0;
            while (System.nanoTime() < endNanos) {
                client.call(changes[(int) (count++ & 1)]);
            }
            return count;
        }
    }

    /** Makes a row, and requests that give it one value or another. */
    private static byte[][] changes(DatabaseClient client) throws IOException {
        String answer = client.transact(
                "{\"op\":\"insert\",\"table\":\"Queue\",\"row\":{\"external_ids\":[\"map\",[[\"a\",\"0\"]]]}}");
        String uuid = answer.replaceFirst("(?s).*\"uuid\",\"([0-9a-f-]{36})\".*", "$1");
        byte[][] requests = new byte[2][];
        for (int i = 0; i < requests.length; i++) {
            String value = ("value" + i).repeat(10);
            requests[i] = DatabaseClient.request(
                    "transact",
                    "[\"Open_vSwitch\",{\"op\":\"update\",\"table\":\"Queue\",\"where\":[[\"_uuid\",\"==\",[\"uuid\",\""
                            + uuid + "\"]]],\"row\":{\"external_ids\":[\"map\",[[\"a\",\"" + value + "\"]]]}}]");
        }
        return requests;
    }

    private double monitored(DatabaseArm server) throws IOException, InterruptedException {
        try (DatabaseClient client = DatabaseClient.connect(server.socket());
                MonitorFleet fleet = MonitorFleet.start(server.socket(), "Queue", MONITORS)) {
            byte[][] changes = changes(client);
            fleet.await(2L * MONITORS);
            for (int i = 0; i < 30; i++) {
                client.call(changes[i & 1]);
            }
            fleet.await(32L * MONITORS);
            long before = fleet.received();
            long begin = System.nanoTime();
            long count = 0;
            while (System.nanoTime() - begin < nanos) {
                client.call(changes[(int) (count++ & 1)]);
            }
            fleet.await(before + count * MONITORS);
            return count * 1e9 / (System.nanoTime() - begin);
        }
    }

    private static void addPorts(DatabaseArm server) throws IOException {
        try (DatabaseClient client = DatabaseClient.connect(server.socket())) {
            client.transact("{\"op\":\"insert\",\"table\":\"Bridge\",\"uuid-name\":\"b\",\"row\":{\"name\":\"br0\"}},"
                    + "{\"op\":\"insert\",\"table\":\"Open_vSwitch\",\"row\":{\"bridges\":[\"named-uuid\",\"b\"]}}");
            for (int from = 0; from < PORTS; from += PORTS_A_TRANSACTION) {
                StringBuilder operations = new StringBuilder();
                StringBuilder set = new StringBuilder();
                for (int i = from; i < from + PORTS_A_TRANSACTION; i++) {
                    operations.append(insertPort(i)).append(',');
                    set.append(i == from ? "" : ",")
                            .append("[\"named-uuid\",\"p")
                            .append(i)
                            .append("\"]");
                }
                operations
                        .append(
                                "{\"op\":\"mutate\",\"table\":\"Bridge\",\"where\":[],\"mutations\":[[\"ports\",\"insert\",[\"set\",[")
                        .append(set)
                        .append("]]]]}");
                client.transact(operations.toString());
            }
        }
    }

    /** A port as an orchestrator makes it, with the statistics that a switch writes. */
    private static String insertPort(int number) {
        return "{\"op\":\"insert\",\"table\":\"Interface\",\"uuid-name\":\"i" + number
                + "\",\"row\":{\"name\":\"tap" + number
                + "\",\"external_ids\":[\"map\",[[\"attached-mac\",\"02:00:00:00:00:01\"],[\"iface-id\",\"port-"
                + number
                + "\"]]],\"statistics\":[\"map\",[[\"rx_bytes\",1" + number + "],[\"rx_packets\",2],[\"tx_bytes\",3],"
                + "[\"tx_packets\",4]]]}},{\"op\":\"insert\",\"table\":\"Port\",\"uuid-name\":\"p" + number
                + "\",\"row\":{\"name\":\"tap" + number + "\",\"interfaces\":[\"named-uuid\",\"i" + number + "\"]}}";
    }
}
