package dev.culvert.openflow.service;

import dev.culvert.openflow.message.AsyncConfig;
import dev.culvert.openflow.message.Role;
import java.util.Map;

/** What a peer has told the switch about itself. It belongs to the owner's executor, and is touched nowhere else. */
final class PeerState {
    /** {@code OFP_DEFAULT_MISS_SEND_LEN}, what a controller gets of a packet that it never set a length for. */
    private static final int CONTROLLER_MISS_SEND_LEN = 128;

    private final boolean service;
    /** Read by other threads too, to choose whom to listen in on. */
    private volatile Role role = Role.EQUAL;

    private AsyncConfig async;
    private boolean invalidTtl;
    private int missSendLen;

    /**
     * The state at the start of a session.
     *
     * @param service with a tool, not with a controller of the switch
     * @param told whether it is told things unasked before it has said what it wants
     */
    PeerState(boolean service, boolean told) {
        this.service = service;
        this.async = told ? AsyncConfig.standard() : new AsyncConfig(Map.of());
        this.missSendLen = service ? 0 : CONTROLLER_MISS_SEND_LEN;
    }

    boolean isService() {
        return service;
    }

    Role role() {
        return role;
    }

    void setRole(Role role) {
        this.role = role;
    }

    AsyncConfig async() {
        return async;
    }

    void setAsync(AsyncConfig async) {
        this.async = async;
    }

    boolean invalidTtlToController() {
        return invalidTtl;
    }

    int missSendLen() {
        return missSendLen;
    }

    void setConfig(boolean invalidTtlToController, int missSendLen) {
        this.invalidTtl = invalidTtlToController;
        this.missSendLen = missSendLen;
    }

    /** Whether the peer is to get an unasked message. A tool gets none before it has asked for packets. */
    boolean wants(AsyncConfig.Kind kind, int reason) {
        return (!service || missSendLen != 0) && async.wants(kind, reason, role);
    }
}
