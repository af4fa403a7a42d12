package dev.culvert.ovsdb.client;

import org.jspecify.annotations.Nullable;

/**
 * A row that is not what it was. At least one of the two is there.
 *
 * @param before the row as it was, or null if it is new
 * @param after the row as it is, or null if it is gone
 */
public record ReplicaChange(
        @Nullable ReplicaRow before, @Nullable ReplicaRow after) {
    /**
     * The row's last known state.
     *
     * @return the row as it is, or as it was if it is gone
     */
    public ReplicaRow latest() {
        ReplicaRow row = after != null ? after : before;
        if (row == null) {
            throw new IllegalStateException("a change of nothing");
        }
        return row;
    }

    /**
     * Whether a column's value differs, which for a row that is new or gone it always does.
     *
     * @param column its name
     * @return true if it differs
     */
    public boolean changes(String column) {
        return before == null || after == null || !before.get(column).equals(after.get(column));
    }
}
