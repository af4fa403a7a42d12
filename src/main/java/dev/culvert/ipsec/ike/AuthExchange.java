package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.crypto.KeGroup;
import dev.culvert.ipsec.ike.message.ExchangeType;
import dev.culvert.ipsec.ike.message.Identity;
import dev.culvert.ipsec.ike.message.NotifyType;
import dev.culvert.ipsec.ike.message.Payload;
import java.util.ArrayList;
import java.util.List;

/** IKE_AUTH, the initiator's side: proves who both are, and makes the CHILD_SA of the first policy. */
final class AuthExchange implements Exchange {
    private final IkeSa sa;
    private final ChildPolicy policy;
    private final int spi;

    AuthExchange(IkeSa sa) {
        this.sa = sa;
        policy = sa.peer.config.policies().getFirst();
        spi = sa.core.host.allocateSpi();
    }

    @Override
    public int type() {
        return ExchangeType.IKE_AUTH;
    }

    @Override
    public List<Payload> request(long now) {
        List<Payload> payloads = new ArrayList<>(new Authenticator(sa).prove());
        if (sa.peer.current() == null) {
            payloads.add(new Payload.Notify(NotifyType.INITIAL_CONTACT));
        }
        payloads.add(new Payload.Sa(sa.peer.config.esp().forEsp(spi, false)));
        payloads.addAll(ChildNegotiation.traffic(sa, policy));
        return payloads;
    }

    @Override
    public void answered(Payloads answer, long now) {
        Payload.Notify error = answer.error();
        if (error != null && answer.first(Payload.Auth.class) == null) {
            if (error.type() == NotifyType.AUTHENTICATION_FAILED) {
                sa.peer.authenticationFailed();
            } else {
                sa.peer.failed(NotifyType.name(error.type()));
            }
            sa.peer.close(sa, now);
            return;
        }
        Identity identity = new Authenticator(sa).verify(answer);
        if (identity == null) {
            sa.peer.authenticationFailed();
            sa.send(new FarewellExchange(sa), now);
            return;
        }
        sa.remoteIdentity = identity;
        sa.establish(now);
        sa.reauthentication(answer, now);
        sa.peer.established(sa, false, now);
        ChildNegotiation.Context context = new ChildNegotiation.Context(sa, true, sa.ni, sa.nr, 0, now);
        try {
            Child child = ChildNegotiation.accept(context, policy, spi, KeGroup.NONE, new byte[0], answer);
            sa.children.install(child);
            sa.peer.childMade(policy);
            if (sa.peer.config.policies().contains(policy)) {
                sa.children.activate(child);
            } else {
                child.replace(now); // nobody wants it any more
            }
        } catch (Refusal e) {
            sa.peer.childFailed(policy, e.notification(), now);
        }
    }

    @Override
    public void abandoned() {
        // the SPI was never installed
    }
}
