package dev.culvert.packet;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * An IPv6 address as two longs, an IPv4 address a.b.c.d as {@code ::ffff:a.b.c.d}. For configuration and for logs; packets on
 * their way use the longs alone.
 *
 * @param high the first eight bytes on the wire, big-endian
 * @param low the last eight
 */
public record IpAddress(long high, long low) {
    /** The address that means none, {@code ::}. */
    public static final IpAddress NONE = new IpAddress(0, 0);

    /** Makes an IPv4 address of its four bytes, the first one highest. */
    public static IpAddress ofIpv4(int address) {
        return new IpAddress(FlowKey.IPV4_HIGH, FlowKey.IPV4_LOW | (address & 0xffff_ffffL));
    }

    /** Takes over a Java address; scope ids are lost. */
    public static IpAddress of(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            return ofIpv4((int) big(bytes, 0, 4));
        }
        return new IpAddress(big(bytes, 0, 8), big(bytes, 8, 8));
    }

    private static long big(byte[] bytes, int from, int count) {
        long value = 0;
        for (int i = from; i < from + count; i++) {
            value = (value << 8) | (bytes[i] & 0xff);
        }
        return value;
    }

    /**
     * Reads a numeric address: four decimal numbers with dots, or IPv6 text (RFC 4291 section 2.2). Never asks a name server.
     *
     * @return null if the text is no address
     */
    public static @Nullable IpAddress parse(String text) {
        return text.indexOf(':') >= 0 ? parseIpv6(text) : parseIpv4(text);
    }

    private static @Nullable IpAddress parseIpv4(String text) {
        int address = 0;
        int bytes = 0;
        int value = -1;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : '.';
            if (c == '.') {
                if (value < 0 || bytes == 4) {
                    return null;
                }
                address = (address << 8) | value;
                bytes++;
                value = -1;
            } else if (c >= '0' && c <= '9' && value <= 25) {
                value = Math.max(value, 0) * 10 + c - '0';
                if (value > 255) {
                    return null;
                }
            } else {
                return null;
            }
        }
        return bytes == 4 ? ofIpv4(address) : null;
    }

    private static @Nullable IpAddress parseIpv6(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.digit(c, 16) < 0 && c != ':' && c != '.') {
                return null;
            }
        }
        try {
            // only hexadecimal digits, colons and dots, with a colon at least: a literal or an error, never a name
            return of(InetAddress.getByName(text));
        } catch (UnknownHostException notAnAddress) {
            return null;
        }
    }

    /** Tells whether this is an IPv4 address. */
    public boolean isIpv4() {
        return high == FlowKey.IPV4_HIGH && low >>> 32 == FlowKey.IPV4_LOW >>> 32;
    }

    /** Returns the IPv4 address's four bytes, the first one highest. Means nothing unless {@link #isIpv4}. */
    public int ipv4() {
        return (int) low;
    }

    /** Tells whether this is {@code ::} or {@code 0.0.0.0}. */
    public boolean isUnspecified() {
        return equals(NONE) || (isIpv4() && ipv4() == 0);
    }

    /** Tells whether this is a multicast address of either version. */
    public boolean isMulticast() {
        return isIpv4() ? Ipv4.isMulticast(ipv4()) : high >>> 56 == 0xff;
    }

    /** Returns the Java address. */
    public InetAddress toInetAddress() {
        byte[] bytes = new byte[isIpv4() ? 4 : 16];
        for (int i = 0; i < bytes.length; i++) {
            int fromEnd = bytes.length - 1 - i;
            bytes[i] = (byte) (fromEnd < 8 ? low >>> (8 * fromEnd) : high >>> (8 * (fromEnd - 8)));
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new AssertionError("4 or 16 bytes are always an address", impossible);
        }
    }

    /** Returns dotted decimal, or IPv6 text in its canonical form (RFC 5952). */
    @Override
    public String toString() {
        if (isIpv4()) {
            int a = ipv4();
            return (a >>> 24) + "." + ((a >>> 16) & 0xff) + "." + ((a >>> 8) & 0xff) + "." + (a & 0xff);
        }
        return ipv6Text();
    }

    /** Returns the canonical text of all 128 bits (RFC 5952), whichever version of IP they are of. */
    public String ipv6Text() {
        int zeros = 0;
        int gap = -1;
        for (int i = 0; i < 8; i++) {
            int run = 0;
            while (i + run < 8 && group(i + run) == 0) {
                run++;
            }
            if (run > 1 && run > zeros) {
                zeros = run;
                gap = i;
            }
            i += run;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == gap) {
                text.append("::");
                i += zeros - 1;
            } else {
                if (i > 0 && i != gap + zeros) {
                    text.append(':');
                }
                text.append(Integer.toHexString(group(i)));
            }
        }
        return text.toString();
    }

    private int group(int index) {
        return (int) ((index < 4 ? high : low) >>> (48 - 16 * (index & 3))) & 0xffff;
    }
}
