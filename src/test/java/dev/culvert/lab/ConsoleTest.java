package dev.culvert.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConsoleTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void printsOnlyResultsWhereNobodyWatches() {
        try (Console console = new Console(out, false, false)) {
            console.begin("measuring");
            console.done("TCP", "5.00 Gb/s");
            console.failed("UDP", "nothing arrived");
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("  ok TCP              5.00 Gb/s", "  -- UDP              nothing arrived");
    }

    @Test
    void replacesAnActivityByItsResultOnATerminal() {
        try (Console console = new Console(out, true, true)) {
            console.begin("measuring");
            console.done("TCP", "");
        }
        String text = bytes.toString(StandardCharsets.UTF_8);
        assertThat(text).contains("… measuring");
        assertThat(text.indexOf("\r\u001b[K", text.indexOf("measuring"))).isPositive();
        assertThat(text).endsWith("✓\u001b[0m TCP\n");
    }
}
