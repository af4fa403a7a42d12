package dev.culvert.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Cipher suites by OpenSSL's names. */
class CipherNamesTest {
    private static final String[] SUITES = {
        "TLS_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_RSA_WITH_AES_128_CBC_SHA256",
        "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"
    };

    @Test
    void knowsOpenSslsNames() {
        assertThat(SUITES)
                .extracting(CipherNames::ofOpenSsl)
                .contains("ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305", "AES128-SHA256");
    }

    @Test
    void selectsWhatIsNamedAndKeepsTls13() {
        assertThat(CipherNames.select(List.of("HIGH", "ECDHE-RSA-AES256-GCM-SHA384", "!MD5"), SUITES))
                .containsExactlyInAnyOrder("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384");
        assertThat(CipherNames.select(List.of("NONE-SUCH"), SUITES)).isEmpty();
    }
}
