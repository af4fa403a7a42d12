package dev.culvert.ipsec.ike.crypto;

/** What an IKE SA works with. */
public record IkeSuite(CipherTransform cipher, Integrity integrity, Prf prf, KeGroup group) {
    /** Returns the suite in strongSwan's form, for example {@code aes256gcm16-prfsha256-modp2048}. */
    @Override
    public String toString() {
        String integ = integrity == Integrity.NONE ? "" : "-" + integrity;
        return SuiteText.lower(cipher + integ + "-" + prf + "-" + group);
    }
}
