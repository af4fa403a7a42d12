package dev.culvert.ovsdb.server;

import dev.culvert.jsonrpc.JsonRpcMessage;

/** A "transact" request that is not answered yet. */
final class PendingTransaction {
    private final ServerSession session;
    private final JsonRpcMessage.Request request;
    private final long arrivalMillis;
    private long deadlineMillis = Long.MAX_VALUE;

    PendingTransaction(ServerSession session, JsonRpcMessage.Request request, long arrivalMillis) {
        this.session = session;
        this.request = request;
        this.arrivalMillis = arrivalMillis;
    }

    ServerSession session() {
        return session;
    }

    JsonRpcMessage.Request request() {
        return request;
    }

    long arrivalMillis() {
        return arrivalMillis;
    }

    /** When it fails if it is still blocked then. */
    long deadlineMillis() {
        return deadlineMillis;
    }

    /** Notes how long after its arrival it fails. */
    void setTimeout(long millis) {
        long deadline = arrivalMillis + millis;
        deadlineMillis = deadline < arrivalMillis ? Long.MAX_VALUE : deadline;
    }
}
