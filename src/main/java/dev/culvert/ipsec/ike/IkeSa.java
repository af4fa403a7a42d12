package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.crypto.IkeKeys;
import dev.culvert.ipsec.ike.crypto.IkeSuite;
import dev.culvert.ipsec.ike.crypto.MessageProtection;
import dev.culvert.ipsec.ike.message.Identity;
import dev.culvert.ipsec.ike.message.IkeHeader;
import dev.culvert.ipsec.ike.message.NotifyType;
import dev.culvert.ipsec.ike.message.Payload;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One IKE SA: who, where, with which keys, and how far it is. What happens to it is decided in the exchanges and in {@link Upkeep}. */
final class IkeSa {
    /** How far it is. */
    enum State {
        /** We began it, and wait for answers. */
        CONNECTING,
        /** The peer began it, and has not yet proved who it is. */
        HALF_OPEN,
        /** Both have. */
        ESTABLISHED,
        /** Another one stands in its place, or it is not wanted; it waits for its deletion. */
        LEAVING,
        /** Gone. */
        CLOSED
    }

    final Core core;
    final Peer peer;
    final boolean initiator;
    final long localSpi;
    final Path path;
    final MessageWindow window;
    final Children children;
    final ProtectedMessages messages;
    final long createdAt;

    long remoteSpi;
    State state;

    @Nullable
    IkeSuite suite;

    @Nullable
    IkeKeys keys;

    private @Nullable MessageProtection protection;

    @Nullable
    Identity remoteIdentity;

    /** The two messages that AUTH is computed over, and the nonces; until it has been. */
    byte[] initRequest = new byte[0];

    byte[] initResponse = new byte[0];
    byte[] ni = new byte[0];
    byte[] nr = new byte[0];

    /** What the peer's first message says of hashes for signatures; empty if nothing. */
    List<Integer> hashes = List.of();

    long establishedAt;
    long heardAt;
    long rekeyAt = Long.MAX_VALUE;
    long expiresAt = Long.MAX_VALUE;
    long askedAt;

    /** When the peers authenticate each other anew, because the other one wants it. */
    long reauthenticateAt = Long.MAX_VALUE;

    long keptAliveAt;

    /** When we delete it; set when it leaves. */
    long deleteAt = Long.MAX_VALUE;

    /** What somebody without proof said of why it does not come up. */
    String hint = "";

    /** Whether it may become the successor of one that we are replacing too: not in use before that is decided. */
    boolean pending;

    /** Whether somebody without proof said that the peer knows nothing of it: reason to ask. */
    boolean doubtful;

    IkeSa(Peer peer, boolean initiator, long localSpi, long remoteSpi, Path path, State state, long now) {
        this.core = peer.core;
        this.peer = peer;
        this.initiator = initiator;
        this.localSpi = localSpi;
        this.remoteSpi = remoteSpi;
        this.path = path;
        this.state = state;
        window = new MessageWindow(core, path, peer.config.timing());
        children = new Children(this);
        messages = new ProtectedMessages(this);
        createdAt = now;
        heardAt = now;
        core.add(this);
    }

    long spiInitiator() {
        return initiator ? localSpi : remoteSpi;
    }

    long spiResponder() {
        return initiator ? remoteSpi : localSpi;
    }

    /** Gives it keys. */
    void keyed(IkeSuite newSuite, IkeKeys newKeys) {
        suite = newSuite;
        keys = newKeys;
        protection = new MessageProtection(newSuite, newKeys, initiator, core.random);
    }

    IkeKeys keys() {
        if (keys == null) {
            throw new IllegalStateException("no keys yet");
        }
        return keys;
    }

    /** Both ends have proved who they are, or an IKE SA whose ends have has been rekeyed. */
    void establish(long now) {
        state = State.ESTABLISHED;
        establishedAt = now;
        heardAt = now;
        keptAliveAt = now;
        rekeyAt = now + core.jittered(peer.config.timing().ikeRekey().toNanos());
        expiresAt = now + peer.config.timing().ikeLifetime().toNanos();
        initRequest = new byte[0];
        initResponse = new byte[0];
    }

    /** Looks whether the peer wants to be asked again who it is (RFC 4478); who began the IKE SA does that, with a new one. */
    void reauthentication(Payloads payloads, long now) {
        Payload.Notify lifetime = payloads.notify(NotifyType.AUTH_LIFETIME);
        if (initiator && lifetime != null && lifetime.data().length == 4) {
            long seconds = ByteBuffer.wrap(lifetime.data()).getInt() & 0xffff_ffffL;
            reauthenticateAt = now + core.jittered(TimeUnit.SECONDS.toNanos(seconds) * 9 / 10);
        }
    }

    /** Another one stands in its place; we delete it then, unless the peer does before. */
    void leave(long whenToDelete) {
        if (state != State.CLOSED) {
            state = State.LEAVING;
            deleteAt = Math.min(deleteAt, whenToDelete);
        }
    }

    IkeHeader header(int exchange, boolean response, int messageId) {
        return new IkeHeader(spiInitiator(), spiResponder(), 0, exchange, initiator, response, messageId);
    }

    List<byte[]> seal(IkeHeader header, List<Payload> payloads) {
        if (protection == null) {
            throw new IllegalStateException("no keys yet");
        }
        return protection.seal(header, payloads, path.longest());
    }

    byte @Nullable [] open(byte[] message, Payload.Encrypted encrypted) {
        return protection == null ? null : protection.open(message, encrypted);
    }

    /** Sends a request; the window must be free. */
    void send(Exchange exchange, long now) {
        List<Payload> payloads = exchange.request(now);
        window.send(exchange, seal(header(exchange.type(), false, window.requestId()), payloads), now);
    }

    /** Answers the request that was due. */
    void answer(IkeHeader request, List<Payload> payloads, IkeDatagram to) {
        window.answer(seal(header(request.exchange(), true, request.messageId()), payloads), to);
    }

    /** Forgets it, its CHILD_SAs and its keys; the peer is not told. */
    void close() {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        core.remove(this);
        window.abandon();
        children.clear();
        if (keys != null) {
            keys.wipe();
        }
    }
}
