package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.message.ExchangeType;
import dev.culvert.ipsec.ike.message.Payload;
import dev.culvert.ipsec.ike.message.Protocol;
import java.util.List;

/** Deletes CHILD_SAs, or the IKE SA with all of them (RFC 7296 section 1.4.1). */
final class DeleteExchange implements Exchange {
    private final IkeSa sa;

    /** Empty for the IKE SA. */
    private final List<Child> children;

    private DeleteExchange(IkeSa sa, List<Child> children) {
        this.sa = sa;
        this.children = List.copyOf(children);
    }

    static DeleteExchange ofIke(IkeSa sa) {
        return new DeleteExchange(sa, List.of());
    }

    static DeleteExchange of(IkeSa sa, List<Child> children) {
        return new DeleteExchange(sa, children);
    }

    boolean isOfIke() {
        return children.isEmpty();
    }

    boolean deletes(Child child) {
        return children.contains(child);
    }

    @Override
    public int type() {
        return ExchangeType.INFORMATIONAL;
    }

    @Override
    public List<Payload> request(long now) {
        if (isOfIke()) {
            return List.of(new Payload.Delete(Protocol.IKE, List.of()));
        }
        return List.of(new Payload.Delete(
                Protocol.ESP, children.stream().map(child -> child.sa.spiIn()).toList()));
    }

    @Override
    public void answered(Payloads answer, long now) {
        if (isOfIke()) {
            sa.peer.close(sa, now);
        } else {
            // until now packets that were under way were still accepted
            children.forEach(sa.children::delete);
        }
    }

    @Override
    public void abandoned() {
        // whoever gives up closes the IKE SA
    }
}
