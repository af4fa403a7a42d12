package dev.culvert.ovsdb.client;

import dev.culvert.ovsdb.data.OvsdbError;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.data.Uuids;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** Makes sense of the answer to a "transact" request (RFC 7047 section 4.1.3). */
final class Answers {
    private Answers() {}

    /** Completes a future with the result of as many operations as were sent, or with the first error among them. */
    static void commit(
            JsonNode json, int operations, Map<UUID, Integer> inserts, CompletableFuture<CommitResult> future) {
        if (!(json instanceof ArrayNode results)) {
            future.completeExceptionally(bad("no array"));
            return;
        }
        for (JsonNode result : results) {
            if (result.has("error")) {
                future.completeExceptionally(new OvsdbException(OvsdbError.parse(result)));
                return;
            }
        }
        if (results.size() != operations) {
            future.completeExceptionally(bad(results.size() + " results for " + operations + " operations"));
            return;
        }
        Map<UUID, UUID> inserted = new HashMap<>();
        inserts.forEach((placeholder, index) -> {
            UUID uuid = Uuids.parse(results.get(index).path("uuid").path(1).stringValue(""));
            if (uuid != null) {
                inserted.put(placeholder, uuid);
            }
        });
        future.complete(new CommitResult(results, Map.copyOf(inserted)));
    }

    private static OvsdbException bad(String why) {
        return new OvsdbException(OvsdbError.OVSDB_ERROR, "bad answer to transact: " + why);
    }
}
