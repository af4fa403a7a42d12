package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.crypto.Algorithms;
import dev.culvert.ipsec.ike.crypto.Prf;
import dev.culvert.ipsec.ike.message.Identity;
import dev.culvert.ipsec.ike.message.Payload;
import dev.culvert.ipsec.ike.message.PayloadWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Proves who we are, and checks the peer's proof (RFC 7296 section 2.15). */
final class Authenticator {
    private static final int SHARED_KEY_MESSAGE_INTEGRITY_CODE = 2;
    private static final byte[] KEY_PAD = "Key Pad for IKEv2".getBytes(StandardCharsets.US_ASCII);

    private final IkeSa sa;

    Authenticator(IkeSa sa) {
        this.sa = sa;
    }

    /** Returns our identification and authentication payloads. */
    List<Payload> prove() {
        return switch (sa.peer.config.credentials()) {
            case PresharedKey key -> {
                Identity us = key.localIdentity() == null ? Identity.of(sa.path.local) : key.localIdentity();
                yield List.of(
                        new Payload.Id(sa.initiator, us),
                        new Payload.Auth(SHARED_KEY_MESSAGE_INTEGRITY_CODE, code(key, octets(sa.initiator, us))));
            }
        };
    }

    /**
     * Checks the peer's payloads.
     *
     * @return who it is; null if it has not proved that it is who it should be, for whatever reason
     */
    @Nullable
    Identity verify(Payloads payloads) {
        Payload.Id id = payloads.id(!sa.initiator);
        Payload.Auth auth = payloads.first(Payload.Auth.class);
        if (id == null || auth == null) {
            return null;
        }
        boolean right = switch (sa.peer.config.credentials()) {
            case PresharedKey key -> isRight(key, id.identity(), auth);
        };
        return right ? id.identity() : null;
    }

    private boolean isRight(PresharedKey key, Identity peer, Payload.Auth auth) {
        Identity wanted = key.remoteIdentity() == null ? Identity.of(sa.peer.config.remote()) : key.remoteIdentity();
        // computed in any case: how long it takes says nothing of which part was wrong
        boolean same = MessageDigest.isEqual(auth.data(), code(key, octets(!sa.initiator, peer)));
        return same && auth.method() == SHARED_KEY_MESSAGE_INTEGRITY_CODE && wanted.equals(peer);
    }

    private byte[] code(PresharedKey key, byte[] octets) {
        Prf prf = sa.keys().prf();
        byte[] padded = prf.compute(key.key(), KEY_PAD);
        byte[] code = prf.compute(padded, octets);
        Algorithms.wipe(padded);
        return code;
    }

    /** What the initiator, or the responder, authenticates: its first message, the other's nonce, its identity under a key. */
    private byte[] octets(boolean ofInitiator, Identity identity) {
        return Algorithms.join(
                ofInitiator ? sa.initRequest : sa.initResponse,
                ofInitiator ? sa.nr : sa.ni,
                sa.keys().maced(ofInitiator, PayloadWriter.body(identity)));
    }
}
