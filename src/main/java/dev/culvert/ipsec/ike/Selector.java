package dev.culvert.ipsec.ike;

/**
 * One end's side of the traffic that a policy protects. The address is that end's own.
 *
 * @param protocol IP protocol: 47 for GRE, 17 for UDP
 * @param port UDP port, 0 is any
 */
public record Selector(int protocol, int port) {
    /** Makes a selector of UDP. */
    public static Selector udp(int port) {
        return new Selector(17, port);
    }

    /** Makes the selector of GRE. */
    public static Selector gre() {
        return new Selector(47, 0);
    }

    int firstPort() {
        return port;
    }

    int lastPort() {
        return port == 0 ? 0xffff : port;
    }
}
