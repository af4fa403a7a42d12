package dev.culvert.ipsec.ike.crypto;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Suites in the words of strongSwan's {@code ike=} and {@code esp=} (ipsec.conf(5)): {@code aes256gcm16-sha256-modp2048}. */
final class SuiteText {
    private SuiteText() {}

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /**
     * Reads one proposal.
     *
     * @throws IllegalArgumentException naming the word that is unknown, or too weak to be known here
     */
    static Offer parse(String text, boolean ike) {
        List<CipherTransform> ciphers = new ArrayList<>();
        List<Integrity> integrities = new ArrayList<>();
        List<Prf> prfs = new ArrayList<>();
        List<KeGroup> groups = new ArrayList<>();
        List<Boolean> esn = new ArrayList<>();
        for (String word : lower(text.strip()).split("-", -1)) {
            switch (word) {
                case "esn" -> esn.add(true);
                case "noesn" -> esn.add(false);
                case "sha2_256", "sha256" -> integrities.add(Integrity.SHA256);
                case "sha2_384", "sha384" -> integrities.add(Integrity.SHA384);
                case "sha2_512", "sha512" -> integrities.add(Integrity.SHA512);
                case "x25519" -> groups.add(KeGroup.CURVE25519);
                case "modpnone" -> groups.add(KeGroup.NONE);
                default -> other(word, ciphers, prfs, groups);
            }
        }
        boolean aead = !ciphers.isEmpty() && ciphers.getFirst().isAead();
        if (ciphers.isEmpty() || ciphers.stream().anyMatch(cipher -> cipher.isAead() != aead)) {
            throw new IllegalArgumentException("\"" + text + "\" needs ciphers of one kind");
        }
        if (ike && prfs.isEmpty()) {
            integrities.forEach(integrity -> prfs.add(Prf.valueOf("PRF" + integrity)));
        }
        boolean complete = (aead || !integrities.isEmpty()) && (!ike || (!prfs.isEmpty() && !groups.isEmpty()));
        if (!complete || (ike && groups.contains(KeGroup.NONE))) {
            throw new IllegalArgumentException("\"" + text + "\" lacks an algorithm");
        }
        if (!ike && groups.isEmpty()) {
            groups.add(KeGroup.NONE);
        }
        return new Offer(ciphers, aead ? List.of() : integrities, prfs, groups, esn.isEmpty() ? List.of(false) : esn);
    }

    private static void other(String word, List<CipherTransform> ciphers, List<Prf> prfs, List<KeGroup> groups) {
        if (add(word, CipherTransform.values(), ciphers)
                || add(word, Prf.values(), prfs)
                || (!word.equals("none") && add(word, KeGroup.values(), groups))) {
            return;
        }
        // strongSwan's other names for the same
        String name = word.replaceFirst("^aes(128|192|256)gcm128$", "aes$1gcm16");
        if (name.equals("aes")) {
            ciphers.add(CipherTransform.AES128);
        } else if (name.equals(word) || !add(name, CipherTransform.values(), ciphers)) {
            throw new IllegalArgumentException("\"" + word + "\" is not supported");
        }
    }

    private static <E extends Enum<E>> boolean add(String word, E[] values, List<? super E> found) {
        return Arrays.stream(values)
                .filter(value -> lower(value.name()).equals(word))
                .findFirst()
                .map(found::add)
                .orElse(false);
    }
}
