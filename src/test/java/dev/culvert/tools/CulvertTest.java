package dev.culvert.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CulvertTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        return Culvert.run(
                arguments,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @Test
    void programsAreStartedWithTheirOwnArguments() {
        assertThat(run("appctl", "--version")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("ovs-appctl (Open vSwitch) ");
        assertThat(run("appctl")).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("ovs-appctl: at least one non-option argument");
    }

    @Test
    void whatDoesNotExistIsRefused() {
        assertThat(run("nope")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("culvert: unknown program 'nope'; use --help for help\n");
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("usage: culvert PROGRAM");
    }

    @Test
    void helpAndVersionEndWell() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("usage: culvert PROGRAM", "switch", "vsctl");
        assertThat(run("--version")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).endsWith("culvert 0.1.0\n");
    }
}
