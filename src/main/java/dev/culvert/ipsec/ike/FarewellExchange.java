package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.message.ExchangeType;
import dev.culvert.ipsec.ike.message.NotifyType;
import dev.culvert.ipsec.ike.message.Payload;
import java.util.List;

/** Tells a responder whose proof was wrong (RFC 7296 section 2.21.2); then the IKE SA, which never was one for us, goes. */
final class FarewellExchange implements Exchange {
    private final IkeSa sa;

    FarewellExchange(IkeSa sa) {
        this.sa = sa;
    }

    @Override
    public int type() {
        return ExchangeType.INFORMATIONAL;
    }

    @Override
    public List<Payload> request(long now) {
        return List.of(new Payload.Notify(NotifyType.AUTHENTICATION_FAILED));
    }

    @Override
    public void answered(Payloads answer, long now) {
        sa.peer.close(sa, now);
    }

    @Override
    public void abandoned() {
        // nothing is prepared
    }
}
