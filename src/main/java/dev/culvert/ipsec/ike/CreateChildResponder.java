package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.crypto.CryptoException;
import dev.culvert.ipsec.ike.crypto.KeGroup;
import dev.culvert.ipsec.ike.crypto.KeyExchange;
import dev.culvert.ipsec.ike.crypto.Proposals;
import dev.culvert.ipsec.ike.message.NotifyType;
import dev.culvert.ipsec.ike.message.Payload;
import dev.culvert.ipsec.ike.message.Protocol;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CREATE_CHILD_SA, the responder's side: a new CHILD_SA, one in place of another, or the IKE SA's successor. */
final class CreateChildResponder {
    /** CHILD_SAs of one IKE SA beyond two a policy; a peer that makes more has lost count. */
    private static final int SPARE = 8;

    private final IkeSa sa;
    private final long now;

    CreateChildResponder(IkeSa sa, long now) {
        this.sa = sa;
        this.now = now;
    }

    List<Payload> answer(Payloads request) {
        try {
            Payload.Sa offered = request.first(Payload.Sa.class);
            Payload.Nonce nonce = request.first(Payload.Nonce.class);
            if (offered == null || nonce == null) {
                throw new Refusal(NotifyType.INVALID_SYNTAX);
            }
            if (sa.state != IkeSa.State.ESTABLISHED) {
                throw new Refusal(NotifyType.TEMPORARY_FAILURE);
            }
            return offered.proposals().getFirst().protocol() == Protocol.IKE
                    ? ike(offered, nonce.data(), request)
                    : child(nonce.data(), request);
        } catch (Refusal e) {
            sa.peer.refused(e.notification());
            return List.of(e.notification());
        } catch (CryptoException e) {
            sa.core.drop(IkeDrop.BAD_KEY_EXCHANGE);
            return List.of(new Payload.Notify(NotifyType.INVALID_SYNTAX));
        }
    }

    private List<Payload> ike(Payload.Sa offered, byte[] ni, Payloads request) throws Refusal, CryptoException {
        Exchange current = sa.window.exchange();
        boolean busy = current instanceof CreateChildExchange || current instanceof DeleteExchange;
        boolean twice = current instanceof RekeyIkeExchange mine && mine.rival() != null;
        if (busy || twice) {
            throw new Refusal(NotifyType.TEMPORARY_FAILURE);
        }
        Payload.Ke theirs = request.first(Payload.Ke.class);
        KeGroup begun = theirs == null ? null : KeGroup.ofId(theirs.group());
        Proposals.IkeChoice choice = sa.peer.config.ike().chooseIke(offered.proposals(), begun);
        if (theirs == null
                || choice == null
                || choice.theirs().spiLength() != 8
                || choice.theirs().spi() == 0) {
            throw new Refusal(NotifyType.NO_PROPOSAL_CHOSEN);
        }
        if (choice.suite().group() != begun) {
            throw new Refusal(InitResponder.invalidKe(choice.suite().group()));
        }
        KeyExchange ke = choice.suite().group().start(sa.core.random);
        byte[] nr = sa.core.newNonce();
        long spi = sa.core.newSpi();
        IkeSa made = Successor.of(sa, false, spi, choice, ke.sharedSecret(theirs.value()), ni, nr, now);
        if (current instanceof RekeyIkeExchange mine) {
            mine.rival(made, Nonces.lower(ni, nr));
        } else {
            Successor.inherit(sa, made, now + Child.GRACE);
        }
        return List.of(
                new Payload.Sa(choice.answer(spi)),
                new Payload.Nonce(nr),
                new Payload.Ke(ke.group().id(), ke.publicValue()));
    }

    private List<Payload> child(byte[] ni, Payloads request) throws Refusal, CryptoException {
        Exchange current = sa.window.exchange();
        if (current instanceof RekeyIkeExchange) {
            throw new Refusal(NotifyType.TEMPORARY_FAILURE);
        }
        Child old = replaced(request.notify(NotifyType.REKEY_SA));
        if (sa.children.all().size() >= 2 * sa.peer.config.policies().size() + SPARE) {
            throw new Refusal(NotifyType.NO_ADDITIONAL_SAS);
        }
        Payload.Ke theirs = request.first(Payload.Ke.class);
        KeGroup begun = theirs == null ? null : KeGroup.ofId(theirs.group());
        ChildNegotiation.Choice choice = ChildNegotiation.choose(sa, request, begun, true);
        KeGroup group = choice.esp().transforms().group();
        if (group != KeGroup.NONE && group != begun) {
            throw new Refusal(InitResponder.invalidKe(group));
        }
        byte[] nr = sa.core.newNonce();
        List<Payload> answer = new ArrayList<>();
        byte[] secret = new byte[0];
        Payload.Ke ours = null;
        if (theirs != null && group != KeGroup.NONE) {
            KeyExchange ke = group.start(sa.core.random);
            secret = ke.sharedSecret(theirs.value());
            ours = new Payload.Ke(group.id(), ke.publicValue());
        }
        int rekeyed = old == null ? 0 : old.sa.spiIn();
        Child made = ChildNegotiation.answer(
                new ChildNegotiation.Context(sa, false, ni, nr, rekeyed, now), choice, secret, answer);
        answer.add(1, new Payload.Nonce(nr));
        if (ours != null) {
            answer.add(2, ours);
        }
        sa.children.install(made);
        place(made, old, current);
        return answer;
    }

    private @Nullable Child replaced(Payload.@Nullable Notify rekey) throws Refusal {
        if (rekey == null) {
            return null;
        }
        Child old = sa.children.bySpiOut(rekey.espSpi());
        if (old == null) {
            throw new Refusal(
                    new Payload.Notify(rekey.protocol(), rekey.spi(), NotifyType.CHILD_SA_NOT_FOUND, new byte[0]));
        }
        if (old.replaced) {
            throw new Refusal(NotifyType.TEMPORARY_FAILURE);
        }
        return old;
    }

    private void place(Child made, @Nullable Child old, @Nullable Exchange current) {
        if (old == null) {
            sa.peer.childMade(made.policy);
            made.activateAt = now + Children.FIRST_PACKET;
            Duplicates.settle(sa, made, now);
        } else if (current instanceof CreateChildExchange mine && mine.replaces(old)) {
            // both at once: which of the two successors stays is decided when our answer comes
            mine.rival(made);
        } else {
            // packets go on leaving with the old one until the peer has the new one for sure: when it deletes the old
            // one, or
            // sends with the new one
            old.replace(now + Child.GRACE);
        }
    }
}
