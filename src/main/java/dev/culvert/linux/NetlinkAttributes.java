package dev.culvert.linux;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The attributes of a netlink message or of an attribute, by type; of a repeated type the last one counts. */
final class NetlinkAttributes {
    /** Without NLA_F_NESTED and NLA_F_NET_BYTEORDER. */
    static final int TYPE_MASK = 0x3fff;

    private final Map<Integer, ByteBuffer> values = new HashMap<>();

    private NetlinkAttributes() {}

    /** Parses the attributes from an offset on; what is malformed ends them. */
    static NetlinkAttributes parse(ByteBuffer bytes, int offset) {
        NetlinkAttributes result = new NetlinkAttributes();
        int at = offset;
        while (bytes.limit() - at >= NetlinkRequest.ATTRIBUTE_HEADER) {
            int length = Short.toUnsignedInt(bytes.getShort(at));
            if (length < NetlinkRequest.ATTRIBUTE_HEADER || length > bytes.limit() - at) {
                break;
            }
            int header = NetlinkRequest.ATTRIBUTE_HEADER;
            result.values.put(
                    bytes.getShort(at + 2) & TYPE_MASK,
                    bytes.slice(at + header, length - header).order(ByteOrder.nativeOrder()));
            at += aligned(length);
        }
        return result;
    }

    /** Rounds a length up to the boundary of four that netlink keeps. */
    static int aligned(int length) {
        return (length + 3) & ~3;
    }

    /** Returns an attribute's bytes, or null. */
    @Nullable
    ByteBuffer bytes(int type) {
        return values.get(type);
    }

    /** Returns an attribute of four bytes. */
    int u32(int type, int absent) {
        ByteBuffer value = values.get(type);
        return value == null || value.limit() < Integer.BYTES ? absent : value.getInt(0);
    }

    /** Returns an attribute of one byte; 0 when absent. */
    int u8(int type) {
        ByteBuffer value = values.get(type);
        return value == null || value.limit() < 1 ? 0 : Byte.toUnsignedInt(value.get(0));
    }

    /** Returns an attribute of text; empty when absent. */
    String text(int type) {
        ByteBuffer value = values.get(type);
        if (value == null) {
            return "";
        }
        int length = 0;
        while (length < value.limit() && value.get(length) != 0) {
            length++;
        }
        byte[] text = new byte[length];
        value.get(0, text);
        return new String(text, StandardCharsets.UTF_8);
    }

    /** Returns an attribute of an Ethernet address as in {@link Link#mac}; 0 when absent or of another length. */
    long mac(int type) {
        ByteBuffer value = values.get(type);
        long mac = 0;
        for (int i = 0; value != null && value.limit() == 6 && i < 6; i++) {
            mac = mac << 8 | Byte.toUnsignedLong(value.get(i));
        }
        return mac;
    }

    /** Returns an attribute of an IP address's 4 or 16 bytes; null when absent or of another length. */
    @Nullable
    InetAddress address(int type) {
        ByteBuffer value = values.get(type);
        return value == null ? null : address(value, 0);
    }

    /** Returns an attribute of a family's number and an address of it (struct rtvia); null when absent. */
    @Nullable
    InetAddress addressAfterFamily(int type) {
        ByteBuffer value = values.get(type);
        return value == null || value.limit() < Short.BYTES ? null : address(value, Short.BYTES);
    }

    /** Returns the attributes within an attribute; none when absent. */
    NetlinkAttributes nested(int type) {
        ByteBuffer value = values.get(type);
        return value == null ? new NetlinkAttributes() : parse(value, 0);
    }

    private static @Nullable InetAddress address(ByteBuffer value, int offset) {
        byte[] bytes = new byte[value.limit() - offset];
        value.get(offset, bytes);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException wrongLength) {
            return null;
        }
    }
}
