package dev.culvert.stream;

import java.nio.file.Path;

/**
 * The name of a stream's end, as on every Open vSwitch command line and in the Manager and Controller tables
 * (ovsdb(7), "Connection Methods"). An {@link Active} one says whom to call, a {@link Passive} one where to wait.
 */
public sealed interface StreamAddress {
    /** The port that IANA gave to OVSDB. */
    int OVSDB_PORT = 6640;

    /** The port that IANA gave to OpenFlow. */
    int OPENFLOW_PORT = 6653;

    /** Whom to connect to. */
    sealed interface Active extends StreamAddress {}

    /** Where to listen. */
    sealed interface Passive extends StreamAddress {}

    /**
     * {@code unix:PATH}.
     *
     * @param path the socket, already made absolute
     * @param text as it was written
     */
    record Unix(Path path, String text) implements Active {}

    /**
     * {@code tcp:HOST[:PORT]}.
     *
     * @param host an IPv4 or IPv6 literal without brackets, perhaps with a zone, or a name
     * @param port 0 to 65535, the default filled in
     * @param text as it was written
     */
    record Tcp(String host, int port, String text) implements Active {}

    /**
     * {@code ssl:HOST[:PORT]}: TLS over TCP.
     *
     * @param host as of {@link Tcp}
     * @param port as of {@link Tcp}
     * @param text as it was written
     */
    record Ssl(String host, int port, String text) implements Active {}

    /**
     * {@code punix:PATH}.
     *
     * @param path the socket to make, already made absolute
     * @param text as it was written
     */
    record PassiveUnix(Path path, String text) implements Passive {}

    /**
     * {@code ptcp:[PORT][:HOST]}.
     *
     * @param port 0 to 65535, the default filled in; 0 lets the kernel choose
     * @param host the local address without brackets; empty for every IPv4 address
     * @param text as it was written
     */
    record PassiveTcp(int port, String host, String text) implements Passive {}

    /**
     * {@code pssl:[PORT][:HOST]}: TLS over TCP.
     *
     * @param port as of {@link PassiveTcp}
     * @param host as of {@link PassiveTcp}
     * @param text as it was written
     */
    record PassiveSsl(int port, String host, String text) implements Passive {}

    /** The address as its owner wrote it. */
    String text();

    /** Whether {@code name} has the form of an address to connect to, right or wrong in its details. */
    static boolean isActive(String name) {
        return name.startsWith("unix:") || name.startsWith("tcp:") || name.startsWith("ssl:");
    }

    /** Whether {@code name} has the form of an address to listen on, right or wrong in its details. */
    static boolean isPassive(String name) {
        return name.startsWith("punix:") || name.startsWith("ptcp:") || name.startsWith("pssl:");
    }

    /**
     * Parses an address of either kind.
     *
     * @param name as {@link #active} or {@link #passive} has it
     * @param defaultPort the port where none is named
     * @param directories a relative socket path is below their run directory
     * @throws StreamException for anything else
     */
    static StreamAddress of(String name, int defaultPort, Directories directories) throws StreamException {
        return isPassive(name) ? passive(name, defaultPort, directories) : active(name, defaultPort, directories);
    }

    /**
     * Parses an address to connect to.
     *
     * @param name {@code unix:PATH}, {@code tcp:HOST[:PORT]} or {@code tcp:[HOST6][:PORT]}, or {@code ssl:} likewise
     * @param defaultPort the port where none is named
     * @param directories a relative socket path is below their run directory
     * @throws StreamException for anything else
     */
    static Active active(String name, int defaultPort, Directories directories) throws StreamException {
        String rest = name.substring(name.indexOf(':') + 1);
        if (name.startsWith("unix:")) {
            return new Unix(path(rest, name, directories), name);
        } else if (name.startsWith("tcp:")) {
            HostPort where = HostPort.active(rest, defaultPort);
            return new Tcp(where.host(), where.port(), name);
        } else if (name.startsWith("ssl:")) {
            HostPort where = HostPort.active(rest, defaultPort);
            return new Ssl(where.host(), where.port(), name);
        }
        throw unknown(name);
    }

    /**
     * Parses an address to listen on.
     *
     * @param name {@code punix:PATH}, {@code ptcp:[PORT][:HOST]} or {@code pssl:} likewise, HOST in brackets if it is IPv6
     * @param defaultPort the port where none is named
     * @param directories a relative socket path is below their run directory
     * @throws StreamException for anything else
     */
    static Passive passive(String name, int defaultPort, Directories directories) throws StreamException {
        String rest = name.substring(name.indexOf(':') + 1);
        if (name.startsWith("punix:")) {
            return new PassiveUnix(path(rest, name, directories), name);
        } else if (name.startsWith("ptcp:")) {
            HostPort where = HostPort.passive(rest, defaultPort);
            return new PassiveTcp(where.port(), where.host(), name);
        } else if (name.startsWith("pssl:")) {
            HostPort where = HostPort.passive(rest, defaultPort);
            return new PassiveSsl(where.port(), where.host(), name);
        }
        throw unknown(name);
    }

    private static Path path(String text, String name, Directories directories) throws StreamException {
        if (text.isEmpty()) {
            throw new StreamException("Connection refused", name + ": a path must be specified");
        }
        if (text.indexOf('\0') >= 0) {
            throw new StreamException("Invalid argument", name.replace('\0', '?') + ": bad character in path");
        }
        return directories.run().resolve(text).toAbsolutePath();
    }

    private static StreamException unknown(String name) {
        return new StreamException(StreamException.BAD_ADDRESS, name + ": unknown connection method");
    }
}
