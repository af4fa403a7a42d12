package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.crypto.CryptoException;
import dev.culvert.ipsec.ike.crypto.IkeKeys;
import dev.culvert.ipsec.ike.crypto.KeGroup;
import dev.culvert.ipsec.ike.crypto.KeyExchange;
import dev.culvert.ipsec.ike.crypto.Proposals;
import dev.culvert.ipsec.ike.crypto.Signatures;
import dev.culvert.ipsec.ike.message.ExchangeType;
import dev.culvert.ipsec.ike.message.IkeHeader;
import dev.culvert.ipsec.ike.message.NotifyType;
import dev.culvert.ipsec.ike.message.Payload;
import dev.culvert.ipsec.ike.message.PayloadWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * IKE_SA_INIT, the initiator's side. Its answer is not authentic, so an error in it is no reason to give up: it is remembered, and
 * the request goes on being sent.
 */
final class InitExchange implements Exchange {
    /** Answers with a cookie or another group that are followed: more would be somebody's game. */
    private static final int RESTARTS_MAX = 5;

    private final IkeSa sa;
    private KeyExchange ke;
    private byte @Nullable [] cookie;
    private int restarts;

    InitExchange(IkeSa sa) {
        this.sa = sa;
        ke = sa.peer.config.ike().firstGroup().start(sa.core.random);
        sa.ni = sa.core.newNonce();
    }

    @Override
    public int type() {
        return ExchangeType.IKE_SA_INIT;
    }

    @Override
    public List<Payload> request(long now) {
        List<Payload> payloads = new ArrayList<>();
        if (cookie != null) {
            payloads.add(new Payload.Notify(NotifyType.COOKIE, cookie));
        }
        payloads.add(new Payload.Sa(sa.peer.config.ike().forIke(0)));
        payloads.add(new Payload.Ke(ke.group().id(), ke.publicValue()));
        payloads.add(new Payload.Nonce(sa.ni));
        payloads.addAll(abilities(sa, header()));
        return payloads;
    }

    /** What both ends' first messages say of NATs, fragments and signatures. */
    static List<Payload> abilities(IkeSa sa, IkeHeader header) {
        List<Payload> payloads =
                new ArrayList<>(sa.path.detection(header, sa.peer.config.forceEncapsulation(), sa.core.random));
        payloads.add(new Payload.Notify(NotifyType.IKEV2_FRAGMENTATION_SUPPORTED));
        byte[] hashes = new byte[2 * Signatures.HASHES.size()];
        for (int i = 0; i < Signatures.HASHES.size(); i++) {
            hashes[2 * i + 1] = Signatures.HASHES.get(i).byteValue();
        }
        payloads.add(new Payload.Notify(NotifyType.SIGNATURE_HASH_ALGORITHMS, hashes));
        return payloads;
    }

    /** The hashes for signatures that a first message names, of those that we know. */
    static List<Integer> hashes(Payloads payloads) {
        Payload.Notify notify = payloads.notify(NotifyType.SIGNATURE_HASH_ALGORITHMS);
        List<Integer> hashes = new ArrayList<>();
        for (int i = 0; notify != null && i + 1 < notify.data().length; i += 2) {
            int hash = ((notify.data()[i] & 0xff) << 8) | (notify.data()[i + 1] & 0xff);
            if (Signatures.HASHES.contains(hash) && !hashes.contains(hash)) {
                hashes.add(hash);
            }
        }
        return hashes;
    }

    private IkeHeader header() {
        return new IkeHeader(sa.localSpi, 0, 0, ExchangeType.IKE_SA_INIT, true, false, 0);
    }

    /** Sends the first request. */
    void start(long now) {
        sa.initRequest = PayloadWriter.message(header(), request(now));
        sa.window.send(this, List.of(sa.initRequest), now);
    }

    private void restart(long now) {
        if (++restarts > RESTARTS_MAX) {
            sa.core.drop(IkeDrop.RATE_LIMIT);
            return;
        }
        sa.initRequest = PayloadWriter.message(header(), request(now));
        sa.window.resend(List.of(sa.initRequest), now);
    }

    /** Takes an answer. */
    void response(IkeHeader header, Payloads payloads, byte[] message, long now) {
        Payload.Notify newCookie = payloads.notify(NotifyType.COOKIE);
        Payload.Notify error = payloads.error();
        if (newCookie != null && newCookie.data().length > 0 && newCookie.data().length <= 64) {
            cookie = newCookie.data();
            restart(now);
        } else if (error != null && error.type() == NotifyType.INVALID_KE_PAYLOAD) {
            otherGroup(error.data(), now);
        } else if (error != null) {
            sa.hint = NotifyType.name(error.type());
            sa.peer.failed(sa.hint);
        } else {
            agreed(header, payloads, message, now);
        }
    }

    private void otherGroup(byte[] data, long now) {
        KeGroup group = group(data);
        if (group == null || group == ke.group() || !sa.peer.config.ike().offers(group)) {
            sa.core.drop(IkeDrop.UNEXPECTED);
            return;
        }
        ke = group.start(sa.core.random);
        restart(now);
    }

    /** The group that INVALID_KE_PAYLOAD asks for, or null. */
    static @Nullable KeGroup group(byte[] data) {
        return data.length == 2 ? KeGroup.ofId(((data[0] & 0xff) << 8) | (data[1] & 0xff)) : null;
    }

    private void agreed(IkeHeader header, Payloads payloads, byte[] message, long now) {
        Payload.Sa chosen = payloads.first(Payload.Sa.class);
        Payload.Ke theirs = payloads.first(Payload.Ke.class);
        Payload.Nonce nonce = payloads.first(Payload.Nonce.class);
        if (chosen == null || theirs == null || nonce == null || header.spiResponder() == 0) {
            sa.core.drop(IkeDrop.MALFORMED);
            return;
        }
        Proposals.IkeChoice choice =
                chosen.proposals().size() == 1 ? sa.peer.config.ike().chooseIke(chosen.proposals(), ke.group()) : null;
        if (choice == null
                || choice.suite().group() != ke.group()
                || theirs.group() != ke.group().id()) {
            sa.core.drop(IkeDrop.UNEXPECTED);
            return;
        }
        byte[] secret;
        try {
            secret = ke.sharedSecret(theirs.value());
        } catch (CryptoException e) {
            sa.core.drop(IkeDrop.BAD_KEY_EXCHANGE);
            return;
        }
        sa.remoteSpi = header.spiResponder();
        sa.nr = nonce.data();
        sa.initResponse = message;
        sa.hashes = hashes(payloads);
        sa.keyed(
                choice.suite(),
                IkeKeys.first(choice.suite(), secret, sa.ni, sa.nr, sa.spiInitiator(), sa.spiResponder()));
        sa.path.detect(header, payloads, sa.peer.config.forceEncapsulation());
        if (sa.path.encapsulated()) {
            sa.path.localPort = IkeDatagram.NAT_PORT;
            sa.path.remotePort = IkeDatagram.NAT_PORT;
        }
        sa.window.complete();
        sa.send(new AuthExchange(sa), now);
    }

    @Override
    public void answered(Payloads answer, long now) {
        throw new IllegalStateException("the answer to IKE_SA_INIT is not encrypted");
    }

    @Override
    public void abandoned() {
        // nothing is prepared
    }
}
