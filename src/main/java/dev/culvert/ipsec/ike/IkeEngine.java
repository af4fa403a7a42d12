package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.message.ExchangeType;
import dev.culvert.ipsec.ike.message.IkeHeader;
import dev.culvert.ipsec.ike.message.MalformedException;
import dev.culvert.ipsec.ike.message.PayloadReader;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps up IKE SAs and CHILD_SAs with peers, for ever: begins them, answers peers that begin them, renews them, and begins anew when
 * a peer has died.
 *
 * <p>Belongs to one thread. Times are {@link System#nanoTime}'s or of any other clock that counts nanoseconds and does not go
 * back. After any other call {@link #run} is due at once, and then whenever it said. A call may take some milliseconds where it
 * computes a key exchange (MODP-2048: about 5; elliptic curves: less than 1).
 */
public final class IkeEngine {
    /**
     * IKE SAs that are begun at a time: a key pair of the larger groups takes tens of milliseconds, in which whoever owns this
     * engine does nothing else.
     */
    private static final int BEGUN_MAX = 4;

    /** Until the next ones are begun. */
    private static final long PAUSE = 1_000_000;

    private final Core core;
    private final InitResponder responder;
    private final StrayMessages strays;
    private final Map<String, Peer> peers = new LinkedHashMap<>();
    private final Map<Peer, Long> deadlines = new LinkedHashMap<>();

    /** IKE SAs that were begun since {@link #run} was called last. */
    private int begun;

    /**
     * Makes an engine without peers.
     *
     * @param random for keys, nonces and SPIs
     * @param now the time
     */
    public IkeEngine(IkeHost host, SecureRandom random, long now) {
        core = new Core(host, random, now);
        responder = new InitResponder(core);
        strays = new StrayMessages(core);
    }

    /**
     * Adds a peer, or changes the one of that name. One that is as before is left alone; other policies add and remove the
     * CHILD_SAs concerned; with any other change the old SAs are deleted and new ones begun.
     */
    public void put(IkePeer config, long time) {
        long now = time - core.origin;
        Peer peer = peers.get(config.name());
        if (peer != null && peer.config.withPolicies(config.policies()).equals(config)) {
            if (peer.config.credentials() != config.credentials()) {
                config.credentials().wipe();
            }
            peer.policies(config.policies(), now);
        } else {
            if (peer != null) {
                dismiss(peer, config.credentials(), now);
            }
            peer = new Peer(core, config);
            peers.put(config.name(), peer);
        }
        if (peer.isDown() && begun >= BEGUN_MAX) {
            deadlines.put(peer, now); // when the others are under way
        } else {
            touch(peer, now);
        }
    }

    /** Removes a peer, if there is one of that name: its SAs are deleted, here at once. */
    public void remove(String name, long time) {
        long now = time - core.origin;
        Peer peer = peers.remove(name);
        if (peer != null) {
            dismiss(peer, null, now);
            touch(peer, now);
        }
    }

    private void dismiss(Peer peer, @Nullable Credentials kept, long now) {
        peers.remove(peer.config.name(), peer);
        peer.dismiss(now);
        deadlines.put(peer, now);
        if (peer.config.credentials() != kept) {
            peer.config.credentials().wipe();
        }
    }

    /** Takes a datagram from the network. Whatever it holds, nothing worse happens than that it counts as dropped. */
    public void receive(IkeDatagram datagram, long time) {
        long now = time - core.origin;
        if (datagram.message().length == 1) {
            return; // a NAT-keepalive has done its work when it came through the NAT
        }
        try {
            IkeHeader header = IkeHeader.read(datagram.message());
            if (header.exchange() == ExchangeType.IKE_SA_INIT) {
                receiveInit(header, datagram, now);
            } else {
                receiveProtected(header, datagram, now);
            }
        } catch (MalformedException e) {
            core.drop(IkeDrop.MALFORMED);
        }
    }

    private void receiveInit(IkeHeader header, IkeDatagram datagram, long now) throws MalformedException {
        Peer peer = peer(datagram);
        if (peer == null) {
            core.drop(IkeDrop.UNKNOWN_PEER);
            return;
        }
        boolean first = header.messageId() == 0 && header.fromInitiator() != header.response();
        if (!first || (!header.response() && header.spiResponder() != 0)) {
            core.drop(IkeDrop.UNEXPECTED);
            return;
        }
        Payloads payloads = new Payloads(PayloadReader.read(header, datagram.message()));
        if (!header.response()) {
            int halfOpen = peers.values().stream().mapToInt(Peer::halfOpen).sum();
            responder.request(peer, halfOpen, header, payloads, datagram, now);
            touch(peer, now);
            return;
        }
        IkeSa sa = core.sa(header.spiInitiator());
        if (sa != null && sa.peer == peer && sa.window.exchange() instanceof InitExchange exchange) {
            exchange.response(header, payloads, datagram.message(), now);
            touch(peer, now);
        } else {
            core.drop(IkeDrop.UNKNOWN_SPI);
        }
    }

    /** The peer that is configured with just these addresses, or else with any of ours. */
    private @Nullable Peer peer(IkeDatagram datagram) {
        Peer found = null;
        for (Peer peer : peers.values()) {
            if (peer.config.remote().equals(datagram.remote())) {
                if (peer.config.local().equals(datagram.local())) {
                    return peer;
                }
                boolean here =
                        peer.config.local().isUnspecified() || datagram.local().isUnspecified();
                found = found == null && here ? peer : found;
            }
        }
        return found;
    }

    private void receiveProtected(IkeHeader header, IkeDatagram datagram, long now) {
        IkeSa sa = core.sa(header.fromInitiator() ? header.spiResponder() : header.spiInitiator());
        if (sa == null
                || sa.initiator == header.fromInitiator()
                || sa.spiInitiator() != header.spiInitiator()
                || sa.spiResponder() != header.spiResponder()) {
            core.drop(IkeDrop.UNKNOWN_SPI);
            if (peer(datagram) != null) {
                strays.answer(header, datagram, now);
            }
            return;
        }
        sa.messages.receive(header, datagram, now);
        touch(sa.peer, now);
    }

    /**
     * Does what is due.
     *
     * @return when there will be something again, {@link Long#MAX_VALUE} if only a datagram can bring it
     */
    public long run(long time) {
        long now = time - core.origin;
        long next = Long.MAX_VALUE;
        begun = 0;
        for (Peer peer : List.copyOf(deadlines.keySet())) {
            long deadline = deadlines.getOrDefault(peer, Long.MAX_VALUE);
            if (deadline <= now && begun >= BEGUN_MAX && peer.isDown()) {
                deadline = now + PAUSE;
            } else if (deadline <= now) {
                deadline = touch(peer, now);
            }
            next = Math.min(next, deadline);
        }
        return next == Long.MAX_VALUE ? next : next + core.origin;
    }

    /** Does what is due with one peer, and tells the host what has changed. */
    private long touch(Peer peer, long now) {
        begun += peer.isDown() && peer.retryAt() <= now ? 1 : 0;
        long deadline = new Upkeep(peer, now).run();
        if (peer.changed) {
            peer.changed = false;
            core.host.stateChanged(peer.config.name());
        }
        if (!peer.wanted && peer.sas().isEmpty()) {
            deadlines.remove(peer);
            return Long.MAX_VALUE;
        }
        deadlines.put(peer, deadline);
        return deadline;
    }

    /** Begins an IKE SA with a peer that has none now, and does not wait for the pause between attempts. */
    public void initiate(String name, long time) {
        long now = time - core.origin;
        Peer peer = peers.get(name);
        if (peer != null) {
            peer.tryNow(now);
            touch(peer, now);
        }
    }

    /**
     * Renews keys now.
     *
     * @param policy of the CHILD_SA; null for all of the peer's, and the IKE SA
     */
    public void rekey(String name, @Nullable String policy, long time) {
        long now = time - core.origin;
        IkeSa sa = current(name);
        if (sa == null) {
            return;
        }
        for (Child child : sa.children.all()) {
            if (policy == null || policy.equals(child.policy.name())) {
                child.rekeyAt = now;
            }
        }
        if (policy == null) {
            sa.rekeyAt = now;
        }
        touch(sa.peer, now);
    }

    /** The IKE SA in use with a peer, or null. */
    @Nullable
    IkeSa current(String name) {
        Peer peer = peers.get(name);
        return peer == null ? null : peer.current();
    }

    /** The first packet of a CHILD_SA has come: the peer has it for sure, and packets may leave with it at once. */
    public void firstPacket(String name, int spiIn, long time) {
        Peer peer = peers.get(name);
        if (peer != null) {
            peer.firstPacket(spiIn, time - core.origin);
            touch(peer, time - core.origin);
        }
    }

    /** Tells how it stands with each peer. */
    public List<PeerStatus> status(long time) {
        return peers.values().stream()
                .map(peer -> Statuses.of(peer, time - core.origin))
                .toList();
    }

    /** Counts of what was received and dropped. */
    public Map<IkeDrop, Long> drops() {
        return core.drops();
    }

    /** Returns the keys of all IKE SAs. Only to be asked where their export is allowed. */
    public List<IkeSaKeys> exportKeys() {
        List<IkeSaKeys> keys = new ArrayList<>();
        for (Peer peer : peers.values()) {
            for (IkeSa sa : peer.sas()) {
                if (sa.keys != null && sa.suite != null) {
                    keys.add(IkeSaKeys.of(peer.config.name(), sa.suite, sa.keys, sa.spiInitiator(), sa.spiResponder()));
                }
            }
        }
        return keys;
    }

    /** Tells all peers that their SAs are deleted, does not wait for answers, and overwrites all secrets. */
    public void close(long time) {
        long now = time - core.origin;
        for (Peer peer : List.copyOf(deadlines.keySet())) {
            peer.abandon(now);
            peer.config.credentials().wipe();
        }
        peers.clear();
        deadlines.clear();
    }
}
