package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.crypto.EspTransforms;
import dev.culvert.ipsec.ike.crypto.KeGroup;
import dev.culvert.ipsec.ike.crypto.Proposals;
import dev.culvert.ipsec.ike.message.NotifyType;
import dev.culvert.ipsec.ike.message.Payload;
import dev.culvert.ipsec.ike.message.TrafficSelector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How two ends agree on a CHILD_SA, in IKE_AUTH and in CREATE_CHILD_SA alike: proposals, transport mode, traffic, keys. */
final class ChildNegotiation {
    private ChildNegotiation() {}

    /** The nonces of the exchange, and whether we began it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Context(IkeSa sa, boolean initiator, byte[] ni, byte[] nr, int rekeyed, long now) {}

    /** What an initiator offers beside proposals. */
    static List<Payload> traffic(IkeSa sa, ChildPolicy policy) {
        return List.of(
                new Payload.Ts(true, List.of(Traffic.of(policy.local(), sa.path.local))),
                new Payload.Ts(false, List.of(Traffic.of(policy.remote(), sa.path.remote))),
                new Payload.Notify(NotifyType.USE_TRANSPORT_MODE));
    }

    /**
     * Takes a responder's answer.
     *
     * @param spiIn the SPI that was offered
     * @param secret of the key exchange of the group, empty without one
     * @return the CHILD_SA, not yet installed
     * @throws Refusal if it is not among what was offered
     */
    static Child accept(Context context, ChildPolicy policy, int spiIn, KeGroup group, byte[] secret, Payloads answer)
            throws Refusal {
        Payload.Notify error = answer.error();
        if (error != null) {
            throw new Refusal(error);
        }
        Payload.Sa sa = answer.first(Payload.Sa.class);
        Payload.Ts ours = answer.selectors(true);
        Payload.Ts theirs = answer.selectors(false);
        if (sa == null || sa.proposals().size() != 1 || ours == null || theirs == null) {
            throw new Refusal(NotifyType.INVALID_SYNTAX);
        }
        Proposals.EspChoice choice =
                context.sa.peer.config.esp().chooseEsp(sa.proposals(), group, group != KeGroup.NONE);
        if (choice == null || choice.transforms().group() != group || !answer.has(NotifyType.USE_TRANSPORT_MODE)) {
            throw new Refusal(NotifyType.NO_PROPOSAL_CHOSEN);
        }
        boolean nat = context.sa.path.encapsulated();
        TrafficSelector local = Traffic.narrow(ours.selectors(), policy.local(), context.sa.path.local, nat);
        TrafficSelector remote = Traffic.narrow(theirs.selectors(), policy.remote(), context.sa.path.remote, nat);
        if (local == null || remote == null) {
            throw new Refusal(NotifyType.TS_UNACCEPTABLE);
        }
        int spiOut = (int) choice.theirs().spi();
        return child(context, policy, choice.transforms(), spiIn, spiOut, secret, local, remote);
    }

    /** What a responder has chosen, before there are keys. */
    record Choice(Proposals.EspChoice esp, ChildPolicy policy, TrafficSelector local, TrafficSelector remote) {}

    /**
     * Chooses among what an initiator offers.
     *
     * @param group of its KE payload, null without one
     * @param withGroups whether there may be a key exchange
     * @throws Refusal with the notify to answer
     */
    static Choice choose(IkeSa sa, Payloads request, @Nullable KeGroup group, boolean withGroups) throws Refusal {
        Payload.Sa offered = request.first(Payload.Sa.class);
        Payload.Ts theirs = request.selectors(true);
        Payload.Ts ours = request.selectors(false);
        if (offered == null || theirs == null || ours == null) {
            throw new Refusal(NotifyType.INVALID_SYNTAX);
        }
        Proposals.EspChoice esp = sa.peer.config.esp().chooseEsp(offered.proposals(), group, withGroups);
        if (esp == null || !request.has(NotifyType.USE_TRANSPORT_MODE)) {
            throw new Refusal(NotifyType.NO_PROPOSAL_CHOSEN);
        }
        Choice best = null;
        for (ChildPolicy policy : sa.peer.config.policies()) {
            boolean nat = sa.path.encapsulated();
            TrafficSelector local = Traffic.narrow(ours.selectors(), policy.local(), sa.path.local, nat);
            TrafficSelector remote = Traffic.narrow(theirs.selectors(), policy.remote(), sa.path.remote, nat);
            if (local != null && remote != null) {
                boolean whole = Traffic.isWhole(local, policy.local()) && Traffic.isWhole(remote, policy.remote());
                if (whole || best == null) {
                    best = new Choice(esp, policy, local, remote);
                }
                if (whole) {
                    break;
                }
            }
        }
        if (best == null) {
            throw new Refusal(NotifyType.TS_UNACCEPTABLE);
        }
        return best;
    }

    /** Makes the CHILD_SA that was chosen, not yet installed, and the answer's payloads. */
    static Child answer(Context context, Choice choice, byte[] secret, List<Payload> answer) {
        int spiIn = context.sa.core.host.allocateSpi();
        answer.add(new Payload.Sa(choice.esp.answer(spiIn)));
        answer.add(new Payload.Ts(true, List.of(choice.remote)));
        answer.add(new Payload.Ts(false, List.of(choice.local)));
        answer.add(new Payload.Notify(NotifyType.USE_TRANSPORT_MODE));
        int spiOut = (int) choice.esp.theirs().spi();
        return child(
                context, choice.policy, choice.esp.transforms(), spiIn, spiOut, secret, choice.local, choice.remote);
    }

    private static Child child(
            Context context,
            ChildPolicy policy,
            EspTransforms transforms,
            int spiIn,
            int spiOut,
            byte[] secret,
            TrafficSelector local,
            TrafficSelector remote) {
        IkeSa sa = context.sa;
        byte[][] keys = sa.keys().child(transforms, secret, context.ni, context.nr);
        ChildSa child = new ChildSa(
                sa.peer.config.name(),
                policy.name(),
                spiIn,
                spiOut,
                transforms,
                keys[context.initiator ? 1 : 0],
                keys[context.initiator ? 0 : 1],
                sa.path.encapsulated(),
                sa.path.local,
                sa.path.localPort,
                sa.path.remote,
                sa.path.remotePort,
                local,
                remote,
                context.rekeyed);
        byte[] nonce = Nonces.lower(context.ni, context.nr);
        return new Child(child, policy, context.initiator, nonce, sa.peer.config.timing(), sa.core, context.now);
    }
}
