package dev.culvert.ovsdb.client;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/**
 * The answer to a transaction that succeeded.
 *
 * @param results the server's results, an element an operation (RFC 7047 section 4.1.3)
 * @param inserted the real names of inserted rows, by the names that {@link TransactionBuilder#insert} gave
 */
public record CommitResult(ArrayNode results, Map<UUID, UUID> inserted) {
    /**
     * The real name of an inserted row.
     *
     * @param placeholder the name that {@link TransactionBuilder#insert} gave
     * @return the row's UUID, or null if the transaction did not insert it
     */
    public @Nullable UUID uuid(UUID placeholder) {
        return inserted.get(placeholder);
    }
}
