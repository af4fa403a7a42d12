package dev.culvert.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/** What an interface can do by itself at the moment, as {@code ethtool -k} lists it (linux/ethtool.h). */
public final class EthtoolFeatures {
    /** Cuts super-frames in UDP tunnels whose outer checksum is off. */
    public static final String UDP_TUNNEL_SEGMENTATION = "tx-udp_tnl-segmentation";

    /** Cuts super-frames in UDP tunnels whose outer checksum is on. */
    public static final String UDP_TUNNEL_CHECKSUM_SEGMENTATION = "tx-udp_tnl-csum-segmentation";

    static final long SIOCGIFNAME = 0x8910;
    static final int GET_STRINGS = 0x1b;
    static final int GET_SET_SIZES = 0x37;
    static final int GET_FEATURES = 0x3a;
    static final int FEATURE_NAMES = 4;
    static final int NAME_SIZE = 32;
    static final int STRINGS_HEADER = 12;
    static final int SIZES_DATA = 16;
    static final int FEATURES_HEADER = 8;
    static final int BLOCK_SIZE = 16;
    static final int BLOCK_ACTIVE = 8;
    private static final int FEATURES_MAX = 4096;

    private EthtoolFeatures() {}

    /**
     * Asks for the names of the features that are on, in the network namespace of the calling thread.
     *
     * @param ifindex the interface
     * @throws LinuxException ENODEV when there is no such interface, EOPNOTSUPP when it has no such list
     */
    public static Set<String> active(int ifindex) throws LinuxException {
        int socket = NativeCall.check(
                SocketCalls.socket(AddressFamily.INET, SocketCalls.SOCK_DGRAM | SocketCalls.SOCK_CLOEXEC, 0), "socket");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = TapDevice.interfaceRequest(arena, "");
            request.set(JAVA_INT, TapDevice.IFREQ_DATA, ifindex);
            NativeCall.check(FileCalls.ioctl(socket, SIOCGIFNAME, request), "SIOCGIFNAME " + ifindex);
            int count = count(arena, socket, request);
            MemorySegment names = arena.allocate(STRINGS_HEADER + (long) count * NAME_SIZE, 8);
            names.set(JAVA_INT, 0, GET_STRINGS);
            names.set(JAVA_INT, 4, FEATURE_NAMES);
            names.set(JAVA_INT, 8, count);
            ask(socket, request, names);
            int blocks = (count + Integer.SIZE - 1) / Integer.SIZE;
            MemorySegment features = arena.allocate(FEATURES_HEADER + (long) blocks * BLOCK_SIZE, 8);
            features.set(JAVA_INT, 0, GET_FEATURES);
            features.set(JAVA_INT, 4, blocks);
            ask(socket, request, features);
            Set<String> active = new HashSet<>();
            for (int i = 0; i < count; i++) {
                long block = FEATURES_HEADER + (long) (i / Integer.SIZE) * BLOCK_SIZE;
                if ((features.get(JAVA_INT, block + BLOCK_ACTIVE) >>> i % Integer.SIZE & 1) != 0) {
                    active.add(name(names, STRINGS_HEADER + (long) i * NAME_SIZE));
                }
            }
            return active;
        } finally {
            FileCalls.close(socket);
        }
    }

    private static int count(Arena arena, int socket, MemorySegment request) throws LinuxException {
        MemorySegment sizes = arena.allocate(SIZES_DATA + Integer.BYTES, 8);
        sizes.set(JAVA_INT, 0, GET_SET_SIZES);
        sizes.set(JAVA_LONG, 8, 1L << FEATURE_NAMES);
        ask(socket, request, sizes);
        int count = sizes.get(JAVA_LONG, 8) == 0 ? 0 : sizes.get(JAVA_INT, SIZES_DATA);
        return Math.clamp(count, 0, FEATURES_MAX);
    }

    private static void ask(int socket, MemorySegment request, MemorySegment answer) throws LinuxException {
        request.set(JAVA_LONG, TapDevice.IFREQ_DATA, answer.address());
        NativeCall.check(FileCalls.ioctl(socket, EthtoolInfo.SIOCETHTOOL, request), "SIOCETHTOOL");
    }

    private static String name(MemorySegment names, long at) {
        byte[] bytes = names.asSlice(at, NAME_SIZE).toArray(JAVA_BYTE);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
