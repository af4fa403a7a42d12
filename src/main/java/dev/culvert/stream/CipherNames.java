package dev.culvert.stream;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** OpenSSL's names of cipher suites, which Open vSwitch's options use, and the names of RFC 8446 and its forerunners. */
final class CipherNames {
    private CipherNames() {}

    /**
     * Those of {@code supported} that a list names. Suites of TLS 1.3, which such lists do not speak of, are always in it.
     * Words for groups, such as {@code HIGH}, and exclusions have no meaning here: the JDK offers nothing weak.
     *
     * @return empty if the list names none that is known
     */
    static Set<String> select(List<String> wanted, String[] supported) {
        Set<String> chosen = new LinkedHashSet<>();
        for (String name : wanted) {
            for (String suite : supported) {
                if (suite.equals(name) || ofOpenSsl(suite).equals(name)) {
                    chosen.add(suite);
                }
            }
        }
        if (!chosen.isEmpty()) {
            for (String suite : supported) {
                if (!suite.contains("_WITH_") && suite.startsWith("TLS_") && !suite.endsWith("_SCSV")) {
                    chosen.add(suite);
                }
            }
        }
        return chosen;
    }

    /** For example ECDHE-RSA-AES256-GCM-SHA384 for TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384. */
    static String ofOpenSsl(String suite) {
        return suite.replaceFirst("^TLS_", "")
                .replaceFirst("^RSA_WITH_", "")
                .replace("_WITH_", "-")
                .replaceAll("AES_(128|256)", "AES$1")
                .replace("_CBC", "")
                .replace("POLY1305_SHA256", "POLY1305")
                .replace('_', '-');
    }
}
