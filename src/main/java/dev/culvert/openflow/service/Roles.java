package dev.culvert.openflow.service;

import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.message.Message;
import dev.culvert.openflow.message.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Who may do what: at most one peer is primary, and a change of primary bears a number that must not go backwards. Source:
 * OpenFlow 1.3, 6.3.4. It belongs to the owner's executor.
 */
final class Roles {
    private final List<PeerState> peers = new ArrayList<>();
    private OptionalLong generation = OptionalLong.empty();

    void join(PeerState peer) {
        peers.add(peer);
    }

    void leave(PeerState peer) {
        peers.remove(peer);
    }

    /** Gives {@code peer} the role that it asks for. */
    Message.RoleReply request(PeerState peer, Message.RoleRequest request) throws RequestException {
        if (request.role() != Role.NOCHANGE) {
            boolean ordered = request.role() == Role.PRIMARY || request.role() == Role.SECONDARY;
            if (ordered && request.generation().isPresent()) {
                long number = request.generation().getAsLong();
                // a signed distance, so that the numbers may wrap
                if (generation.isPresent() && number - generation.getAsLong() < 0) {
                    throw new RequestException(ErrorCode.OFPRRFC_STALE);
                }
                generation = request.generation();
            }
            if (request.role() == Role.PRIMARY) {
                peers.stream()
                        .filter(other -> other.role() == Role.PRIMARY)
                        .forEach(other -> other.setRole(Role.SECONDARY));
            }
            peer.setRole(request.role());
        }
        return new Message.RoleReply(peer.role(), generation);
    }
}
