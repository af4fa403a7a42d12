package dev.culvert.openflow;

import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/**
 * OpenFlow port numbers. Everywhere in this room a port number is the 32-bit form of OpenFlow 1.1 and later, in an {@code
 * int}; only the codecs of OpenFlow 1.0 know the 16-bit form. Ports 1 to 0xfeff can be real; the reserved ones are
 * 0xfffffff8 to 0xffffffff (0xfff8 to 0xffff in 16 bits). Source: OpenFlow 1.1, A.2.1.
 */
public final class OfPort {
    /** The first number that no port may have, in both forms: 0xff00. */
    public static final int MAX = 0xff00;
    /** The port that the packet came from; the only way to send it back there. */
    public static final int IN_PORT = 0xfffffff8;
    /** Submit the packet to the flow tables (packet-out only). */
    public static final int TABLE = 0xfffffff9;
    /** Forward as a learning switch does. */
    public static final int NORMAL = 0xfffffffa;
    /** All ports but the one of arrival and those that do not flood. */
    public static final int FLOOD = 0xfffffffb;
    /** All ports but the one of arrival. */
    public static final int ALL = 0xfffffffc;
    /** The controller, as a packet-in. */
    public static final int CONTROLLER = 0xfffffffd;
    /** The bridge's own port. */
    public static final int LOCAL = 0xfffffffe;
    /** Any port, in requests and filters; called NONE in OpenFlow 1.0. */
    public static final int ANY = 0xffffffff;

    private static final Map<String, Integer> RESERVED = Map.of(
            "IN_PORT", IN_PORT,
            "TABLE", TABLE,
            "NORMAL", NORMAL,
            "FLOOD", FLOOD,
            "ALL", ALL,
            "CONTROLLER", CONTROLLER,
            "LOCAL", LOCAL,
            "ANY", ANY,
            "NONE", ANY);

    private static final int RESERVED_OFFSET = 0xffff0000;

    private OfPort() {}

    /** The 32-bit form of a 16-bit number: 0xff00 and above move up to the reserved range. */
    public static int fromOf10(int port) {
        int low = port & 0xffff;
        return low < MAX ? low : low | RESERVED_OFFSET;
    }

    /** The 16-bit form; the 32-bit number must be {@linkplain #isRepresentable representable}. */
    public static int toOf10(int port) {
        return port & 0xffff;
    }

    /** Whether the number exists in both forms: below 0xff00, or 0xffffff00 and above. */
    public static boolean isRepresentable(int port) {
        return Integer.compareUnsigned(port, MAX) < 0 || Integer.compareUnsigned(port, MAX | RESERVED_OFFSET) >= 0;
    }

    /** The reserved name of a port, or its number in decimal (the 16-bit form, as Open vSwitch prints it). */
    public static String name(int port) {
        return switch (port) {
            case IN_PORT -> "IN_PORT";
            case TABLE -> "TABLE";
            case NORMAL -> "NORMAL";
            case FLOOD -> "FLOOD";
            case ALL -> "ALL";
            case CONTROLLER -> "CONTROLLER";
            case LOCAL -> "LOCAL";
            case ANY -> "ANY";
            default -> Integer.toString(toOf10(port));
        };
    }

    /** The port that a user means by a reserved name in any case or by a decimal number in either form. */
    public static OptionalInt parse(String text) {
        Integer reserved = RESERVED.get(text.toUpperCase(Locale.ROOT));
        if (reserved != null) {
            return OptionalInt.of(reserved);
        }
        if (!text.matches("[0-9]{1,10}")) {
            return OptionalInt.empty();
        }
        long number = Long.parseLong(text);
        if (number > 0xffff_ffffL) {
            return OptionalInt.empty();
        }
        int port = number <= 0xffff ? fromOf10((int) number) : (int) number;
        return isRepresentable(port) ? OptionalInt.of(port) : OptionalInt.empty();
    }
}
