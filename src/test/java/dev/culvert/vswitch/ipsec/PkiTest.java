package dev.culvert.vswitch.ipsec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PkiTest {
    private static final TunnelSecurity BY_NAME = new TunnelSecurity(null, null, "host-2", Map.of());

    @ParameterizedTest
    @CsvSource({"/no/such/file, No such file or directory", "/tmp, not a regular file", "/dev/zero, not a regular file"
    })
    @Timeout(20)
    void aFileThatIsNoneIsToldByItsOptionAndName(String file, String reason) {
        Pki pki = Pki.of(Map.of("certificate", file, "private_key", file));
        assertThat(pki.localName()).isNull();
        assertThatThrownBy(() -> pki.credentials(BY_NAME))
                .isInstanceOf(PkiException.class)
                .hasMessage("'certificate': " + file + ": " + reason);
    }

    /** Which names a host cannot have depends on its locale; this one no host can. */
    @Test
    void aNameThatNoFileCanHaveIsToldAsWell() {
        Pki pki = Pki.of(Map.of("certificate", "a\0b", "private_key", "c"));
        assertThat(pki.localName()).isNull();
        assertThatThrownBy(() -> pki.credentials(BY_NAME))
                .isInstanceOf(PkiException.class)
                .hasMessageStartingWith("'certificate': ");
    }
}
