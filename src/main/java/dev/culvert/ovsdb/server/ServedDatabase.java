package dev.culvert.ovsdb.server;

import dev.culvert.jsonrpc.JsonRpcMessage;
import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.engine.Commit;
import dev.culvert.ovsdb.engine.CommitLog;
import dev.culvert.ovsdb.engine.Database;
import dev.culvert.ovsdb.engine.Execution;
import dev.culvert.ovsdb.engine.Execution.Outcome;
import dev.culvert.ovsdb.engine.RowChange;
import dev.culvert.ovsdb.engine.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A database with those who watch it and those who wait for it. Used by the server's thread. */
final class ServedDatabase {
    private Database database;
    private final CommitLog log;
    private History history = new History();
    private final Set<Monitor> monitors = new LinkedHashSet<>();
    private final Set<PendingTransaction> blocked = new LinkedHashSet<>();
    private final List<Consumer<Commit>> watchers = new ArrayList<>();
    private boolean changed;
    private long transactions;

    ServedDatabase(Database database, CommitLog log) {
        this.database = database;
        this.log = log;
    }

    Database database() {
        return database;
    }

    DatabaseSchema schema() {
        return database.schema();
    }

    UUID lastTransaction() {
        return history.last();
    }

    @Nullable
    List<RowChange> changesSince(UUID transaction) {
        return history.since(transaction);
    }

    void add(Monitor monitor) {
        monitors.add(monitor);
    }

    void remove(Monitor monitor) {
        monitors.remove(monitor);
    }

    int monitorCount() {
        return monitors.size();
    }

    /** How many transactions of clients were carried out. */
    long transactions() {
        return transactions;
    }

    int blockedCount() {
        return blocked.size();
    }

    /** Carries out a transaction, now or when it can be. */
    void submit(PendingTransaction transaction, long nowMillis) {
        if (!attempt(transaction, nowMillis)) {
            blocked.add(transaction);
        }
        settle(nowMillis);
    }

    /** Forgets a transaction that is blocked. */
    void drop(PendingTransaction transaction) {
        blocked.remove(transaction);
    }

    /** The next time at which something must be done. */
    long nextDeadlineMillis() {
        long next = Long.MAX_VALUE;
        for (PendingTransaction transaction : blocked) {
            next = Math.min(next, transaction.deadlineMillis());
        }
        return next;
    }

    /** Fails what has waited too long. */
    void expire(long nowMillis) {
        for (PendingTransaction transaction : List.copyOf(blocked)) {
            if (transaction.deadlineMillis() <= nowMillis && attempt(transaction, nowMillis)) {
                blocked.remove(transaction);
            }
        }
        settle(nowMillis);
    }

    private boolean attempt(PendingTransaction transaction, long nowMillis) {
        ServerSession session = transaction.session();
        Outcome outcome = Execution.run(
                database,
                transaction.request().params(),
                session::holdsLock,
                nowMillis - transaction.arrivalMillis(),
                log);
        return switch (outcome) {
            case Outcome.Done(var results, var commit) -> {
                transactions++;
                if (commit != null) {
                    publish(commit);
                }
                session.completed(transaction);
                session.send(
                        new JsonRpcMessage.Reply(results, transaction.request().id()));
                yield true;
            }
            case Outcome.Blocked(long timeoutMillis) -> {
                transaction.setTimeout(timeoutMillis);
                yield false;
            }
        };
    }

    /** Tries what is blocked again for as long as anything changes. */
    void settle(long nowMillis) {
        while (changed) {
            changed = false;
            for (PendingTransaction transaction : new ArrayList<>(blocked)) {
                if (blocked.contains(transaction) && attempt(transaction, nowMillis)) {
                    blocked.remove(transaction);
                }
            }
        }
    }

    /** Tells the monitors, before anybody hears that the transaction succeeded. */
    void publish(Commit commit) {
        changed = true;
        history.add(commit);
        Map<String, Optional<Updates>> made = new HashMap<>();
        for (Monitor monitor : monitors) {
            Optional<Updates> updates = made.computeIfAbsent(
                    monitor.shape().key(),
                    _ -> Optional.ofNullable(monitor.shape().updates(commit.changes()))
                            .map(json -> new Updates(json, commit.id())));
            updates.ifPresent(monitor::notify);
        }
        watchers.forEach(watcher -> watcher.accept(commit));
    }

    /** Tells the server's own rooms of every commit; they must not commit anything then and there. */
    void watch(Consumer<Commit> watcher) {
        watchers.add(watcher);
    }

    /**
     * Carries out a transaction of the server's own.
     *
     * @throws OvsdbException if it breaks a constraint or cannot be written down; nothing is changed then
     */
    void commit(Transaction transaction, long nowMillis) throws OvsdbException {
        Commit commit = transaction.commit(log);
        if (commit != null) {
            publish(commit);
            settle(nowMillis);
        }
    }

    /** Takes another database's content; nobody may watch or wait any more. */
    void replace(Database replacement) {
        database = replacement;
        history = new History();
        changed = true;
    }

    /** All monitors, to be canceled. */
    List<Monitor> takeMonitors() {
        List<Monitor> taken = List.copyOf(monitors);
        monitors.clear();
        return taken;
    }

    /** All blocked transactions, to be canceled. */
    List<PendingTransaction> takeBlocked() {
        List<PendingTransaction> taken = List.copyOf(blocked);
        blocked.clear();
        return taken;
    }
}
