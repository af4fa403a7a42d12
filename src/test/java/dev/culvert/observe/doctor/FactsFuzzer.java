package dev.culvert.observe.doctor;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * Fuzz target: what two switches tell a doctor of themselves, with a zero byte between. It is read or passed over, and what is found
 * is a line each, which does nothing to a terminal.
 */
public final class FactsFuzzer {
    /** The words of a finding without what they are about. */
    private static final int WORDING = 200;

    private FactsFuzzer() {}

    /** For Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        int half = text.indexOf('\0');
        Facts mine = read(half < 0 ? text : text.substring(0, half));
        Facts theirs = read(half < 0 ? "" : text.substring(half + 1));
        List<Finding> findings = mine.compare(theirs);
        if (findings.size() > mine.tunnels().size()) {
            throw new AssertionError(
                    findings.size() + " findings of " + mine.tunnels().size() + " tunnels");
        }
        for (Finding finding : findings) {
            String line = finding.toString();
            if (line.chars().anyMatch(Character::isISOControl)) {
                throw new AssertionError("not a line for a terminal: " + line);
            }
            if (line.length() > WORDING + 2 * text.length()) {
                throw new AssertionError(line.length() + " characters of " + text.length());
            }
        }
    }

    private static Facts read(String text) {
        Facts facts = Facts.parse(text);
        if (!Facts.parse(facts.text()).equals(facts)) {
            throw new AssertionError("not the same when written: " + facts);
        }
        return facts;
    }

    /** Where to begin: two that agree, and several disagreements. */
    public static List<byte[]> seeds() {
        String here = "address 192.0.2.1\naddress 2001:db8::1\n";
        String there = "address 192.0.2.2\naddress 2001:db8::2\n";
        String tunnel = "tunnel vx0 vxlan 192.0.2.2 7 7 4789 false 1500\n";
        String back = "tunnel vx1 vxlan 192.0.2.1 7 7 4789 false 1500\n";
        return Stream.of(
                        here + tunnel + "\0" + there + back,
                        here + tunnel + "\0" + there,
                        here + tunnel + "\0" + there.replace("192.0.2.2", "192.0.2.3") + back,
                        here + tunnel + "\0" + there + back.replace("vxlan", "geneve"),
                        here + tunnel + "\0" + there + back.replace("false", "true"),
                        here + tunnel + "\0" + there + back.replace(" 7 7 ", " 8 flow "),
                        here + tunnel + "\0" + there + back.replace("4789", "4790"),
                        here + tunnel + "\0" + there + back.replace("1500", "1400"),
                        here + "tunnel gre0 gre 2001:db8::2 none none 0 true 0\n\0" + there
                                + "tunnel gre1 gre 2001:db8::1 0 none 0 true 0\nlater version\n")
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }
}
