package dev.culvert.ovsdb.server;

import dev.culvert.jsonrpc.JsonRpcMessage;
import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.engine.Database;
import dev.culvert.ovsdb.log.Conversion;
import dev.culvert.ovsdb.log.DatabaseFile;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The server's one thread and all that belongs to it: databases, clients, locks. Everybody else gives it work by
 * {@link #execute}.
 */
final class ServerCore {
    private static final Logger LOG = System.getLogger("ovsdb_server");

    /** What all clients together may leave unread; beyond it, those that leave most are closed. */
    private static final long MAX_BACKLOG_BYTES = Runtime.getRuntime().maxMemory() / 4;

    private static final long HOUSEKEEPING_MILLIS = 1000;

    private final UUID id = UUID.randomUUID();
    /**
     * How long the thread looks for work before it sleeps. A client that waits for each answer sends its next request within this
     * time; to be woken for it would cost as much as the request. It is spent at most once for each piece of work.
     */
    private static final long SPIN_NANOS = 100_000;

    private final LinkedBlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
    private final Map<String, ServedDatabase> databases = new LinkedHashMap<>();
    private final Set<ServerSession> sessions = new LinkedHashSet<>();
    private final Locks locks = new Locks();
    private final StatusDatabase status = new StatusDatabase();
    private final DatabaseFile file;
    private final ServedDatabase main;
    private final CompactionSchedule compaction;
    private final List<DatabaseRemotes> followed = new ArrayList<>();
    private final Thread thread;
    private volatile boolean stopped;
    private long nextHousekeepingMillis;

    ServerCore(DatabaseFile file) {
        this.file = file;
        this.compaction = new CompactionSchedule(file, this);
        this.thread = Thread.ofPlatform().daemon().name("ovsdb").unstarted(this::run);
        this.main = new ServedDatabase(file.database(), file);
        serve(main);
        serve(status.served());
    }

    private void serve(ServedDatabase database) {
        databases.put(database.schema().name(), database);
        status.describe(database.schema(), nowMillis());
    }

    void start() {
        thread.start();
    }

    /** Stops the thread after the work that was given to it before, and waits for that. */
    void stop() {
        execute(() -> {
            sessions.forEach(session -> session.close("server is shutting down"));
            stopped = true;
        });
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Gives the thread work; false if it is stopped. */
    boolean execute(Runnable task) {
        return !stopped && work.add(task);
    }

    /** The next task; null when it is only time to look at the clock. */
    private @Nullable Runnable next() throws InterruptedException {
        long end = System.nanoTime() + SPIN_NANOS;
        Runnable task = work.poll();
        while (task == null && System.nanoTime() - end < 0) {
            Thread.onSpinWait();
            task = work.poll();
        }
        return task != null ? task : work.poll(millisToDeadline(), TimeUnit.MILLISECONDS);
    }

    private void run() {
        while (!stopped) {
            try {
                Runnable task = next();
                if (task != null) {
                    task.run();
                }
                keepTime();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException | Error e) {
                // A request that makes us fail must not take the database away from everybody else.
                LOG.log(Level.ERROR, "request failed", e);
            }
        }
        // Whoever waits for work that will not be done any more must not wait for ever.
        for (Runnable task = work.poll(); task != null; task = work.poll()) {
            task.run();
        }
    }

    private long millisToDeadline() {
        long next = nextHousekeepingMillis;
        for (ServedDatabase database : databases.values()) {
            next = Math.min(next, database.nextDeadlineMillis());
        }
        return Math.clamp(next - nowMillis(), 0, HOUSEKEEPING_MILLIS);
    }

    private void keepTime() {
        long now = nowMillis();
        for (ServedDatabase database : databases.values()) {
            if (database.nextDeadlineMillis() <= now) {
                database.expire(now);
            }
        }
        if (now >= nextHousekeepingMillis) {
            nextHousekeepingMillis = now + HOUSEKEEPING_MILLIS;
            shedBacklog();
            compaction.check(now);
            followed.forEach(remotes -> remotes.tick(now));
        }
    }

    private void shedBacklog() {
        long total = sessions.stream().mapToLong(ServerSession::backlogBytes).sum();
        if (total <= MAX_BACKLOG_BYTES) {
            return;
        }
        List<ServerSession> slowest = sessions.stream()
                .sorted(Comparator.comparingLong(ServerSession::backlogBytes).reversed())
                .toList();
        for (ServerSession session : slowest) {
            if (total <= MAX_BACKLOG_BYTES) {
                return;
            }
            total -= session.backlogBytes();
            session.close("too much unread data");
        }
    }

    /** Milliseconds of a clock that never jumps. */
    long nowMillis() {
        return System.nanoTime() / 1_000_000;
    }

    /** The database that the file has. */
    ServedDatabase main() {
        return main;
    }

    /** Keeps remotes in step with what the database names. */
    void follow(DatabaseRemotes remotes) {
        followed.add(remotes);
        main.watch(remotes::changed);
        remotes.refresh();
    }

    UUID id() {
        return id;
    }

    @Nullable
    ServedDatabase database(String name) {
        return databases.get(name);
    }

    Set<String> databaseNames() {
        return databases.keySet();
    }

    Locks locks() {
        return locks;
    }

    CompactionSchedule compaction() {
        return compaction;
    }

    void add(ServerSession session) {
        sessions.add(session);
    }

    void remove(ServerSession session) {
        sessions.remove(session);
    }

    int sessionCount() {
        return sessions.size();
    }

    /** What there is and was. */
    ServerStatistics statistics() {
        Map<String, Integer> rows = new LinkedHashMap<>();
        main.database()
                .tables()
                .forEach(table -> rows.put(table.schema().name(), table.rows().size()));
        return new ServerStatistics(
                sessions.size(),
                databases.values().stream()
                        .mapToInt(ServedDatabase::monitorCount)
                        .sum(),
                databases.values().stream()
                        .mapToLong(ServedDatabase::transactions)
                        .sum(),
                main.blockedCount(),
                file.length(),
                file.baseLength(),
                file.records(),
                rows);
    }

    /** Forgets a transaction, whichever database it waits for. */
    void drop(PendingTransaction transaction) {
        databases.values().forEach(database -> database.drop(transaction));
    }

    /** Gives a database another schema (ovsdb-server(7) section 4.1.19). */
    void convert(ServedDatabase database, DatabaseSchema schema, ServerSession by) throws OvsdbException {
        if (database == status.served()) {
            throw new OvsdbException("not allowed", "_Server cannot be converted");
        }
        Database converted = Conversion.convert(database.database(), schema);
        file.replace(converted, "converted by ovsdb-server");
        List<Monitor> monitors = database.takeMonitors();
        List<PendingTransaction> blocked = database.takeBlocked();
        database.replace(converted);
        status.describe(schema, nowMillis());
        followed.forEach(DatabaseRemotes::refresh);
        for (PendingTransaction transaction : blocked) {
            transaction.session().completed(transaction);
            transaction
                    .session()
                    .send(new JsonRpcMessage.Failure(
                            JsonNodeFactory.instance.stringNode("canceled"),
                            transaction.request().id()));
        }
        for (Monitor monitor : monitors) {
            monitor.end();
        }
        // A client that does not watch _Server learns of the new schema when it connects again.
        for (ServerSession session : List.copyOf(sessions)) {
            if (!session.isChangeAware() && session != by) {
                session.close("committed " + schema.name() + " database schema conversion");
            }
        }
    }
}
