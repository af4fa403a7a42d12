package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.crypto.CryptoException;
import dev.culvert.ipsec.ike.crypto.IkeKeys;
import dev.culvert.ipsec.ike.crypto.KeGroup;
import dev.culvert.ipsec.ike.crypto.KeyExchange;
import dev.culvert.ipsec.ike.crypto.Proposals;
import dev.culvert.ipsec.ike.message.ExchangeType;
import dev.culvert.ipsec.ike.message.IkeHeader;
import dev.culvert.ipsec.ike.message.NotifyType;
import dev.culvert.ipsec.ike.message.Payload;
import dev.culvert.ipsec.ike.message.PayloadWriter;
import dev.culvert.packet.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * IKE_SA_INIT, the responder's side. Anybody can send such requests in a peer's name, so before anything is computed or stored for
 * many of them they have to come back with a cookie.
 */
final class InitResponder {
    /** Half-open IKE SAs of one peer; the oldest goes for a newer one. */
    static final int HALF_OPEN_MAX = 4;

    /** Half-open IKE SAs of one peer from which on there are cookies. */
    private static final int PEER_COOKIES = 2;

    /** Half-open IKE SAs of all peers from which on there are cookies. */
    private static final int ALL_COOKIES = 32;

    private final Core core;
    private final Cookies cookies;

    InitResponder(Core core) {
        this.core = core;
        cookies = new Cookies(core.random);
    }

    /** Answers a request, or does not. */
    void request(Peer peer, int halfOpen, IkeHeader header, Payloads payloads, IkeDatagram datagram, long now) {
        for (IkeSa sa : peer.sas()) {
            if (sa.state == IkeSa.State.HALF_OPEN && sa.remoteSpi == header.spiInitiator()) {
                if (Arrays.equals(sa.initRequest, datagram.message())) {
                    send(datagram, sa.initResponse);
                } else {
                    core.drop(IkeDrop.MESSAGE_ID);
                }
                return;
            }
        }
        Payload.Sa offered = payloads.first(Payload.Sa.class);
        Payload.Ke theirs = payloads.first(Payload.Ke.class);
        Payload.Nonce nonce = payloads.first(Payload.Nonce.class);
        if (offered == null || theirs == null || nonce == null || header.spiInitiator() == 0) {
            core.drop(IkeDrop.MALFORMED);
            return;
        }
        Payload.Notify cookie = payloads.notify(NotifyType.COOKIE);
        boolean needed = halfOpen >= ALL_COOKIES || peer.halfOpen() >= PEER_COOKIES;
        boolean shown =
                cookie != null && cookies.isRight(cookie.data(), datagram, header.spiInitiator(), nonce.data(), now);
        if (needed && !shown) {
            core.drop(IkeDrop.COOKIE);
            byte[] wanted = cookies.cookie(datagram, header.spiInitiator(), nonce.data(), now);
            refuse(header, datagram, new Payload.Notify(NotifyType.COOKIE, wanted));
            return;
        }
        int critical = payloads.critical();
        if (critical >= 0) {
            refuse(header, datagram, new Payload.Notify(NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD, (byte) critical));
            return;
        }
        KeGroup begun = KeGroup.ofId(theirs.group());
        Proposals.IkeChoice choice = peer.config.ike().chooseIke(offered.proposals(), begun);
        if (choice == null) {
            peer.failed(NotifyType.name(NotifyType.NO_PROPOSAL_CHOSEN));
            refuse(header, datagram, new Payload.Notify(NotifyType.NO_PROPOSAL_CHOSEN));
        } else if (choice.suite().group() != begun) {
            refuse(header, datagram, invalidKe(choice.suite().group()));
        } else {
            accept(peer, header, payloads, datagram, choice, theirs.value(), nonce.data(), now);
        }
    }

    static Payload.Notify invalidKe(KeGroup wanted) {
        return new Payload.Notify(NotifyType.INVALID_KE_PAYLOAD, (byte) (wanted.id() >> 8), (byte) wanted.id());
    }

    private void accept(
            Peer peer,
            IkeHeader header,
            Payloads payloads,
            IkeDatagram datagram,
            Proposals.IkeChoice choice,
            byte[] theirs,
            byte[] ni,
            long now) {
        KeyExchange ke = choice.suite().group().start(core.random);
        byte[] secret;
        try {
            secret = ke.sharedSecret(theirs);
        } catch (CryptoException e) {
            core.drop(IkeDrop.BAD_KEY_EXCHANGE);
            return;
        }
        IpAddress local =
                datagram.local().isUnspecified() ? core.host.localAddress(datagram.remote()) : datagram.local();
        Path path = new Path(local, datagram.localPort(), datagram.remote(), datagram.remotePort());
        IkeSa sa = new IkeSa(peer, false, core.newSpi(), header.spiInitiator(), path, IkeSa.State.HALF_OPEN, now);
        sa.ni = ni;
        sa.nr = core.newNonce();
        sa.initRequest = datagram.message();
        sa.hashes = InitExchange.hashes(payloads);
        sa.keyed(
                choice.suite(),
                IkeKeys.first(choice.suite(), secret, sa.ni, sa.nr, sa.spiInitiator(), sa.spiResponder()));
        path.detect(header, payloads, peer.config.forceEncapsulation());
        IkeHeader answer = sa.header(ExchangeType.IKE_SA_INIT, true, 0);
        List<Payload> out = new ArrayList<>(List.of(
                new Payload.Sa(choice.answer(0)),
                new Payload.Ke(ke.group().id(), ke.publicValue()),
                new Payload.Nonce(sa.nr)));
        out.addAll(InitExchange.abilities(sa, answer));
        if (peer.config.credentials() instanceof CertificateCredentials certificates) {
            out.addAll(new CertificateProof(certificates).request());
        }
        sa.initResponse = PayloadWriter.message(answer, out);
        sa.window.answer(List.of(sa.initResponse), datagram);
        peer.addHalfOpen(sa, now);
    }

    private void refuse(IkeHeader request, IkeDatagram datagram, Payload.Notify notify) {
        IkeHeader header =
                new IkeHeader(request.spiInitiator(), 0, 0, ExchangeType.IKE_SA_INIT, false, true, request.messageId());
        send(datagram, PayloadWriter.message(header, List.of(notify)));
    }

    private void send(IkeDatagram to, byte[] message) {
        core.host.send(new IkeDatagram(to.local(), to.localPort(), to.remote(), to.remotePort(), message));
    }
}
