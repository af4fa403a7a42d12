package dev.culvert.jsonrpc;

/**
 * What a peer's messages cause. All methods of one connection are called by its reader, a virtual thread, one after
 * the other: a handler that blocks makes the peer wait, and nobody else.
 */
public interface JsonRpcHandler {
    /**
     * The peer wants an answer: {@link JsonRpcConnection#reply} or {@link JsonRpcConnection#fail}, now or later.
     * {@code echo} never gets here, it is answered already.
     */
    void request(JsonRpcConnection connection, JsonRpcMessage.Request request);

    /** The peer says something. */
    void notification(JsonRpcConnection connection, JsonRpcMessage.Notification notification);

    /** The peer says nothing more: returns when it has been answered as far as it can be now, and soon in any case. */
    default void settle() {}

    /**
     * The connection is over; called once, and nothing after it.
     *
     * @param reason for the log
     */
    void closed(JsonRpcConnection connection, String reason);
}
