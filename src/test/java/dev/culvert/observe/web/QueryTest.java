package dev.culvert.observe.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.culvert.observe.http.HttpException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {
    @Test
    void valuesAreDecoded() throws HttpException {
        Query query = new Query("bridge=br%2D0&filter=icmp+or+arp&empty=&alone&n=7");
        assertThat(query.text("bridge")).isEqualTo("br-0");
        assertThat(query.text("filter")).isEqualTo("icmp or arp");
        assertThat(query.text("empty")).isEmpty();
        assertThat(query.text("none")).isEmpty();
        assertThat(query.number("n", 1, 0, 10)).isEqualTo(7);
        assertThat(query.number("none", 1, 0, 10)).isEqualTo(1);
        assertThat(new Query("").text("x")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%", "a=%zz", "a=1&a=2", "a=%00", "a=x%0Ay", "a=%1b"})
    void whatIsDamagedIsRefused(String text) {
        assertThatExceptionOfType(HttpException.class)
                .isThrownBy(() -> new Query(text))
                .satisfies(e -> assertThat(e.status()).isEqualTo(400));
    }

    @ParameterizedTest
    @ValueSource(strings = {"n=11", "n=-1", "n=x", "n=99999999999999999999", "n=1.5"})
    void aNumberIsOneOfThoseThatMakeSense(String text) throws HttpException {
        Query query = new Query(text);
        assertThatExceptionOfType(HttpException.class)
                .isThrownBy(() -> query.number("n", 1, 0, 10))
                .withMessage("n is a number from 0 to 10");
    }

    @Test
    void aValueHasALimit() {
        assertThatExceptionOfType(HttpException.class).isThrownBy(() -> new Query("a=" + "x".repeat(1001)));
    }
}
