package dev.culvert.ipsec.ike;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** Names in certificates. ovs-monitor-ipsec wants the common name to be a DNS name of the certificate as well. */
final class CertificateNames {
    private static final int DNS_NAME = 2;

    private CertificateNames() {}

    static String commonName(X509Certificate certificate) {
        try {
            for (Rdn rdn : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                if (rdn.getType().equalsIgnoreCase("CN") && rdn.getValue() instanceof String name) {
                    if (has(certificate, name)) {
                        return name;
                    }
                }
            }
        } catch (InvalidNameException e) {
            throw new IllegalArgumentException("the subject of a certificate is no distinguished name", e);
        }
        throw new IllegalArgumentException(
                "the common name of \"" + certificate.getSubjectX500Principal() + "\" is not among its DNS names");
    }

    /** Whether a name is among a certificate's DNS names. */
    static boolean has(X509Certificate certificate, String name) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names != null
                    && names.stream()
                            .anyMatch(one -> one.getFirst() instanceof Integer kind
                                    && kind == DNS_NAME
                                    && one.getLast() instanceof String text
                                    && text.equalsIgnoreCase(name));
        } catch (CertificateParsingException e) {
            return false;
        }
    }
}
