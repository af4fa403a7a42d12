package dev.culvert.vswitch;

import dev.culvert.linux.LinuxException;
import dev.culvert.ovsdb.client.CommitResult;
import dev.culvert.ovsdb.client.OvsdbClient;
import dev.culvert.ovsdb.client.Replica;
import dev.culvert.ovsdb.client.ReplicaRow;
import dev.culvert.ovsdb.client.TransactionBuilder;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes to the database what is due there, one transaction at a time: what becomes due meanwhile is in the next one. The
 * conductor's.
 */
final class WriteBack {
    private static final System.Logger LOG = System.getLogger("bridge");

    /** What may be due. */
    enum Part {
        /** How bridges, interfaces and the switch itself are. */
        STATUS,
        /** What has gone through the interfaces; controllers are written with it. */
        STATISTICS,
        /** How it stands with controllers. */
        CONTROLLERS
    }

    private final OvsdbClient client;
    private final StatusWriter status;
    private final StatisticsWriter statistics;
    private final BridgeSockets sockets;
    private final Supplier<@Nullable SwitchConfig> config;
    private final CompletableFuture<Void> ready;
    private final Set<Part> due = EnumSet.noneOf(Part.class);
    private boolean writing;

    /**
     * Begins with nothing due.
     *
     * @param config the configuration that is in force; null for none, and then nothing is written
     * @param ready completed when the first configuration is done and written
     */
    WriteBack(
            OvsdbClient client,
            StatusWriter status,
            StatisticsWriter statistics,
            BridgeSockets sockets,
            Supplier<@Nullable SwitchConfig> config,
            CompletableFuture<Void> ready) {
        this.client = client;
        this.status = status;
        this.statistics = statistics;
        this.sockets = sockets;
        this.config = config;
        this.ready = ready;
    }

    /** Writes something, unless a transaction is under way: then once it is done. */
    void write(Part... parts) {
        due.addAll(Set.of(parts));
        write();
    }

    /** Makes the row of the root table, which a new database does not have. */
    void makeRoot() {
        TransactionBuilder changes = client.transaction();
        changes.insert("Open_vSwitch", Map.of());
        CompletableFuture<CommitResult> _ = client.commit(changes).whenComplete((_, failure) -> logFailure(failure));
    }

    private void write() {
        SwitchConfig current = config.get();
        boolean nothing = due.isEmpty() && !statistics.isPending();
        if (writing || current == null || nothing || !client.replica().isCurrent()) {
            return;
        }
        Replica replica = client.replica();
        ReplicaRow root = replica.row("Open_vSwitch", current.root());
        if (root == null) {
            return;
        }
        TransactionBuilder changes = client.transaction();
        if (due.contains(Part.STATISTICS) && !statistics.isPending()) { // or the last rows would never have their turn
            try {
                statistics.begin();
            } catch (LinuxException e) {
                LOG.log(System.Logger.Level.WARNING, "statistics: {0}", e.getMessage());
            }
        }
        statistics.write(changes, replica);
        if (!due.isEmpty()) {
            writeRest(changes, current, replica, root);
        }
        if (changes.isEmpty()) {
            ready.complete(null);
            return;
        }
        writing = true;
        CompletableFuture<CommitResult> _ = client.commit(changes).whenComplete(this::written);
    }

    private void writeRest(TransactionBuilder changes, SwitchConfig current, Replica replica, ReplicaRow root) {
        status.writeIdentity(changes, root, replica.schema());
        status.writeState(changes, replica);
        if (due.contains(Part.STATISTICS) || due.contains(Part.CONTROLLERS)) {
            sockets.writeControllers(changes, replica);
        }
        // in the same transaction as ports and errors: who waits for it finds them when it has come
        changes.set(root, "cur_cfg", StatusWriter.integer(current.nextConfig()));
        due.clear();
    }

    private void written(@Nullable CommitResult result, @Nullable Throwable failure) {
        writing = false;
        if (result != null) {
            ready.complete(null);
        }
        logFailure(failure);
        write();
    }

    private static void logFailure(@Nullable Throwable failure) {
        if (failure != null) {
            LOG.log(System.Logger.Level.WARNING, "transaction error: {0}", failure.getMessage());
        }
    }
}
