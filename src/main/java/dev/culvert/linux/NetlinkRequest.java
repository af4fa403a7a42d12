package dev.culvert.linux;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A netlink message under construction (linux/netlink.h): header, the type's own structure, attributes. Multi-byte values
 * are in the machine's byte order.
 */
final class NetlinkRequest {
    static final int HEADER = 16;
    static final int HEADER_TYPE = 4;
    static final int HEADER_FLAGS = 6;
    static final int HEADER_SEQUENCE = 8;
    static final int ATTRIBUTE_HEADER = 4;

    static final int NLM_F_REQUEST = 0x001;
    static final int NLM_F_ACK = 0x004;
    static final int NLM_F_REPLACE = 0x100;
    static final int NLM_F_EXCL = 0x200;
    static final int NLM_F_CREATE = 0x400;
    static final int NLM_F_DUMP = 0x300;

    /** No request of this package comes near it. */
    private static final int CAPACITY = 1024;

    private final String operation;
    private final ByteBuffer bytes = ByteBuffer.allocate(CAPACITY).order(ByteOrder.nativeOrder());

    /**
     * Starts a message.
     *
     * @param operation what it is for, in the words of an error message
     * @param type RTM_*
     * @param flags NLM_F_* beyond REQUEST
     */
    NetlinkRequest(String operation, int type, int flags) {
        this.operation = operation;
        bytes.putInt(0);
        bytes.putShort((short) type);
        bytes.putShort((short) (flags | NLM_F_REQUEST));
        bytes.putInt(0);
        bytes.putInt(0);
    }

    /** Returns what the message is for. */
    String operation() {
        return operation;
    }

    /** Appends a byte of the type's structure. */
    NetlinkRequest u8(int value) {
        bytes.put((byte) value);
        return this;
    }

    /** Appends two bytes of the type's structure. */
    NetlinkRequest u16(int value) {
        bytes.putShort((short) value);
        return this;
    }

    /** Appends four bytes of the type's structure. */
    NetlinkRequest u32(int value) {
        bytes.putInt(value);
        return this;
    }

    /** Appends an attribute of four bytes. */
    NetlinkRequest attribute(int type, int value) {
        header(type, Integer.BYTES);
        bytes.putInt(value);
        return this;
    }

    /** Appends an attribute of two bytes. */
    NetlinkRequest attributeShort(int type, int value) {
        header(type, Short.BYTES);
        bytes.putShort((short) value);
        return pad();
    }

    /** Appends an attribute of one byte. */
    NetlinkRequest attributeByte(int type, int value) {
        return attribute(type, new byte[] {(byte) value});
    }

    /** Appends an attribute of bytes as they are. */
    NetlinkRequest attribute(int type, byte[] value) {
        header(type, value.length);
        bytes.put(value);
        return pad();
    }

    /** Appends an attribute of an address's 4 or 16 bytes. */
    NetlinkRequest attribute(int type, InetAddress value) {
        return attribute(type, value.getAddress());
    }

    /** Appends an attribute of text and its closing zero. */
    NetlinkRequest attribute(int type, String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        header(type, text.length + 1);
        bytes.put(text).put((byte) 0);
        return pad();
    }

    /** Starts an attribute that holds attributes; the result is for {@link #end}. */
    int begin(int type) {
        int start = bytes.position();
        header(type, 0);
        return start;
    }

    /** Ends the attribute that {@link #begin} started. */
    NetlinkRequest end(int start) {
        bytes.putShort(start, (short) (bytes.position() - start));
        return this;
    }

    /** Returns the whole message with a sequence number and more flags. */
    byte[] finish(int sequence, int flags) {
        bytes.putInt(0, bytes.position());
        bytes.putShort(HEADER_FLAGS, (short) (bytes.getShort(HEADER_FLAGS) | flags));
        bytes.putInt(HEADER_SEQUENCE, sequence);
        byte[] message = new byte[bytes.position()];
        bytes.get(0, message);
        return message;
    }

    private void header(int type, int length) {
        bytes.putShort((short) (ATTRIBUTE_HEADER + length));
        bytes.putShort((short) type);
    }

    private NetlinkRequest pad() {
        while (bytes.position() % 4 != 0) {
            bytes.put((byte) 0);
        }
        return this;
    }
}
