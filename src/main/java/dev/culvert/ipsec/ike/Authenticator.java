package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.crypto.Algorithms;
import dev.culvert.ipsec.ike.crypto.CryptoException;
import dev.culvert.ipsec.ike.crypto.Prf;
import dev.culvert.ipsec.ike.crypto.Signatures;
import dev.culvert.ipsec.ike.message.Identity;
import dev.culvert.ipsec.ike.message.Payload;
import dev.culvert.ipsec.ike.message.PayloadWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.ArrayList;
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
            case PresharedKey key -> prove(key);
            case CertificateCredentials certificates -> prove(certificates);
        };
    }

    private List<Payload> prove(PresharedKey key) {
        Identity us = key.localIdentity() == null ? Identity.of(sa.path.local) : key.localIdentity();
        byte[] code = code(key, octets(sa.initiator, us));
        return List.of(new Payload.Id(sa.initiator, us), new Payload.Auth(SHARED_KEY_MESSAGE_INTEGRITY_CODE, code));
    }

    private List<Payload> prove(CertificateCredentials ours) {
        CertificateProof proof = new CertificateProof(ours);
        Identity us = ours.localIdentity();
        List<Payload> payloads = new ArrayList<>();
        payloads.add(new Payload.Id(sa.initiator, us));
        payloads.addAll(proof.certificates());
        if (sa.initiator) {
            payloads.addAll(proof.request());
            payloads.add(new Payload.Id(false, Identity.ofName(ours.remoteName())));
        }
        try {
            Signatures.Signed signed = Signatures.sign(
                    ours.key(), ours.chain().getFirst().getPublicKey(), sa.hashes, octets(sa.initiator, us));
            payloads.add(new Payload.Auth(signed.method(), signed.data()));
        } catch (CryptoException e) {
            // without AUTH the peer refuses us, and the reason is here
            sa.hint = String.valueOf(e.getMessage());
        }
        return payloads;
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
            case CertificateCredentials certificates -> isRight(certificates, payloads, id.identity(), auth);
        };
        return right ? id.identity() : null;
    }

    private boolean isRight(PresharedKey key, Identity peer, Payload.Auth auth) {
        Identity wanted = key.remoteIdentity() == null ? Identity.of(sa.peer.config.remote()) : key.remoteIdentity();
        // computed in any case: how long it takes says nothing of which part was wrong
        boolean same = MessageDigest.isEqual(auth.data(), code(key, octets(!sa.initiator, peer)));
        return same && auth.method() == SHARED_KEY_MESSAGE_INTEGRITY_CODE && wanted.equals(peer);
    }

    private boolean isRight(CertificateCredentials wanted, Payloads payloads, Identity peer, Payload.Auth auth) {
        PublicKey key = new CertificateProof(wanted).key(payloads, peer);
        // that the peer knows RFC 7427 it has said in its first message, which it signs
        boolean digital = !sa.hashes.isEmpty();
        return key != null && Signatures.verify(key, digital, auth.method(), auth.data(), octets(!sa.initiator, peer));
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
