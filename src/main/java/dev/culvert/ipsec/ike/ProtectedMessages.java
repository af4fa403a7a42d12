package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.message.ExchangeType;
import dev.culvert.ipsec.ike.message.IkeHeader;
import dev.culvert.ipsec.ike.message.MalformedException;
import dev.culvert.ipsec.ike.message.NotifyType;
import dev.culvert.ipsec.ike.message.Payload;
import dev.culvert.ipsec.ike.message.PayloadReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages to an IKE SA behind IKE_SA_INIT: sorts out what is not authentic or not due, and hands on what is. */
final class ProtectedMessages {
    private final IkeSa sa;
    private final Reassembly requests = new Reassembly();
    private final Reassembly answers = new Reassembly();

    ProtectedMessages(IkeSa sa) {
        this.sa = sa;
    }

    /** Takes a message whose SPIs are the IKE SA's. */
    void receive(IkeHeader header, IkeDatagram datagram, long now) {
        try {
            List<Payload> outer = PayloadReader.read(header, datagram.message());
            if (!outer.isEmpty() && outer.getLast() instanceof Payload.Encrypted encrypted) {
                receive(header, encrypted, datagram, now);
            } else {
                unprotected(header, new Payloads(outer), now);
            }
        } catch (MalformedException e) {
            sa.core.drop(IkeDrop.MALFORMED);
        }
    }

    /** RFC 7296 section 2.21.4: what anybody could have sent is a reason to ask the peer, and no more. */
    private void unprotected(IkeHeader header, Payloads payloads, long now) {
        sa.core.drop(IkeDrop.UNPROTECTED);
        // a new one that the peer began it may not know yet, when our answer was lost
        boolean known = sa.initiator || now - sa.establishedAt > Child.GRACE;
        if (header.response() && known && payloads.has(NotifyType.INVALID_IKE_SPI)) {
            sa.doubtful = true;
            sa.window.hurry();
        }
    }

    private void receive(IkeHeader header, Payload.Encrypted encrypted, IkeDatagram datagram, long now) {
        boolean repeated = !header.response() && sa.window.isRepeated(header.messageId());
        boolean due = header.response() ? sa.window.awaits(header) : sa.window.isNext(header.messageId());
        if (!repeated && !due) {
            sa.core.drop(IkeDrop.MESSAGE_ID);
            return;
        }
        byte[] plain = sa.open(datagram.message(), encrypted);
        if (plain == null) {
            sa.core.drop(IkeDrop.NOT_AUTHENTIC);
            return;
        }
        sa.heardAt = now;
        sa.doubtful = false;
        if (repeated) {
            sa.core.drop(IkeDrop.MESSAGE_ID);
            sa.children.all().forEach(child -> child.doubted(now));
            if (encrypted.fragment() == 1) {
                sa.window.answerAgain(datagram);
            }
            return;
        }
        follow(datagram);
        int firstPayload = encrypted.firstPayload();
        if (encrypted.isFragment()) {
            Reassembly reassembly = header.response() ? answers : requests;
            switch (reassembly.add(header.messageId(), encrypted, plain)) {
                case REFUSED -> {
                    sa.core.drop(IkeDrop.FRAGMENT);
                    return;
                }
                case INCOMPLETE -> {
                    return;
                }
                case COMPLETE -> {
                    firstPayload = reassembly.firstPayload();
                    plain = reassembly.whole();
                }
            }
        }
        whole(header, read(firstPayload, plain), datagram, now);
    }

    private @Nullable Payloads read(int firstPayload, byte[] plain) {
        try {
            return new Payloads(PayloadReader.read(firstPayload, plain, 0));
        } catch (MalformedException e) {
            sa.core.drop(IkeDrop.MALFORMED);
            return null;
        }
    }

    private void whole(IkeHeader header, @Nullable Payloads payloads, IkeDatagram datagram, long now) {
        if (header.response()) {
            long roundTrip = sa.window.roundTrip(now);
            Exchange exchange = sa.window.complete();
            if (exchange instanceof LivenessExchange && roundTrip >= 0) {
                sa.peer.liveness = sa.peer.liveness.plus(roundTrip);
            }
            Payloads answer = payloads == null || payloads.critical() >= 0
                    ? new Payloads(List.of(new Payload.Notify(NotifyType.INVALID_SYNTAX)))
                    : payloads;
            exchange.answered(answer, now);
        } else if (!belongs(header.exchange())) {
            sa.core.drop(IkeDrop.UNEXPECTED);
        } else if (payloads == null) {
            sa.answer(header, List.of(new Payload.Notify(NotifyType.INVALID_SYNTAX)), datagram);
        } else {
            new RequestHandler(sa, header, datagram, now).handle(payloads);
        }
    }

    private boolean belongs(int exchange) {
        boolean first = sa.state == IkeSa.State.HALF_OPEN;
        if (sa.state == IkeSa.State.CONNECTING) {
            return false; // it comes again when we know who the peer is
        }
        return switch (exchange) {
            case ExchangeType.IKE_AUTH -> first && sa.window.isNext(1);
            case ExchangeType.CREATE_CHILD_SA, ExchangeType.INFORMATIONAL -> !first;
            default -> false;
        };
    }

    /** The initiator goes over to port 4500 with IKE_AUTH; later only what a NAT does changes the way. */
    private void follow(IkeDatagram datagram) {
        Path path = sa.path;
        boolean same = path.remotePort == datagram.remotePort()
                && path.localPort == datagram.localPort()
                && path.remote.equals(datagram.remote());
        boolean first = sa.state == IkeSa.State.HALF_OPEN;
        if (same || !(first || path.natThere)) {
            return;
        }
        path.remote = datagram.remote();
        path.remotePort = datagram.remotePort();
        path.localPort = datagram.localPort();
        sa.children.moved();
    }
}
