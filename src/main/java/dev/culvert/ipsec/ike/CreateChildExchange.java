package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.crypto.CryptoException;
import dev.culvert.ipsec.ike.crypto.KeGroup;
import dev.culvert.ipsec.ike.crypto.KeyExchange;
import dev.culvert.ipsec.ike.message.ExchangeType;
import dev.culvert.ipsec.ike.message.NotifyType;
import dev.culvert.ipsec.ike.message.Payload;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * CREATE_CHILD_SA, the initiator's side: a new CHILD_SA, or one in place of another. When the peer replaces the same one at the
 * same time, the exchange with the lowest of the four nonces is undone by who began it (RFC 7296 section 2.8.1).
 */
final class CreateChildExchange implements Exchange {
    private final IkeSa sa;
    private final ChildPolicy policy;
    private final @Nullable Child old;
    private final KeGroup group;
    private final @Nullable KeyExchange ke;
    private final byte[] ni;
    private final int spi;
    private final boolean again;
    private @Nullable Child rival;

    /**
     * Makes the exchange.
     *
     * @param old what is replaced, null for a new one
     */
    CreateChildExchange(IkeSa sa, ChildPolicy policy, @Nullable Child old) {
        this(sa, policy, old, sa.peer.config.esp().firstGroup(), false);
    }

    /** The same with the group that the peer asked for; it asks once. */
    private CreateChildExchange(IkeSa sa, ChildPolicy policy, @Nullable Child old, KeGroup group, boolean again) {
        this.sa = sa;
        this.policy = policy;
        this.old = old;
        this.group = group;
        this.again = again;
        ke = group == KeGroup.NONE ? null : group.start(sa.core.random);
        ni = sa.core.newNonce();
        spi = sa.core.host.allocateSpi();
    }

    boolean replaces(Child child) {
        return child == old;
    }

    /** The peer has made a successor of the same CHILD_SA meanwhile. */
    void rival(Child child) {
        rival = child;
    }

    @Override
    public int type() {
        return ExchangeType.CREATE_CHILD_SA;
    }

    @Override
    public List<Payload> request(long now) {
        List<Payload> payloads = new ArrayList<>();
        if (old != null) {
            payloads.add(Payload.Notify.ofEsp(old.sa.spiIn(), NotifyType.REKEY_SA));
        }
        payloads.add(new Payload.Sa(sa.peer.config.esp().forEsp(spi, ke != null)));
        payloads.add(new Payload.Nonce(ni));
        if (ke != null) {
            payloads.add(new Payload.Ke(group.id(), ke.publicValue()));
        }
        payloads.addAll(ChildNegotiation.traffic(sa, policy));
        return payloads;
    }

    @Override
    public void answered(Payloads answer, long now) {
        if (sa.state != IkeSa.State.ESTABLISHED) {
            return; // what was made goes with the IKE SA
        }
        try {
            made(accepted(answer, now), now);
        } catch (Refusal e) {
            refused(e.notification(), now);
        }
    }

    private Child accepted(Payloads answer, long now) throws Refusal {
        Payload.Notify error = answer.error();
        if (error != null) {
            throw new Refusal(error);
        }
        Payload.Nonce nonce = answer.first(Payload.Nonce.class);
        Payload.Ke theirs = answer.first(Payload.Ke.class);
        if (nonce == null) {
            throw new Refusal(NotifyType.INVALID_SYNTAX);
        }
        // a peer may choose the proposal's NONE although there is a KE payload
        KeGroup agreed = theirs == null ? KeGroup.NONE : group;
        byte[] secret = new byte[0];
        if (theirs != null) {
            try {
                if (ke == null || theirs.group() != group.id()) {
                    throw new Refusal(NotifyType.INVALID_SYNTAX);
                }
                secret = ke.sharedSecret(theirs.value());
            } catch (CryptoException e) {
                sa.core.drop(IkeDrop.BAD_KEY_EXCHANGE);
                throw new Refusal(NotifyType.INVALID_SYNTAX);
            }
        }
        ChildNegotiation.Context context =
                new ChildNegotiation.Context(sa, true, ni, nonce.data(), old == null ? 0 : old.sa.spiIn(), now);
        return ChildNegotiation.accept(context, policy, spi, agreed, secret, answer);
    }

    private void made(Child made, long now) {
        sa.peer.childMade(policy);
        sa.children.install(made);
        if (!sa.peer.config.policies().contains(policy)) {
            made.replace(now); // nobody wants it any more, nor what it is for
            return;
        }
        Child other = rival;
        if (other != null && sa.children.all().contains(other) && Nonces.loses(made.nonce, other.nonce)) {
            made.replace(now);
            if (old != null) {
                old.replace(now + Child.GRACE);
            }
            return;
        }
        sa.children.activate(made);
        if (other != null) {
            other.replace(now + Child.GRACE);
        }
        if (old != null) {
            old.replace(now);
        } else {
            Duplicates.settle(sa, made, now);
        }
    }

    private void refused(Payload.Notify error, long now) {
        KeGroup other = error.type() == NotifyType.INVALID_KE_PAYLOAD ? InitExchange.group(error.data()) : null;
        if (rival != null && old != null) {
            old.replace(now + Child.GRACE);
        } else if (other != null && !again && sa.peer.config.esp().offers(other)) {
            sa.send(new CreateChildExchange(sa, policy, old, other, true), now);
        } else if (old != null && error.type() == NotifyType.CHILD_SA_NOT_FOUND) {
            sa.children.delete(old);
        } else if (old != null) {
            old.rekeyAt = now + sa.core.jittered(Peer.SOON);
        } else {
            sa.peer.childFailed(policy, error, now);
        }
    }

    @Override
    public void abandoned() {
        // the SPI was never installed
    }
}
