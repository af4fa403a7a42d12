package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.message.IkeHeader;
import dev.culvert.ipsec.ike.message.NotifyType;
import dev.culvert.ipsec.ike.message.Payload;
import dev.culvert.ipsec.ike.message.PayloadWriter;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Requests for IKE SAs that are not here: we have been restarted, and the peer has not noticed (RFC 7296 section 2.21.4). */
final class StrayMessages {
    private static final int ANSWERS_A_SECOND = 10;

    private final Core core;
    private long second = Long.MIN_VALUE;
    private int answers;

    StrayMessages(Core core) {
        this.core = core;
    }

    /** Answers a peer's request with INVALID_IKE_SPI, which proves nothing and makes it ask. */
    void answer(IkeHeader header, IkeDatagram datagram, long now) {
        if (header.response()) {
            return;
        }
        if (now / TimeUnit.SECONDS.toNanos(1) != second) {
            second = now / TimeUnit.SECONDS.toNanos(1);
            answers = 0;
        }
        if (++answers > ANSWERS_A_SECOND) {
            core.drop(IkeDrop.RATE_LIMIT);
            return;
        }
        IkeHeader answer = new IkeHeader(
                header.spiInitiator(),
                header.spiResponder(),
                0,
                header.exchange(),
                !header.fromInitiator(),
                true,
                header.messageId());
        byte[] message = PayloadWriter.message(answer, List.of(new Payload.Notify(NotifyType.INVALID_IKE_SPI)));
        core.host.send(new IkeDatagram(
                datagram.local(), datagram.localPort(), datagram.remote(), datagram.remotePort(), message));
    }
}
