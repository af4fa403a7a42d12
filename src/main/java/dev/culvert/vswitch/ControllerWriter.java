package dev.culvert.vswitch;

import dev.culvert.openflow.message.Role;
import dev.culvert.openflow.service.ControllerStatus;
import dev.culvert.ovsdb.client.Replica;
import dev.culvert.ovsdb.client.ReplicaRow;
import dev.culvert.ovsdb.client.TransactionBuilder;
import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.Datum;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Writes back how it stands with controllers: the Controller table's {@code is_connected}, {@code role} and {@code status}. */
final class ControllerWriter {
    private ControllerWriter() {}

    /** Writes it for the controllers of one bridge; those that are not served at all are not connected. */
    static void write(
            TransactionBuilder changes, Replica replica, RunningBridge bridge, List<ControllerStatus> statuses) {
        bridge.config.controllers().forEach((uuid, config) -> {
            ReplicaRow row = replica.row("Controller", uuid);
            if (row == null) {
                return;
            }
            Optional<ControllerStatus> status = statuses.stream()
                    .filter(each -> each.config().target().equals(config.target()))
                    .findFirst();
            changes.set(
                    row,
                    "is_connected",
                    Datum.of(Atom.of(status.map(ControllerStatus::connected).orElse(false))));
            changes.set(
                    row,
                    "role",
                    status.flatMap(ControllerStatus::role)
                            .map(role -> StatusWriter.text(name(role)))
                            .orElse(Datum.EMPTY));
            changes.set(
                    row,
                    "status",
                    status.map(each -> Datum.stringMap(pairs(each))).orElse(Datum.EMPTY));
        });
    }

    /** The names in the schema are those of OpenFlow 1.2. */
    private static String name(Role role) {
        return switch (role) {
            case PRIMARY -> "master";
            case SECONDARY -> "slave";
            case EQUAL, NOCHANGE -> "other";
        };
    }

    private static Map<String, String> pairs(ControllerStatus status) {
        Map<String, String> pairs = new TreeMap<>();
        if (status.config().service()
                && !status.connected()
                && status.lastError().isEmpty()) {
            return pairs;
        }
        pairs.put("state", status.state());
        status.lastError().ifPresent(error -> pairs.put("last_error", error));
        status.sinceConnect().map(Duration::toSeconds).ifPresent(s -> pairs.put("sec_since_connect", "" + s));
        status.sinceDisconnect().map(Duration::toSeconds).ifPresent(s -> pairs.put("sec_since_disconnect", "" + s));
        return pairs;
    }
}
