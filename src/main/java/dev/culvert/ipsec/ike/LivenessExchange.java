package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.message.ExchangeType;
import dev.culvert.ipsec.ike.message.Payload;
import java.util.List;

/** Asks whether the peer lives (RFC 7296 section 2.4): an empty INFORMATIONAL request. */
final class LivenessExchange implements Exchange {
    @Override
    public int type() {
        return ExchangeType.INFORMATIONAL;
    }

    @Override
    public List<Payload> request(long now) {
        return List.of();
    }

    @Override
    public void answered(Payloads answer, long now) {
        // that it came is all
    }

    @Override
    public void abandoned() {
        // nothing is prepared
    }
}
