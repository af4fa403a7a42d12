package dev.culvert.observe.web;

import dev.culvert.observe.http.HttpRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Who may see what crosses a switch. An address of the loopback interface can be reached by every user of the host, and packets are
 * more than they may otherwise see: so it is asked whose a browser is.
 *
 * <p>And it must be the page that asks: a page of another site can have a browser ask for anything here, though it does not see the
 * answer. So a capture needs a token, which is in an answer.
 *
 * @param everybody whether whoever has the page may
 * @param users otherwise: the users of this host that may, by number
 * @param token what the page gives back
 */
public record CaptureRights(boolean everybody, Set<Integer> users, String token) {
    private static final System.Logger LOG = System.getLogger("web");

    private static final int TOKEN_BYTES = 16;

    /** A user of another namespace of users, whoever that is ({@code /proc/sys/kernel/overflowuid}). */
    private static final int UNKNOWN = 65_534;

    /** Keeps its own copy. */
    public CaptureRights {
        users = Set.copyOf(users);
    }

    /** Those of some users, with a new token. */
    public CaptureRights(boolean everybody, Set<Integer> users) {
        this(everybody, users, newToken());
    }

    private static String newToken() {
        byte[] bytes = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Whether a text is the token; whoever guesses learns nothing from how long it takes. */
    boolean isToken(String text) {
        return MessageDigest.isEqual(text.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
    }

    /** Everything but the token. */
    @Override
    public String toString() {
        return everybody ? "everybody" : "users " + users;
    }

    /** Whether who asks may. */
    boolean allow(HttpRequest request) {
        if (everybody) {
            return true;
        }
        try {
            OptionalInt user = ConnectionOwner.of(request.ends());
            return user.isPresent() && user.getAsInt() != UNKNOWN && users.contains(user.getAsInt());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "whose a connection is cannot be seen: {0}", e.getMessage());
            return false;
        }
    }
}
