package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.message.Payload;
import java.util.List;

/** A request of ours, and what its answer means. */
interface Exchange {
    /** Returns its {@link dev.culvert.ipsec.ike.message.ExchangeType}. */
    int type();

    /** Returns what to send. */
    List<Payload> request(long now);

    /** The answer, authentic and well-formed. */
    void answered(Payloads answer, long now);

    /** No answer came, or the IKE SA went meanwhile: whatever was prepared goes. */
    void abandoned();
}
