package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.crypto.CryptoException;
import dev.culvert.ipsec.ike.crypto.KeGroup;
import dev.culvert.ipsec.ike.crypto.KeyExchange;
import dev.culvert.ipsec.ike.crypto.Proposals;
import dev.culvert.ipsec.ike.message.ExchangeType;
import dev.culvert.ipsec.ike.message.NotifyType;
import dev.culvert.ipsec.ike.message.Payload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CREATE_CHILD_SA that replaces the IKE SA itself (RFC 7296 section 1.3.2), the initiator's side; section 2.8.2 if both do. */
final class RekeyIkeExchange implements Exchange {
    private final IkeSa old;
    private final KeyExchange ke;
    private final byte[] ni;
    private final long spi;
    private final boolean again;
    private @Nullable IkeSa rival;
    private byte[] rivalNonce = new byte[0];

    RekeyIkeExchange(IkeSa old) {
        this(old, old.peer.config.ike().firstGroup(), false);
    }

    /** The same with the group that the peer asked for; it asks once. */
    private RekeyIkeExchange(IkeSa old, KeGroup group, boolean again) {
        this.old = old;
        this.again = again;
        ke = group.start(old.core.random);
        ni = old.core.newNonce();
        spi = old.core.newSpi();
    }

    /** The peer has made a successor meanwhile. */
    void rival(IkeSa sa, byte[] nonce) {
        rival = sa;
        sa.pending = true;
        rivalNonce = nonce;
    }

    /** The successor that the peer made meanwhile, or null. */
    @Nullable
    IkeSa rival() {
        return rival;
    }

    @Override
    public int type() {
        return ExchangeType.CREATE_CHILD_SA;
    }

    @Override
    public List<Payload> request(long now) {
        return List.of(
                new Payload.Sa(old.peer.config.ike().forIke(spi)),
                new Payload.Nonce(ni),
                new Payload.Ke(ke.group().id(), ke.publicValue()));
    }

    @Override
    public void answered(Payloads answer, long now) {
        Payload.Notify error = answer.error();
        Payload.Sa sa = answer.first(Payload.Sa.class);
        Payload.Nonce nonce = answer.first(Payload.Nonce.class);
        Payload.Ke theirs = answer.first(Payload.Ke.class);
        KeGroup other = error != null && error.type() == NotifyType.INVALID_KE_PAYLOAD
                ? InitExchange.group(error.data())
                : null;
        if (rival == null && other != null && !again && old.peer.config.ike().offers(other)) {
            old.send(new RekeyIkeExchange(old, other, true), now);
            return;
        }
        if (error != null || sa == null || nonce == null || theirs == null) {
            failed(now);
            return;
        }
        Proposals.IkeChoice choice =
                sa.proposals().size() == 1 ? old.peer.config.ike().chooseIke(sa.proposals(), ke.group()) : null;
        boolean fits = choice != null
                && choice.suite().group() == ke.group()
                && theirs.group() == ke.group().id()
                && choice.theirs().spiLength() == 8
                && choice.theirs().spi() != 0;
        if (choice == null || !fits) {
            failed(now);
            return;
        }
        try {
            byte[] secret = ke.sharedSecret(theirs.value());
            made(Successor.of(old, true, spi, choice, secret, ni, nonce.data(), now), nonce.data(), now);
        } catch (CryptoException e) {
            old.core.drop(IkeDrop.BAD_KEY_EXCHANGE);
            failed(now);
        }
    }

    private void made(IkeSa made, byte[] nr, long now) {
        if (old.state != IkeSa.State.ESTABLISHED) {
            made.leave(now); // not wanted any more
            return;
        }
        IkeSa other = rival;
        boolean loses = other != null
                && other.state == IkeSa.State.ESTABLISHED
                && Nonces.loses(Nonces.lower(ni, nr), rivalNonce);
        if (other != null && loses) {
            made.leave(now);
            Successor.inherit(old, other, now + Child.GRACE);
            return;
        }
        if (other != null) {
            other.leave(now + Child.GRACE);
        }
        Successor.inherit(old, made, now);
    }

    private void failed(long now) {
        IkeSa other = rival;
        if (other != null && other.state == IkeSa.State.ESTABLISHED) {
            Successor.inherit(old, other, now + Child.GRACE);
        } else {
            old.rekeyAt = now + old.core.jittered(Peer.SOON);
        }
    }

    @Override
    public void abandoned() {
        if (rival != null) {
            rival.pending = false;
        }
    }
}
