package dev.culvert.vswitch.ipsec;

/** Certificates that cannot be used, with the reason. */
final class PkiException extends Exception {
    private static final long serialVersionUID = 1;

    PkiException(String message) {
        super(message);
    }
}
