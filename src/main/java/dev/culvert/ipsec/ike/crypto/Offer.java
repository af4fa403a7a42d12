package dev.culvert.ipsec.ike.crypto;

import dev.culvert.ipsec.ike.message.Proposal;
import dev.culvert.ipsec.ike.message.Transform;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What one of our proposals says: any combination of these, the first ones preferred.
 *
 * @param integrities empty with ciphers that authenticate
 * @param prfs of no meaning for ESP
 * @param groups for ESP with {@link KeGroup#NONE} where a CHILD_SA without a key exchange is acceptable
 * @param esn of no meaning for IKE
 */
record Offer(
        List<CipherTransform> ciphers,
        List<Integrity> integrities,
        List<Prf> prfs,
        List<KeGroup> groups,
        List<Boolean> esn) {
    Offer {
        ciphers = List.copyOf(ciphers);
        integrities = List.copyOf(integrities);
        prfs = List.copyOf(prfs);
        groups = List.copyOf(groups);
        esn = List.copyOf(esn);
    }

    List<Transform> ikeTransforms() {
        List<Transform> transforms = new ArrayList<>();
        ciphers.forEach(cipher -> transforms.add(cipher.transform()));
        integrities.forEach(integrity -> transforms.add(integrity.transform()));
        prfs.forEach(prf -> transforms.add(prf.transform()));
        groups.forEach(group -> transforms.add(group.transform()));
        return transforms;
    }

    List<Transform> espTransforms(boolean withGroups) {
        List<Transform> transforms = new ArrayList<>();
        ciphers.forEach(cipher -> transforms.add(cipher.transform()));
        integrities.forEach(integrity -> transforms.add(integrity.transform()));
        if (withGroups && !groups.equals(List.of(KeGroup.NONE))) {
            groups.forEach(group -> transforms.add(group.transform()));
        }
        esn.forEach(on -> transforms.add(new Transform(Transform.ESN, on ? 1 : 0)));
        return transforms;
    }

    /** Returns the best suite that a peer's proposal allows, or null. */
    @Nullable
    IkeSuite ike(Proposal theirs, @Nullable KeGroup preferred) {
        CipherTransform cipher = cipher(theirs);
        Integrity integrity = cipher == null ? null : integrity(theirs, cipher);
        Prf prf = first(prfs, theirs, Transform.PRF, Prf::id);
        KeGroup group = group(theirs, preferred);
        if (cipher == null || integrity == null || prf == null || group == null || hasUnknown(theirs, Transform.KE)) {
            return null;
        }
        return new IkeSuite(cipher, integrity, prf, group);
    }

    /** Returns the best transforms that a peer's proposal allows, or null. */
    @Nullable
    EspTransforms esp(Proposal theirs, @Nullable KeGroup preferred, boolean withGroups) {
        CipherTransform cipher = cipher(theirs);
        Integrity integrity = cipher == null ? null : integrity(theirs, cipher);
        // a peer without a key exchange is taken at its word: its keys are as good as the IKE SA's
        KeGroup group = !withGroups || !has(theirs, Transform.KE) ? KeGroup.NONE : group(theirs, preferred);
        Boolean numbers =
                has(theirs, Transform.ESN) ? first(esn, theirs, Transform.ESN, on -> on ? 1 : 0) : Boolean.FALSE;
        if (cipher == null
                || integrity == null
                || group == null
                || numbers == null
                || hasUnknown(theirs, Transform.ESN)) {
            return null;
        }
        return new EspTransforms(cipher, integrity, group, numbers);
    }

    private @Nullable CipherTransform cipher(Proposal theirs) {
        for (CipherTransform cipher : ciphers) {
            if (theirs.transforms().contains(cipher.transform())) {
                return cipher;
            }
        }
        return null;
    }

    private @Nullable Integrity integrity(Proposal theirs, CipherTransform cipher) {
        if (!cipher.isAead()) {
            return first(integrities, theirs, Transform.INTEG, Integrity::id);
        }
        boolean none = !has(theirs, Transform.INTEG) || theirs.transforms().contains(Integrity.NONE.transform());
        return none ? Integrity.NONE : null;
    }

    private @Nullable KeGroup group(Proposal theirs, @Nullable KeGroup preferred) {
        if (preferred != null
                && groups.contains(preferred)
                && theirs.transforms().contains(preferred.transform())) {
            return preferred;
        }
        return first(groups, theirs, Transform.KE, KeGroup::id);
    }

    private static <T> @Nullable T first(List<T> ours, Proposal theirs, int type, ToIntFunction<T> id) {
        for (T value : ours) {
            if (theirs.transforms().contains(new Transform(type, id.applyAsInt(value)))) {
                return value;
            }
        }
        return null;
    }

    private static boolean has(Proposal theirs, int type) {
        return theirs.transforms().stream().anyMatch(transform -> transform.type() == type);
    }

    /** RFC 7296 section 3.3.6: a proposal with a type of transform that is not known cannot be accepted. */
    private static boolean hasUnknown(Proposal theirs, int lastType) {
        return theirs.transforms().stream().anyMatch(transform -> transform.type() > lastType && transform.id() != 0);
    }
}
