package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.message.ExchangeType;
import dev.culvert.ipsec.ike.message.Identity;
import dev.culvert.ipsec.ike.message.IkeHeader;
import dev.culvert.ipsec.ike.message.NotifyType;
import dev.culvert.ipsec.ike.message.Payload;
import dev.culvert.ipsec.ike.message.Protocol;
import java.util.ArrayList;
import java.util.List;

/** Answers a peer's encrypted requests. */
final class RequestHandler {
    private final IkeSa sa;
    private final IkeDatagram datagram;
    private final IkeHeader header;
    private final long now;

    /**
     * Makes the answerer of one request.
     *
     * @param datagram what it came in, and so where the answer goes
     */
    RequestHandler(IkeSa sa, IkeHeader header, IkeDatagram datagram, long now) {
        this.sa = sa;
        this.header = header;
        this.datagram = datagram;
        this.now = now;
    }

    /** Answers a request that is authentic, has the number that is due, and belongs to the state of the IKE SA. */
    void handle(Payloads request) {
        sa.children.known(now);
        int critical = request.critical();
        if (critical >= 0) {
            answer(List.of(new Payload.Notify(NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD, (byte) critical)));
            return;
        }
        switch (header.exchange()) {
            case ExchangeType.IKE_AUTH -> authenticate(request);
            case ExchangeType.CREATE_CHILD_SA -> answer(new CreateChildResponder(sa, now).answer(request));
            default -> informational(request);
        }
    }

    private void answer(List<Payload> payloads) {
        sa.answer(header, payloads, datagram);
    }

    private void authenticate(Payloads request) {
        Identity identity = new Authenticator(sa).verify(request);
        if (identity == null) {
            sa.peer.authenticationFailed();
            // stays half-open for a while, so that a repeated request gets the same answer
            answer(List.of(new Payload.Notify(NotifyType.AUTHENTICATION_FAILED)));
            return;
        }
        sa.remoteIdentity = identity;
        List<Payload> answer = new ArrayList<>(new Authenticator(sa).prove());
        Child child = null;
        Refusal refusal = null;
        try {
            ChildNegotiation.Choice choice = ChildNegotiation.choose(sa, request, null, false);
            child = ChildNegotiation.answer(
                    new ChildNegotiation.Context(sa, false, sa.ni, sa.nr, 0, now), choice, new byte[0], answer);
        } catch (Refusal e) {
            refusal = e;
            answer.add(e.notification());
        }
        sa.establish(now);
        if (child != null) {
            sa.children.install(child);
            child.activateAt = now + Children.FIRST_PACKET;
        }
        answer(answer);
        sa.peer.established(sa, request.has(NotifyType.INITIAL_CONTACT), now);
        if (refusal != null) {
            sa.peer.refused(refusal.notification());
        }
        // the peer has begun, and is about to make the others
        sa.peer.childrenLater(now + Retry.FIRST);
    }

    private void informational(Payloads request) {
        List<Payload> answer = new ArrayList<>();
        sa.reauthentication(request, now);
        boolean refused = request.has(NotifyType.AUTHENTICATION_FAILED);
        boolean ends = refused;
        List<Integer> deleted = new ArrayList<>();
        for (Payload payload : request.list()) {
            if (payload instanceof Payload.Delete delete) {
                if (delete.protocol() == Protocol.IKE) {
                    ends = true;
                } else if (delete.protocol() == Protocol.ESP) {
                    delete.spis().forEach(spi -> delete(spi, deleted));
                }
            }
        }
        if (!deleted.isEmpty() && !ends) {
            answer.add(new Payload.Delete(Protocol.ESP, deleted));
        }
        IkeSa heir = sa.window.exchange() instanceof RekeyIkeExchange rekey ? rekey.rival() : null;
        if (ends && heir != null && heir.state == IkeSa.State.ESTABLISHED) {
            // the peer's rekeying is done for it; ours has not reached it
            Successor.inherit(sa, heir, now);
        }
        answer(answer);
        if (ends) {
            sa.peer.close(sa, now);
        }
        if (refused) {
            sa.peer.authenticationFailed();
        }
    }

    private void delete(int spiOut, List<Integer> deleted) {
        Child child = sa.children.bySpiOut(spiOut);
        if (child == null) {
            return;
        }
        // section 1.4.1: what both delete at once is not named in the answers
        boolean both = sa.window.exchange() instanceof DeleteExchange mine && mine.deletes(child);
        if (!both) {
            deleted.add(child.sa.spiIn());
        }
        boolean wanted = !child.replaced;
        sa.children.delete(child);
        if (wanted) {
            sa.peer.childDeleted(child.policy, now);
        }
    }
}
