package dev.culvert.vswitch;

import dev.culvert.unixctl.UnixctlException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The command line of {@code ofproto/trace} (ovs-vswitchd(8)): options wherever they stand, then up to three words.
 *
 * @param words datapath or bridge, where one is named, and the flow
 * @param packet the bytes of a packet; null where there is none
 * @param generate whether there is to be a packet that the flow is of
 * @param names whether ports are written by their names
 */
@SuppressWarnings("ArrayRecordComponent") // bytes of a packet, never compared
record TraceArguments(List<String> words, byte @Nullable [] packet, boolean generate, boolean names) {
    private static final int WORDS_MAX = 3;
    private static final int PAYLOAD_MAX = 64_000;
    private static final int HEADER = 14;

    /** What the original knows of connections; there are none here, so nothing comes of it. */
    private static final Set<String> CT_FLAGS = Set.of("trk", "new", "est", "rel", "rpl", "inv", "snat", "dnat");

    /** Whether side effects take place. */
    boolean hasPacket() {
        return generate || packet != null;
    }

    /**
     * Reads a command line.
     *
     * @param packetOut whether it is that of {@code ofproto/trace-packet-out}, without the actions
     */
    static TraceArguments parse(List<String> line, boolean packetOut) throws UnixctlException {
        List<String> words = new ArrayList<>();
        boolean generate = false;
        boolean names = false;
        for (int i = 0; i < line.size(); i++) {
            String word = line.get(i);
            switch (word) {
                case "-generate", "--generate" -> generate = true;
                case "-consistent", "--consistent" -> {
                    if (!packetOut) {
                        throw new UnixctlException(word + ": unknown option");
                    }
                }
                case "--no-names" -> names = false;
                case "--names" -> names = true;
                case "--ct-next" -> connection(value(line, ++i, word));
                case "--l7" -> {
                    if (hex(value(line, ++i, word)) == null) {
                        throw new UnixctlException("Trailing garbage in packet data");
                    }
                }
                case "--l7-len" -> {
                    int length = Reconciler.number(value(line, ++i, word), -1, -1, PAYLOAD_MAX + 1);
                    if (length > PAYLOAD_MAX) {
                        throw new UnixctlException(line.get(i) + ": too much L7 data");
                    }
                }
                default -> {
                    if (word.startsWith("-")) {
                        throw new UnixctlException(word + ": unknown option");
                    } else if (words.size() == WORDS_MAX) {
                        throw new UnixctlException("too many arguments");
                    }
                    words.add(word);
                }
            }
        }
        byte[] packet = null;
        // a datapath's flow may stand without the datapath, and has brackets
        if (words.size() == WORDS_MAX || (words.size() == 2 && words.getFirst().contains("("))) {
            packet = hex(words.removeLast());
            if (packet == null) {
                throw new UnixctlException("Trailing garbage in packet data");
            } else if (packet.length < HEADER) {
                throw new UnixctlException("Packet data too short for Ethernet");
            }
        }
        return new TraceArguments(List.copyOf(words), packet, generate, names);
    }

    private static String value(List<String> line, int at, String option) throws UnixctlException {
        if (at >= line.size()) {
            throw new UnixctlException("Missing argument for option " + option);
        }
        return line.get(at);
    }

    private static void connection(String flags) throws UnixctlException {
        for (String flag : flags.split("[, |]+", -1)) {
            if (!CT_FLAGS.contains(flag)) {
                throw new UnixctlException(flag + ": unknown connection tracking state flag");
            }
        }
    }

    /** The bytes of an Ethernet frame that a word of hexadecimal digits is; null where it is no such word. */
    private static byte @Nullable [] hex(String word) {
        String digits = word.replaceAll("\\s", "");
        if (digits.isEmpty() || !digits.matches("([0-9a-fA-F]{2})+")) {
            return null;
        }
        return HexFormat.of().parseHex(digits);
    }
}
