package dev.culvert.stream;

import java.net.Inet6Address;

/**
 * The {@code HOST:PORT} and {@code PORT:HOST} halves of {@code tcp:} and {@code ptcp:} addresses. Colons inside
 * brackets belong to the host; more than one outside them means an IPv6 address that was written without.
 *
 * @param host without brackets, may be empty only in a passive address
 * @param port 0 to 65535
 */
record HostPort(String host, int port) {
    /** Parses {@code HOST[:PORT]}. */
    static HostPort active(String text, int defaultPort) throws StreamException {
        int colon = onlyColon(text);
        String host = colon < 0 ? text : text.substring(0, colon);
        String port = colon < 0 ? "" : text.substring(colon + 1);
        if (host.isEmpty()) {
            throw bad(text + ": host must be specified");
        }
        return parse(host, port, defaultPort, text);
    }

    /** Parses {@code [PORT][:HOST]}. */
    static HostPort passive(String text, int defaultPort) throws StreamException {
        int colon = onlyColon(text);
        String port = colon < 0 ? text : text.substring(0, colon);
        String host = colon < 0 ? "" : text.substring(colon + 1);
        return parse(host, port, defaultPort, text);
    }

    /** The place of the colon between the two halves, or -1 if there is none or it cannot be told which it is. */
    private static int onlyColon(String text) {
        int found = -1;
        boolean inBrackets = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '[' || c == ']') {
                inBrackets = c == '[';
            } else if (c == ':' && !inBrackets) {
                if (found >= 0) {
                    return -1;
                }
                found = i;
            }
        }
        return found;
    }

    private static HostPort parse(String host, String port, int defaultPort, String text) throws StreamException {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        if (bare.indexOf(':') >= 0) {
            checkIpv6(bare, text);
        } else if (isDigitsAndDots(bare)) {
            checkIpv4(bare, text);
        }
        return new HostPort(bare, port.isEmpty() ? defaultPort : parsePort(port, text));
    }

    private static int parsePort(String port, String text) throws StreamException {
        int value = 0;
        for (int i = 0; i < port.length(); i++) {
            int digit = port.charAt(i) - '0';
            value = value * 10 + digit;
            if (digit < 0 || digit > 9 || value > 65535) {
                throw bad(text + ": bad port number \"" + port + "\"");
            }
        }
        return value;
    }

    private static void checkIpv6(String host, String text) throws StreamException {
        int zone = host.indexOf('%');
        try {
            Inet6Address.ofLiteral(zone < 0 ? host : host.substring(0, zone));
        } catch (IllegalArgumentException e) {
            throw bad(text + ": bad IPv6 address \"" + host + "\"");
        }
    }

    private static boolean isDigitsAndDots(String host) {
        return !host.isEmpty() && host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }

    private static void checkIpv4(String host, String text) throws StreamException {
        // The JDK would also read 1.2.3 as 1.2.0.3; inet_pton(3) and with it Open vSwitch does not.
        String[] parts = host.split("\\.", -1);
        boolean good = parts.length == 4;
        for (String part : parts) {
            good &= !part.isEmpty() && part.length() <= 3 && Integer.parseInt(part) <= 255;
        }
        if (!good) {
            throw bad(text + ": bad IP address \"" + host + "\"");
        }
    }

    private static StreamException bad(String detail) {
        return new StreamException(StreamException.BAD_ADDRESS, detail);
    }
}
