package dev.culvert.openflow.text;

import dev.culvert.openflow.OfPort;
import java.util.Map;

/**
 * How messages are printed.
 *
 * @param verbosity 0 for the usual, more for the bytes of payloads
 * @param portNames the names to print instead of port numbers, by number in the 32-bit form; empty to print numbers
 * @param statistics whether flows are shown with what changes by itself: age and counters
 * @param ages whether flows are shown with the time since their last packet and their last change
 */
public record PrintOptions(int verbosity, Map<Integer, String> portNames, boolean statistics, boolean ages) {
    /** Numbers, statistics, no payloads. */
    public static final PrintOptions PLAIN = new PrintOptions(0, Map.of(), true, true);

    private static final String WORD = "[A-Za-z][A-Za-z0-9]*";

    /** How a port is called: by its reserved name, by its own name, in quotes if that is no plain word, or by its number. */
    public String port(int port) {
        String own = portNames.get(port);
        String reserved = OfPort.name(port);
        boolean isReserved = !Character.isDigit(reserved.charAt(0));
        if (own == null || isReserved) {
            return reserved;
        }
        boolean plain = own.matches(WORD)
                && !Character.isDigit(own.charAt(0))
                && OfPort.parse(own).isEmpty();
        return plain ? own : '"' + own.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
