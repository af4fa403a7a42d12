package dev.culvert.ovsdb.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.culvert.ovsdb.GenuineServer;
import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.OvsdbException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/** What a switch daemon does with its client, for any server. */
final class ClientScenario implements AutoCloseable, ClientListener {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final List<List<ReplicaChange>> changes = new CopyOnWriteArrayList<>();
    private final OvsdbClient client;

    ClientScenario(Path socket) throws Exception {
        Selection selection = Selection.none()
                .table("Open_vSwitch", "bridges", "next_cfg", "cur_cfg", "external_ids", "nonexistent")
                .table("Bridge")
                .tableExcept("Interface", "statistics")
                .table("Nonexistent");
        client = OvsdbClient.open(
                OvsdbClient.Options.local(GenuineServer.address(socket), "Open_vSwitch"), selection, executor, this);
    }

    @Override
    public void changed(Replica replica, List<ReplicaChange> change) {
        assertThat(replica.isCurrent()).isTrue();
        changes.add(change);
        events.add("changed " + change.size());
    }

    @Override
    public void disconnected(String reason) {
        events.add("disconnected");
    }

    @Override
    public void lockChanged(String lock, boolean held) {
        events.add((held ? "won " : "lost ") + lock);
    }

    List<String> events() {
        return events;
    }

    void awaitEvent(String event) {
        await().atMost(PATIENCE).until(() -> events.contains(event));
    }

    <T> T inExecutor(Callable<T> work) throws Exception {
        return executor.submit(work).get();
    }

    void awaitReplica(Predicate<Replica> condition) {
        await().atMost(PATIENCE).until(() -> inExecutor(() -> condition.test(client.replica())));
    }

    private CommitResult commit(TransactionBuilder transaction) throws Exception {
        return client.commit(transaction).get();
    }

    /** The first complete copy of an empty database, a bridge, and what the copy says at every step. */
    void addBridge(String name) throws Exception {
        awaitReplica(
                replica -> replica.isCurrent() && !replica.rows("Open_vSwitch").isEmpty());
        List<UUID> placeholders = new ArrayList<>();
        TransactionBuilder transaction = inExecutor(() -> {
            ReplicaRow root = client.replica().rows("Open_vSwitch").getFirst();
            TransactionBuilder builder = client.transaction();
            assertThat(builder.has("Bridge", "name")).isTrue();
            assertThat(builder.has("Bridge", "nonexistent")).isFalse();
            // Keys and values that look like references must stay what they are.
            UUID iface = builder.insert(
                    "Interface",
                    Map.of(
                            "name", Datum.of(Atom.of(name)),
                            "external_ids", Datum.stringMap(Map.of("uuid", "hello"))));
            UUID port = builder.insert(
                    "Port", Map.of("name", Datum.of(Atom.of(name)), "interfaces", Datum.uuids(List.of(iface))));
            UUID bridge = builder.insert("Bridge", Map.of("name", Datum.of(Atom.of(name))));
            builder.set("Bridge", bridge, "ports", Datum.uuids(List.of(port)));
            builder.verify(root, "bridges");
            builder.mutate("Open_vSwitch", root.uuid(), "bridges", "insert", Datum.uuids(List.of(bridge)));
            builder.mutate("Open_vSwitch", root.uuid(), "next_cfg", "+=", Datum.of(Atom.of(1)));
            builder.comment("a test adds " + name).durable();
            placeholders.add(bridge);
            return builder;
        });
        CommitResult result = commit(transaction);
        UUID real = result.uuid(placeholders.getFirst());
        // Its own changes are in the copy before the result is known.
        ReplicaRow bridge = inExecutor(() -> client.replica().row("Bridge", real));
        assertThat(bridge.string("name")).isEqualTo(name);
        assertThat(bridge.references("ports")).hasSize(1);
        assertThat(bridge.stringMap("external_ids")).isEmpty();
        assertThat(bridge.integer("nonexistent")).isEmpty();
        ReplicaRow root = inExecutor(() -> client.replica().rows("Open_vSwitch").getFirst());
        assertThat(root.references("bridges")).contains(real);
        assertThat(inExecutor(() -> client.replica().follow(root, "bridges", "Bridge")))
                .extracting(row -> row.string("name"))
                .contains(name);
        assertThat(changes.getLast())
                .extracting(change -> change.latest().table().name())
                .containsExactlyInAnyOrder("Open_vSwitch", "Bridge", "Interface");
    }

    /** Status columns: only what differs is sent, and what nobody copies makes no noise. */
    void writeStatus(String name) throws Exception {
        ReplicaRow iface = inExecutor(() -> client.replica().rows("Interface").stream()
                .filter(row -> row.string("name").equals(name))
                .findFirst()
                .orElseThrow());
        TransactionBuilder transaction = inExecutor(client::transaction);
        transaction.set(iface, "ofport", Datum.of(Atom.of(7))).set(iface, "external_ids", iface.get("external_ids"));
        assertThat(commit(transaction).results()).hasSize(1);
        ReplicaRow after = inExecutor(() -> client.replica().row("Interface", iface.uuid()));
        assertThat(after.integer("ofport")).hasValue(7);
        ReplicaChange last = changes.getLast().getFirst();
        assertThat(last.changes("ofport")).isTrue();
        assertThat(last.changes("name")).isFalse();
        assertThat(inExecutor(client::transaction)
                        .set(after, "ofport", Datum.of(Atom.of(7)))
                        .isEmpty())
                .isTrue();
        int heard = changes.size();
        commit(inExecutor(client::transaction)
                .set("Interface", iface.uuid(), "statistics", Datum.map(Map.of(Atom.of("rx_packets"), Atom.of(1L)))));
        assertThat(changes).hasSize(heard);
        // A copy that is out of date is noticed.
        TransactionBuilder stale = inExecutor(client::transaction)
                .verify(iface, "ofport")
                .set("Interface", iface.uuid(), "ofport", Datum.of(Atom.of(8)));
        assertThatThrownBy(() -> client.commit(stale).join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        OvsdbException.class, e -> assertThat(e.error().tag()).isEqualTo("timed out"));
        TransactionBuilder wrong = inExecutor(client::transaction)
                .set("Interface", iface.uuid(), "ofport_request", Datum.of(Atom.of(70_000)));
        assertThatThrownBy(() -> client.commit(wrong).join())
                .cause()
                .hasMessageContaining("70000 is not in the valid range 1 to 65279 (inclusive)");
    }

    OvsdbClient client() {
        return client;
    }

    /** The names of all bridges in the copy. */
    List<String> bridges() throws Exception {
        return inExecutor(() -> client.replica().rows("Bridge").stream()
                .map(row -> row.string("name"))
                .sorted()
                .toList());
    }

    @Override
    public void close() {
        client.close();
        executor.close();
    }
}
