package dev.culvert.ipsec.ike.message;

import dev.culvert.packet.IpAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import javax.security.auth.x500.X500Principal;

/** Who an end says it is: the content of an identification payload (RFC 7296 section 3.5). */
public final class Identity {
    /** Four bytes. */
    public static final int ID_IPV4_ADDR = 1;

    /** A domain name, as text. */
    public static final int ID_FQDN = 2;

    /** A mail address, as text. */
    public static final int ID_RFC822_ADDR = 3;

    /** Sixteen bytes. */
    public static final int ID_IPV6_ADDR = 5;

    /** A distinguished name in DER. */
    public static final int ID_DER_ASN1_DN = 9;

    private final int type;
    private final byte[] data;

    /** Makes an identity of a type and its bytes. */
    public Identity(int type, byte[] data) {
        this.type = type;
        this.data = data.clone();
    }

    /** Makes an address identity. */
    public static Identity of(IpAddress address) {
        return new Identity(
                address.isIpv4() ? ID_IPV4_ADDR : ID_IPV6_ADDR,
                address.toInetAddress().getAddress());
    }

    /** Makes a domain name. */
    public static Identity ofName(String name) {
        return new Identity(ID_FQDN, name.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads what stands in {@code leftid} and {@code rightid} of ipsec.conf(5): an address, a mail address, or a name, with or
     * without {@code @} in front.
     */
    public static Identity parse(String text) {
        if (text.startsWith("@")) {
            return ofName(text.substring(1));
        }
        IpAddress address = IpAddress.parse(text);
        if (address != null) {
            return of(address);
        }
        return text.indexOf('@') > 0
                ? new Identity(ID_RFC822_ADDR, text.getBytes(StandardCharsets.UTF_8))
                : ofName(text);
    }

    /** Returns the type. */
    public int type() {
        return type;
    }

    /** Returns a copy of the bytes. */
    public byte[] data() {
        return data.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Identity that && type == that.type && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
        return 31 * type + Arrays.hashCode(data);
    }

    /** Returns the address or the name; whatever a peer may have put there, without control characters. */
    @Override
    public String toString() {
        return switch (type) {
            case ID_IPV4_ADDR, ID_IPV6_ADDR -> addressText();
            case ID_FQDN, ID_RFC822_ADDR -> printable();
            case ID_DER_ASN1_DN -> distinguishedName();
            default -> "id " + type + ":" + HexFormat.of().formatHex(data, 0, Math.min(data.length, 32));
        };
    }

    private String distinguishedName() {
        try {
            return new X500Principal(data).getName(X500Principal.RFC1779);
        } catch (IllegalArgumentException notDer) {
            return "no distinguished name";
        }
    }

    private String addressText() {
        if (data.length == 4) {
            return IpAddress.ofIpv4(Wire.i32(data, 0)).toString();
        }
        if (data.length == 16) {
            return new IpAddress(Wire.u64(data, 0), Wire.u64(data, 8)).toString();
        }
        return "no address";
    }

    private String printable() {
        StringBuilder text = new StringBuilder();
        new String(data, 0, Math.min(data.length, 256), StandardCharsets.UTF_8)
                .codePoints()
                .forEach(c -> text.appendCodePoint(Character.isISOControl(c) ? '.' : c));
        return text.toString();
    }
}
