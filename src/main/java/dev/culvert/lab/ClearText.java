package dev.culvert.lab;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Looks for what should be hidden in what crosses the underlay: every packet must be ESP or IKE (or an echo that has nothing in
 * it), and in none of them may be the guests' addresses one behind the other, as an inner IP header has them, or the bytes that
 * ping(8) sends.
 */
final class ClearText {
    private static final int ETHERNET = 14;
    private static final int TYPE_IPV4 = 0x0800;
    private static final int TYPE_ARP = 0x0806;
    private static final int ESP = 50;
    private static final int UDP = 17;
    private static final int ICMP = 1;
    private static final int UNREACHABLE = 3;
    private static final int ECHO = 8;
    private static final int ECHO_REPLY = 0;

    /** Bytes of IP of an echo that carries nothing of anybody's: a page that watches the boxes sends such. */
    private static final int EMPTY_ECHO = 36;

    /** Where an ICMP error's quotation begins, from its type on (RFC 792). */
    private static final int QUOTED = 8;

    private static final int IKE_PORT = 500;
    private static final int NAT_PORT = 4500;
    private static final int PATTERN = 32;

    private final List<byte[]> secrets = new ArrayList<>();
    private long esp;
    private long ike;
    private long arp;
    private long echoes;
    private long other;
    private long revealing;

    /** Makes one for two guests with IPv4 addresses. */
    ClearText(String left, String right) {
        byte[] one = address(left);
        byte[] two = address(right);
        secrets.add(join(one, two));
        secrets.add(join(two, one));
        byte[] pattern = new byte[PATTERN];
        for (int i = 0; i < PATTERN; i++) {
            pattern[i] = (byte) (0x10 + i);
        }
        secrets.add(pattern);
    }

    private static byte[] address(String text) {
        try {
            return InetAddress.getByName(text).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static byte[] join(byte[] one, byte[] two) {
        byte[] both = new byte[one.length + two.length];
        System.arraycopy(one, 0, both, 0, one.length);
        System.arraycopy(two, 0, both, one.length, two.length);
        return both;
    }

    /** Looks at a frame of the underlay, from its Ethernet header on. */
    void observe(MemorySegment frame) {
        byte[] bytes = frame.toArray(ValueLayout.JAVA_BYTE);
        int type = word(bytes, ETHERNET - 2);
        if (type == TYPE_IPV4 && bytes.length > ETHERNET + 20) {
            packet(bytes, ETHERNET);
        } else if (type == TYPE_ARP) {
            arp++;
        } else if (type == TYPE_IPV4) {
            other++;
        }
        if (type != TYPE_ARP && secrets.stream().anyMatch(secret -> contains(bytes, secret))) {
            revealing++;
        }
    }

    private void packet(byte[] bytes, int ip) {
        int protocol = octet(bytes, ip + 9);
        int transport = ip + (octet(bytes, ip) & 0xf) * 4;
        int port = word(bytes, transport + 2);
        if (protocol == ESP || (protocol == UDP && port == NAT_PORT && isEsp(bytes, transport))) {
            esp++;
        } else if (protocol == UDP && (port == IKE_PORT || port == NAT_PORT)) {
            ike++;
        } else if (protocol == ICMP && octet(bytes, transport) == UNREACHABLE && ip == ETHERNET) {
            packet(bytes, transport + QUOTED); // the end that is configured first has nobody to talk to yet
        } else if (protocol == ICMP && isEmptyEcho(bytes, ip, transport)) {
            echoes++;
        } else {
            other++;
        }
    }

    private static boolean isEmptyEcho(byte[] bytes, int ip, int transport) {
        int type = octet(bytes, transport);
        return (type == ECHO || type == ECHO_REPLY) && word(bytes, ip + 2) <= EMPTY_ECHO;
    }

    private static int octet(byte[] bytes, int at) {
        return at < bytes.length ? bytes[at] & 0xff : 0;
    }

    private static boolean isEsp(byte[] bytes, int transport) {
        return word(bytes, transport + 8) != 0 || word(bytes, transport + 10) != 0;
    }

    private static int word(byte[] bytes, int at) {
        return at + 2 <= bytes.length ? ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff) : -1;
    }

    private static boolean contains(byte[] bytes, byte[] secret) {
        for (int at = 0; at + secret.length <= bytes.length; at++) {
            int i = 0;
            while (i < secret.length && bytes[at + i] == secret[i]) {
                i++;
            }
            if (i == secret.length) {
                return true;
            }
        }
        return false;
    }

    /** Whether there was ESP and nothing but it, IKE and ARP, and no byte of what should be hidden. */
    boolean isProof() {
        return esp > 0 && other == 0 && revealing == 0;
    }

    /** What was seen. */
    String describe() {
        String text = String.format(Locale.ROOT, "%,d packets of ESP, %,d of IKE, %,d of ARP", esp, ike, arp);
        text += echoes == 0 ? "" : String.format(Locale.ROOT, ", %,d echoes of the page", echoes);
        return isProof()
                ? text
                : text
                        + String.format(
                                Locale.ROOT, ", %,d others; %,d with bytes that should be hidden", other, revealing);
    }
}
