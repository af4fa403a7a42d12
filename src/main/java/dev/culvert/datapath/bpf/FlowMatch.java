package dev.culvert.datapath.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What packets of a flow have in common ({@code struct flow_key}).
 *
 * @param origin where they come in: a tunnel's number in the datapath, {@link #device}, or a number from {@link #FIRST_END} on
 * @param vlanTci their outermost tag's control information with {@link #VLAN_PRESENT}; 0 if they have none
 * @param destination Ethernet address in the lower 48 bits
 * @param source likewise
 */
public record FlowMatch(int origin, int vlanTci, long destination, long source) {
    /** The bit that says that there is a tag. */
    public static final int VLAN_PRESENT = 0x1000;

    /** From here on, numbers are ends of tunnels that take packets from anywhere. */
    public static final int FIRST_END = 0x4000_0000;

    static final int SIZE = 20;
    static final int IN_PORT = 0;
    static final int VLAN_TCI = 4;
    static final int ADDRESSES = 8;
    static final int FROM_DEVICE = 0x8000_0000;
    private static final int ADDRESS = 6;

    /** An interface as an origin, by its index. */
    public static int device(int ifindex) {
        return ifindex | FROM_DEVICE;
    }

    byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(SIZE).order(ByteOrder.nativeOrder());
        bytes.putInt(IN_PORT, origin).putShort(VLAN_TCI, (short) vlanTci);
        putAddress(bytes, ADDRESSES, destination);
        putAddress(bytes, ADDRESSES + ADDRESS, source);
        return bytes.array();
    }

    /** Puts an address down as it is on the wire. */
    static void putAddress(ByteBuffer bytes, int at, long address) {
        for (int i = 0; i < ADDRESS; i++) {
            bytes.put(at + i, (byte) (address >>> (8 * (ADDRESS - 1 - i))));
        }
    }
}
