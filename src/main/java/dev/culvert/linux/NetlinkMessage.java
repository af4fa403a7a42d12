package dev.culvert.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A received netlink message (linux/netlink.h).
 *
 * @param type NLMSG_* or RTM_*
 * @param flags NLM_F_*
 * @param sequence the number of the request that it answers, 0 for a notification
 * @param payload what follows the header, in the machine's byte order
 */
record NetlinkMessage(int type, int flags, int sequence, ByteBuffer payload) {
    static final int ERROR = 2;
    static final int DONE = 3;
    static final int FLAG_INTERRUPTED = 0x10;
    static final int FLAG_CAPPED = 0x100;
    static final int FLAG_EXPLAINED = 0x200;
    private static final int ERROR_SIZE = 4;
    static final int EXPLANATION = 1;

    /** Splits a datagram into its messages; what is cut short at the end is left out. */
    static List<NetlinkMessage> parse(byte[] datagram) {
        List<NetlinkMessage> messages = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder());
        int at = 0;
        while (datagram.length - at >= NetlinkRequest.HEADER) {
            int length = bytes.getInt(at);
            if (length < NetlinkRequest.HEADER || length > datagram.length - at) {
                break;
            }
            messages.add(new NetlinkMessage(
                    Short.toUnsignedInt(bytes.getShort(at + NetlinkRequest.HEADER_TYPE)),
                    Short.toUnsignedInt(bytes.getShort(at + NetlinkRequest.HEADER_FLAGS)),
                    bytes.getInt(at + NetlinkRequest.HEADER_SEQUENCE),
                    bytes.slice(at + NetlinkRequest.HEADER, length - NetlinkRequest.HEADER)
                            .order(ByteOrder.nativeOrder())));
            at += Math.min(NetlinkAttributes.aligned(length), datagram.length - at);
        }
        return messages;
    }

    /** Returns the attributes behind the type's structure of {@code size} bytes. */
    NetlinkAttributes attributes(int size) {
        return NetlinkAttributes.parse(payload, NetlinkAttributes.aligned(size));
    }

    /** Returns the error number of an ERROR or DONE message, positive; 0 for success. */
    int errno() {
        return payload.remaining() < ERROR_SIZE ? 0 : -payload.getInt(0);
    }

    /** Returns the kernel's own words about the error of an ERROR or DONE message; empty when it has none. */
    String explanation() {
        if ((flags & FLAG_EXPLAINED) == 0) {
            return "";
        }
        int before = ERROR_SIZE;
        if (type == ERROR) {
            // the request comes back before the words: all of it, or its header alone when capped
            int request = payload.remaining() < ERROR_SIZE + NetlinkRequest.HEADER ? 0 : payload.getInt(ERROR_SIZE);
            before += (flags & FLAG_CAPPED) != 0 ? NetlinkRequest.HEADER : Math.clamp(request, 0, payload.remaining());
        }
        return attributes(before).text(EXPLANATION);
    }
}
