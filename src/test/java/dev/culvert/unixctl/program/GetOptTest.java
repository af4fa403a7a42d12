package dev.culvert.unixctl.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.culvert.unixctl.program.GetOpt.Argument;
import dev.culvert.unixctl.program.GetOpt.Given;
import dev.culvert.unixctl.program.GetOpt.Option;
import dev.culvert.unixctl.program.GetOpt.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GetOptTest {
    private static final List<Option> OPTIONS = List.of(
            new Option("target", 't', Argument.REQUIRED),
            new Option("timeout", 'T', Argument.REQUIRED),
            new Option("verbose", 'v', Argument.OPTIONAL),
            new Option("version", 'V', Argument.NONE),
            new Option("execute", 'e', Argument.NONE),
            new Option("colour", 'k', Argument.NONE),
            new Option("color", 'k', Argument.NONE),
            new Option("", 'x', Argument.NONE));

    private static String read(boolean permute, String... words) throws UsageException {
        GetOpt getOpt = new GetOpt(OPTIONS, List.of(words), permute);
        StringBuilder text = new StringBuilder();
        for (Given given = getOpt.next(); given != null; given = getOpt.next()) {
            text.append(given.option().letter());
            text.append(given.argument() == null ? " " : "=" + given.argument() + " ");
        }
        assertThat(getOpt.next()).isNull();
        return text + getOpt.operands().toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-t a b|t=a [b]",
                "-ta b|t=a [b]",
                "--target a b|t=a [b]",
                "--target=a b|t=a [b]",
                "--target= b|t= [b]",
                "--ta a|t=a []",
                "-v a|v [a]",
                "-va a|v=a [a]",
                "--verb=a a|v=a [a]",
                "--verb a|v [a]",
                "-eVx a|e V x [a]",
                "-eta b|e t=a [b]",
                "-et a b|e t=a [b]",
                "-t -- b|t=-- [b]",
                "--col|k []",
                "-e -- -V a|e [-V, a]",
                "- -e|e [-]",
                "a -e b --target c d|e t=c [a, b, d]",
                "a -- -e|[a, -e]",
                "--|[]",
            })
    void optionsMayComeAnywhere(String line, String expected) throws UsageException {
        assertThat(read(true, line.split(" "))).isEqualTo(expected);
    }

    @Test
    void orEndAtTheFirstOperand() throws UsageException {
        assertThat(read(false, "-e", "version", "-V", "--nonsense")).isEqualTo("e [version, -V, --nonsense]");
    }

    /** The words are those of the GNU C library 2.36. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "--foo|unrecognized option '--foo'",
                "--foo=bar|unrecognized option '--foo=bar'",
                "-q|invalid option -- 'q'",
                "-eq|invalid option -- 'q'",
                "-t|option requires an argument -- 't'",
                "-et|option requires an argument -- 't'",
                "--timeout|option '--timeout' requires an argument",
                "--tim|option '--timeout' requires an argument",
                "--version=1|option '--version' doesn't allow an argument",
                "--execut=1|option '--execute' doesn't allow an argument",
                "--ver|option '--ver' is ambiguous; possibilities: '--verbose' '--version'",
                "--t=1|option '--t=1' is ambiguous; possibilities: '--target' '--timeout'",
            })
    void mistakesAreNamed(String line, String message) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> read(true, line.split(" ")))
                .withMessage(message);
    }

    @Test
    void whatComesBeforeAMistakeTakesEffect() throws UsageException {
        GetOpt getOpt = new GetOpt(OPTIONS, List.of("-V", "--foo"), true);
        assertThat(getOpt.next()).isEqualTo(new Given(OPTIONS.get(3), null));
        assertThatExceptionOfType(UsageException.class).isThrownBy(getOpt::next);
    }

    @Test
    void culvertsVersionIsThatOfTheBuild() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        String version = pom.substring(pom.indexOf("<version>") + 9, pom.indexOf("</version>"));
        assertThat(Versions.CULVERT).isEqualTo(version.replace("-SNAPSHOT", ""));
    }
}
