package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.crypto.Proposals;

/** The IKE SA that comes after another: new keys, message numbers from 0, the same way and the same peer. */
final class Successor {
    private Successor() {}

    /**
     * Makes it; CHILD_SAs stay where they are until {@link #inherit}.
     *
     * @param initiator whether we began the rekeying
     * @param spi our SPI of it
     * @param choice with the peer's SPI
     * @param secret of the key exchange; it is wiped
     */
    static IkeSa of(
            IkeSa old,
            boolean initiator,
            long spi,
            Proposals.IkeChoice choice,
            byte[] secret,
            byte[] ni,
            byte[] nr,
            long now) {
        long remoteSpi = choice.theirs().spi();
        IkeSa sa = new IkeSa(old.peer, initiator, spi, remoteSpi, old.path.copy(), IkeSa.State.ESTABLISHED, now);
        sa.keyed(
                choice.suite(),
                old.keys().rekeyed(choice.suite(), secret, ni, nr, sa.spiInitiator(), sa.spiResponder()));
        sa.ni = ni;
        sa.nr = nr;
        sa.remoteIdentity = old.remoteIdentity;
        sa.establish(now);
        sa.reauthenticateAt = old.reauthenticateAt;
        old.peer.add(sa);
        return sa;
    }

    /** Gives it the CHILD_SAs; the old one goes then, unless the peer deletes it before. */
    static void inherit(IkeSa old, IkeSa heir, long whenToDelete) {
        heir.pending = false;
        heir.peer.ikeRekeys++;
        old.children.moveTo(heir);
        old.leave(whenToDelete);
    }
}
