package dev.culvert.ovsdb.client;

import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.OvsdbException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a client knows beyond one connection. Used by tasks of the executor only. */
final class ClientState {
    private final CompletableFuture<Replica> current = new CompletableFuture<>();
    private final String database;
    private final Selection selection;
    private final ClientListener listener;
    private final Set<String> wantedLocks;
    private final Set<String> heldLocks = new HashSet<>();
    private final Replica replica = new Replica();
    private UUID lastTransaction = Atom.ZERO_UUID;

    ClientState(String database, Selection selection, ClientListener listener, Set<String> wantedLocks) {
        this.database = database;
        this.selection = selection;
        this.listener = listener;
        this.wantedLocks = wantedLocks;
    }

    String database() {
        return database;
    }

    Replica replica() {
        return replica;
    }

    Set<String> wantedLocks() {
        return wantedLocks;
    }

    /** Completes with the first complete copy. */
    CompletableFuture<Replica> current() {
        return current;
    }

    boolean holdsLock(String name) {
        return heldLocks.contains(name);
    }

    /** The transaction that the copy stands at, zero if the server need not remember any. */
    UUID lastTransaction() {
        return lastTransaction;
    }

    void setLastTransaction(UUID id) {
        lastTransaction = id;
    }

    /** What to monitor: {@code <monitor-requests>} of RFC 7047 section 4.1.5. */
    ObjectNode monitorRequests(DatabaseSchema schema) {
        ObjectNode requests = JsonNodeFactory.instance.objectNode();
        schema.tables().stream().filter(selection::includes).forEach(table -> {
            var columns = requests.putArray(table.name()).addObject().putArray("columns");
            selection.columns(table).forEach(column -> columns.add(column.name()));
        });
        return requests;
    }

    /** Takes a complete copy, or what is missing to one. */
    void begin(DatabaseSchema schema, boolean incremental, JsonNode updates, boolean withOldValues)
            throws OvsdbException {
        ReplicaUpdater updater = new ReplicaUpdater(replica);
        if (incremental) {
            updater.apply(updates, withOldValues);
        } else {
            updater.replace(schema, updates, withOldValues);
        }
        replica.setCurrent(true);
        listener.changed(replica, updater.changes());
        current.complete(replica);
    }

    /** Takes the changes of one transaction. */
    void update(JsonNode updates, boolean withOldValues) throws OvsdbException {
        ReplicaUpdater updater = new ReplicaUpdater(replica);
        updater.apply(updates, withOldValues);
        List<ReplicaChange> changes = updater.changes();
        if (!changes.isEmpty()) {
            listener.changed(replica, changes);
        }
    }

    void setLock(String name, boolean held) {
        if (held ? heldLocks.add(name) : heldLocks.remove(name)) {
            listener.lockChanged(name, held);
        }
    }

    void contended(String name) {
        setLock(name, false);
        listener.lockContended(name);
    }

    void disconnected(String reason) {
        replica.setCurrent(false);
        List.copyOf(heldLocks).forEach(lock -> setLock(lock, false));
        listener.disconnected(reason);
    }
}
