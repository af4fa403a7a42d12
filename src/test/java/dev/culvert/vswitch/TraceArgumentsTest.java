package dev.culvert.vswitch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.culvert.unixctl.UnixctlException;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceArgumentsTest {
    private static TraceArguments parse(String line) throws UnixctlException {
        return TraceArguments.parse(List.of(line.split(" ", -1)), false);
    }

    @Test
    void optionsStandAnywhere() throws UnixctlException {
        TraceArguments arguments = parse("--names br0 --ct-next trk,new in_port=1 --generate --l7-len 9");
        assertThat(arguments.words()).containsExactly("br0", "in_port=1");
        assertThat(arguments.names()).isTrue();
        assertThat(arguments.hasPacket()).isTrue();
        assertThat(parse("--names --no-names br0 in_port=1").names()).isFalse();
        assertThat(parse("br0 in_port=1").hasPacket()).isFalse();
    }

    @Test
    void aWordOfHexadecimalDigitsBehindTheFlowIsAPacket() throws UnixctlException {
        TraceArguments arguments = parse("br0 in_port=1 ffffffffffff0200000000018100");
        assertThat(arguments.words()).containsExactly("br0", "in_port=1");
        assertThat(arguments.packet()).hasSize(14).startsWith(0xff, 0xff);
        assertThat(arguments.hasPacket()).isTrue();
    }

    private static void refuses(String line, String why) {
        assertThatExceptionOfType(UnixctlException.class)
                .isThrownBy(() -> parse(line))
                .withMessage(why);
    }

    @Test
    void refusesOtherLines() {
        refuses("br0 in_port=1 ffff", "Packet data too short for Ethernet");
        refuses("--foo br0", "--foo: unknown option");
        refuses("br0 in_port=1 --l7-len", "Missing argument for option --l7-len");
        refuses("br0 in_port=1 zz", "Trailing garbage in packet data");
        refuses("--consistent br0 in_port=1", "--consistent: unknown option");
        refuses("--ct-next zz br0 in_port=1", "zz: unknown connection tracking state flag");
        refuses("a b c d", "too many arguments");
    }
}
