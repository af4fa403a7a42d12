package dev.culvert.ipsec.ike.crypto;

import dev.culvert.ipsec.ike.message.Proposal;
import dev.culvert.ipsec.ike.message.Protocol;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an end offers and accepts, the best first: for the IKE SA or for its CHILD_SAs. Both ends' orders are honoured in this
 * way: the responder takes the first of its own that the initiator offers, and the key exchange that has begun already.
 */
public final class Proposals {
    private static final List<CipherTransform> GCM = List.of(CipherTransform.AES256GCM16, CipherTransform.AES128GCM16);
    private static final List<CipherTransform> CBC = List.of(CipherTransform.AES256, CipherTransform.AES128);
    private static final List<Integrity> INTEGRITIES = List.of(Integrity.SHA256, Integrity.SHA384, Integrity.SHA512);
    private static final List<Prf> PRFS = List.of(Prf.values());
    private static final List<KeGroup> GROUPS = List.of(
            KeGroup.CURVE25519, KeGroup.ECP256, KeGroup.ECP384, KeGroup.MODP2048, KeGroup.MODP3072, KeGroup.MODP4096);

    /** {@code aes256gcm16-prfsha256-modp2048} as ovs-monitor-ipsec configures it, then everything else that is as strong. */
    public static final Proposals IKE = new Proposals(
            true,
            List.of(
                    new Offer(
                            List.of(CipherTransform.AES256GCM16),
                            List.of(),
                            List.of(Prf.PRFSHA256),
                            List.of(KeGroup.MODP2048),
                            List.of()),
                    new Offer(GCM, List.of(), PRFS, GROUPS, List.of()),
                    new Offer(CBC, INTEGRITIES, PRFS, GROUPS, List.of())));

    /** {@code aes256gcm16-modp2048} as ovs-monitor-ipsec configures it, then everything else that is as strong. */
    public static final Proposals ESP = new Proposals(
            false,
            List.of(
                    new Offer(
                            List.of(CipherTransform.AES256GCM16),
                            List.of(),
                            List.of(),
                            List.of(KeGroup.MODP2048, KeGroup.NONE),
                            List.of(false)),
                    new Offer(GCM, List.of(), List.of(), espGroups(), List.of(false)),
                    new Offer(CBC, INTEGRITIES, List.of(), espGroups(), List.of(false))));

    private final boolean ike;
    private final List<Offer> offers;

    private Proposals(boolean ike, List<Offer> offers) {
        this.ike = ike;
        this.offers = List.copyOf(offers);
    }

    private static List<KeGroup> espGroups() {
        List<KeGroup> groups = new ArrayList<>(GROUPS);
        groups.add(KeGroup.NONE);
        return groups;
    }

    /**
     * Reads strongSwan's {@code ike=}: proposals with commas between them; without {@code !} at the end the default ones follow.
     *
     * @throws IllegalArgumentException saying which word is unknown or too weak
     */
    public static Proposals parseIke(String text) {
        return parse(text, IKE);
    }

    /** Reads strongSwan's {@code esp=} in the same way; words for a key exchange and {@code esn} may be among it. */
    public static Proposals parseEsp(String text) {
        return parse(text, ESP);
    }

    private static Proposals parse(String text, Proposals defaults) {
        boolean strict = text.endsWith("!");
        List<Offer> offers = new ArrayList<>();
        for (String one : (strict ? text.substring(0, text.length() - 1) : text).split(",", -1)) {
            offers.add(SuiteText.parse(one, defaults.ike));
        }
        if (!strict) {
            offers.addAll(defaults.offers);
        }
        return new Proposals(defaults.ike, offers);
    }

    /** Returns the group to begin with. */
    public KeGroup firstGroup() {
        return offers.getFirst().groups().getFirst();
    }

    /** Tells whether a group is among what is offered. */
    public boolean offers(KeGroup group) {
        return offers.stream().anyMatch(offer -> offer.groups().contains(group));
    }

    /** Writes them for an IKE SA; the SPI is 0 in IKE_SA_INIT. */
    public List<Proposal> forIke(long spi) {
        List<Proposal> proposals = new ArrayList<>();
        for (Offer offer : offers) {
            proposals.add(
                    new Proposal(proposals.size() + 1, Protocol.IKE, spi, spi == 0 ? 0 : 8, offer.ikeTransforms()));
        }
        return proposals;
    }

    /**
     * Writes them for a CHILD_SA.
     *
     * @param withGroups whether there is a key exchange; in IKE_AUTH there is none
     */
    public List<Proposal> forEsp(int spi, boolean withGroups) {
        List<Proposal> proposals = new ArrayList<>();
        for (Offer offer : offers) {
            proposals.add(new Proposal(
                    proposals.size() + 1, Protocol.ESP, spi & 0xffff_ffffL, 4, offer.espTransforms(withGroups)));
        }
        return proposals;
    }

    /** What was chosen for an IKE SA, and as an answer's single proposal. */
    public record IkeChoice(IkeSuite suite, Proposal theirs) {
        /** Writes the answer; the SPI is 0 in IKE_SA_INIT. */
        public List<Proposal> answer(long spi) {
            return List.of(new Proposal(
                    theirs.number(),
                    Protocol.IKE,
                    spi,
                    spi == 0 ? 0 : 8,
                    new Offer(
                                    List.of(suite.cipher()),
                                    suite.integrity() == Integrity.NONE ? List.of() : List.of(suite.integrity()),
                                    List.of(suite.prf()),
                                    List.of(suite.group()),
                                    List.of())
                            .ikeTransforms()));
        }
    }

    /** What was chosen for a CHILD_SA. */
    public record EspChoice(EspTransforms transforms, Proposal theirs) {
        /** Writes the answer. */
        public List<Proposal> answer(int spi) {
            return List.of(new Proposal(
                    theirs.number(),
                    Protocol.ESP,
                    spi & 0xffff_ffffL,
                    4,
                    new Offer(
                                    List.of(transforms.cipher()),
                                    transforms.integrity() == Integrity.NONE
                                            ? List.of()
                                            : List.of(transforms.integrity()),
                                    List.of(),
                                    List.of(transforms.group()),
                                    List.of(transforms.esn()))
                            .espTransforms(true)));
        }
    }

    /**
     * Chooses among a peer's proposals, or looks whether its choice is one of ours.
     *
     * @param preferred group of the KE payload that came with them
     * @return null if nothing fits
     */
    public @Nullable IkeChoice chooseIke(List<Proposal> theirs, @Nullable KeGroup preferred) {
        for (Offer offer : offers) {
            for (Proposal proposal : theirs) {
                IkeSuite suite = proposal.protocol() == Protocol.IKE ? offer.ike(proposal, preferred) : null;
                if (suite != null) {
                    return new IkeChoice(suite, proposal);
                }
            }
        }
        return null;
    }

    /** Chooses in the same way for a CHILD_SA; proposals without an SPI of 4 bytes do not count. */
    public @Nullable EspChoice chooseEsp(List<Proposal> theirs, @Nullable KeGroup preferred, boolean withGroups) {
        for (Offer offer : offers) {
            for (Proposal proposal : theirs) {
                EspTransforms transforms = proposal.protocol() == Protocol.ESP && proposal.spiLength() == 4
                        ? offer.esp(proposal, preferred, withGroups)
                        : null;
                if (transforms != null) {
                    return new EspChoice(transforms, proposal);
                }
            }
        }
        return null;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Proposals that && ike == that.ike && offers.equals(that.offers);
    }

    @Override
    public int hashCode() {
        return offers.hashCode();
    }
}
