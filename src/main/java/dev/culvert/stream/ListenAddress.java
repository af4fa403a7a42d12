package dev.culvert.stream;

/**
 * Where pages are served: {@code ADDRESS:PORT}, with an IPv6 address in brackets; or {@code PORT} alone, for this host only.
 *
 * @param host an address or a name, without brackets
 * @param port 0 to 65535; 0 for one that the kernel chooses
 */
public record ListenAddress(String host, int port) {
    private static final String LOOPBACK = "127.0.0.1";

    /**
     * Reads an address.
     *
     * @throws StreamException if it is none, with what is wrong
     */
    public static ListenAddress parse(String text) throws StreamException {
        if (text.matches("[0-9]{1,5}")) {
            return parse(LOOPBACK + ":" + text);
        }
        HostPort both = HostPort.active(text, -1);
        if (both.port() < 0 || both.host().isEmpty()) {
            throw new StreamException(StreamException.BAD_ADDRESS, text + ": ADDRESS:PORT expected, IPv6 in brackets");
        }
        return new ListenAddress(both.host(), both.port());
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
