package dev.culvert.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:9475", "[::1]:0", "[fe80::1%eth0]:80", "localhost:65535", "0.0.0.0:1"})
    void isWrittenAsItWasRead(String text) throws StreamException {
        assertThat(ListenAddress.parse(text)).hasToString(text);
    }

    @Test
    void bracketsAreNotPartOfTheAddress() throws StreamException {
        assertThat(ListenAddress.parse("[2001:db8::1]:9475")).isEqualTo(new ListenAddress("2001:db8::1", 9475));
    }

    @Test
    void aPortAloneIsForThisHostOnly() throws StreamException {
        assertThat(ListenAddress.parse("9475")).isEqualTo(new ListenAddress("127.0.0.1", 9475));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":9475",
                "65536",
                "999999",
                "127.0.0.1",
                "127.0.0.1:",
                "[::1]",
                "::1:9475",
                "1.2.3:80",
                "1.2.3.4:65536",
                "1.2.3.4:-1",
                "[::g]:80",
                "1.2.3.4:80:80",
                "1.2.3.256:80",
                "[]:80"
            })
    void whatIsNoneIsRefused(String text) {
        assertThatExceptionOfType(StreamException.class).isThrownBy(() -> ListenAddress.parse(text));
    }
}
