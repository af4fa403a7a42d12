package dev.culvert.observe.capture;

import dev.culvert.unixctl.UnixctlException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants to see.
 *
 * @param bridge of this bridge
 * @param port of this port of it; null for all
 * @param underlay only the outer packets of its tunnels
 * @param snapLength bytes of each packet
 * @param filter as in pcap-filter(7), empty for none
 */
record CaptureRequest(String bridge, @Nullable String port, boolean underlay, int snapLength, String filter) {
    static final int SNAP_MAX = 262_144;

    /**
     * Understands a command's arguments: a bridge, and then {@code port=NAME}, {@code underlay}, {@code snaplen=N}, {@code
     * filter=EXPRESSION} in any order.
     */
    static CaptureRequest of(List<String> arguments) throws UnixctlException {
        String port = null;
        boolean underlay = false;
        int snap = SNAP_MAX;
        String filter = "";
        for (String argument : arguments.subList(1, arguments.size())) {
            if (argument.equals("underlay")) {
                underlay = true;
            } else if (argument.startsWith("port=")) {
                port = value(argument);
            } else if (argument.startsWith("snaplen=")) {
                snap = snapLength(value(argument));
            } else if (argument.startsWith("filter=")) {
                filter = value(argument);
            } else {
                throw new UnixctlException(argument + ": not port=NAME, underlay, snaplen=N or filter=EXPRESSION");
            }
        }
        if (underlay && port != null) {
            throw new UnixctlException("either a port or the underlay");
        }
        return new CaptureRequest(arguments.getFirst(), port, underlay, snap, filter);
    }

    private static String value(String argument) {
        return argument.substring(argument.indexOf('=') + 1);
    }

    private static int snapLength(String text) throws UnixctlException {
        try {
            int snap = Integer.parseInt(text);
            if (snap >= 14 && snap <= SNAP_MAX) {
                return snap;
            }
        } catch (NumberFormatException e) {
            // the same as a number that makes no sense
        }
        throw new UnixctlException("snaplen=" + text + ": not a number from 14 to " + SNAP_MAX);
    }

    /** As it was asked for. */
    String describe() {
        return bridge
                + (port == null ? "" : " port=" + port)
                + (underlay ? " underlay" : "")
                + (snapLength == SNAP_MAX ? "" : " snaplen=" + snapLength)
                + (filter.isEmpty() ? "" : " filter=" + filter);
    }
}
