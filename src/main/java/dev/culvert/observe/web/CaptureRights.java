package dev.culvert.observe.web;

import dev.culvert.observe.http.HttpRequest;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Who may see what crosses a switch. An address of the loopback interface can be reached by every user of the host, and packets are
 * more than they may otherwise see: so it is asked whose a browser is.
 *
 * @param everybody whether whoever has the page may
 * @param users otherwise: the users of this host that may, by number
 */
public record CaptureRights(boolean everybody, Set<Integer> users) {
    private static final System.Logger LOG = System.getLogger("web");

    /** Keeps its own copy. */
    public CaptureRights {
        users = Set.copyOf(users);
    }

    /** Whether who asks may. */
    boolean allow(HttpRequest request) {
        if (everybody) {
            return true;
        }
        try {
            OptionalInt user = ConnectionOwner.of(request.ends());
            return user.isPresent() && users.contains(user.getAsInt());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "whose a connection is cannot be seen: {0}", e.getMessage());
            return false;
        }
    }
}
