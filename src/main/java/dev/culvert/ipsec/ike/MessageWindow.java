package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.message.IkeHeader;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Requests and answers of one IKE SA, one at a time in each direction (RFC 7296 sections 2.1 to 2.3): sends a request again until
 * it is answered, and an answer again whenever its request comes again.
 */
final class MessageWindow {
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(8);

    private static final int HURRIED = 4;

    private final Core core;
    private final Path path;
    private final IkeTiming timing;

    private @Nullable Exchange exchange;
    private int nextRequest;
    private List<byte[]> request = List.of();
    private int sendings;
    private long pause;
    private long againAt;
    private long sentAt;
    private int most;

    private int expected;
    private List<byte[]> answer = List.of();

    MessageWindow(Core core, Path path, IkeTiming timing) {
        this.core = core;
        this.path = path;
        this.timing = timing;
    }

    boolean isFree() {
        return exchange == null;
    }

    @Nullable
    Exchange exchange() {
        return exchange;
    }

    /** The number of the next request, or of the one that waits for its answer. */
    int requestId() {
        return nextRequest;
    }

    /** Sends a request; the window must be free. */
    void send(Exchange newExchange, List<byte[]> datagrams, long now) {
        exchange = newExchange;
        resend(datagrams, now);
    }

    /** Sends another request in place of the one that waits, with the same number: IKE_SA_INIT with a cookie. */
    void resend(List<byte[]> datagrams, long now) {
        request = List.copyOf(datagrams);
        sendings = 1;
        sentAt = now;
        most = timing.tries();
        pause = timing.retransmit().toNanos();
        againAt = now + core.jittered(pause);
        request.forEach(bytes -> core.host.send(path.to(bytes)));
    }

    /** Whether this answer is the one that is waited for. */
    boolean awaits(IkeHeader header) {
        return exchange != null && header.messageId() == nextRequest && header.exchange() == exchange.type();
    }

    /**
     * How long the answer that has just come took.
     *
     * @return nanoseconds; -1 where the request was sent more than once, and nobody can tell which one was answered
     */
    long roundTrip(long now) {
        return sendings == 1 ? now - sentAt : -1;
    }

    /** The answer has come; the window is free again. */
    Exchange complete() {
        Exchange done = exchange;
        if (done == null) {
            throw new IllegalStateException("nothing was asked");
        }
        exchange = null;
        request = List.of();
        nextRequest++;
        return done;
    }

    /**
     * Sends the request again if it is time.
     *
     * @return false if it has been sent often enough: the peer is dead
     */
    boolean run(long now) {
        if (exchange == null || now < againAt) {
            return true;
        }
        if (sendings >= most) {
            return false;
        }
        sendings++;
        pause = Math.min(2 * pause, LONGEST_PAUSE);
        againAt = now + core.jittered(pause);
        request.forEach(bytes -> core.host.send(path.to(bytes)));
        return true;
    }

    /** There is reason to doubt that the peer answers: a few attempts more are enough. */
    void hurry() {
        most = Math.min(most, HURRIED);
    }

    long deadline() {
        return exchange == null ? Long.MAX_VALUE : againAt;
    }

    /** Whether a request has the number that is due. */
    boolean isNext(int messageId) {
        return messageId == expected;
    }

    /** Whether a request is the one that was answered last. */
    boolean isRepeated(int messageId) {
        return messageId == expected - 1 && !answer.isEmpty();
    }

    /** Keeps the answer to the request that was due, and sends it to where that came from. */
    void answer(List<byte[]> datagrams, IkeDatagram to) {
        answer = List.copyOf(datagrams);
        expected++;
        answerAgain(to);
    }

    void answerAgain(IkeDatagram to) {
        for (byte[] bytes : answer) {
            core.host.send(new IkeDatagram(to.local(), to.localPort(), to.remote(), to.remotePort(), bytes));
        }
    }

    /** What waits is given up. */
    void abandon() {
        Exchange given = exchange;
        exchange = null;
        request = List.of();
        if (given != null) {
            given.abandoned();
        }
    }
}
