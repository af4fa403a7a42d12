package dev.culvert.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * What a driver says of itself and its link (linux/ethtool.h).
 *
 * @param driver the driver's name, for example {@code veth}; empty when unknown
 * @param version of the driver
 * @param firmware the version of the device's firmware
 * @param bus where the device is attached, for example a PCI address
 * @param speedMbps the link's speed in megabits a second; -1 when unknown
 * @param duplex whether both directions work at once
 */
public record EthtoolInfo(String driver, String version, String firmware, String bus, int speedMbps, Duplex duplex) {
    static final long SIOCETHTOOL = 0x8946;
    static final int GET_DRIVER = 0x03;
    static final int GET_LINK = 0x4c;
    static final int DRIVER_SIZE = 196;
    static final int DRIVER_NAME = 4;
    static final int DRIVER_VERSION = 36;
    static final int DRIVER_FIRMWARE = 68;
    static final int DRIVER_BUS = 100;
    static final int LINK_SIZE = 48;
    static final int LINK_SPEED = 4;
    static final int LINK_DUPLEX = 8;
    static final int LINK_MASK_WORDS = 15;
    private static final int TEXT_SIZE = 32;

    /** Three bit masks (supported, advertised, and the partner's) of at most 127 words each. */
    private static final int MASKS_SIZE = 3 * 127 * 4;

    private static final EthtoolInfo UNKNOWN = new EthtoolInfo("", "", "", "", -1, Duplex.UNKNOWN);

    /** How an Ethernet link uses its medium. */
    public enum Duplex {
        /** One direction at a time. */
        HALF,
        /** Both directions at once. */
        FULL,
        /** The driver does not say. */
        UNKNOWN
    }

    /**
     * Asks an interface's driver; what it does not answer is empty, -1 or UNKNOWN.
     *
     * @throws LinuxException ENODEV when there is no interface of that name
     */
    public static EthtoolInfo of(String interfaceName) throws LinuxException {
        if (interfaceName.getBytes(StandardCharsets.UTF_8).length >= TapDevice.NAME_SIZE) {
            throw new LinuxException("SIOCETHTOOL " + interfaceName, Errno.ENODEV);
        }
        int socket = NativeCall.check(
                SocketCalls.socket(AddressFamily.INET, SocketCalls.SOCK_DGRAM | SocketCalls.SOCK_CLOEXEC, 0), "socket");
        try (Arena arena = Arena.ofConfined()) {
            return withLink(arena, socket, interfaceName, withDriver(arena, socket, interfaceName));
        } finally {
            FileCalls.close(socket);
        }
    }

    private static EthtoolInfo withDriver(Arena arena, int socket, String interfaceName) throws LinuxException {
        MemorySegment answer = arena.allocate(DRIVER_SIZE, 8);
        answer.set(JAVA_INT, 0, GET_DRIVER);
        int result = ask(arena, socket, interfaceName, answer);
        if (result == -Errno.ENODEV) {
            throw new LinuxException("SIOCETHTOOL " + interfaceName, Errno.ENODEV);
        }
        return result < 0
                ? UNKNOWN
                : new EthtoolInfo(
                        text(answer, DRIVER_NAME),
                        text(answer, DRIVER_VERSION),
                        text(answer, DRIVER_FIRMWARE),
                        text(answer, DRIVER_BUS),
                        -1,
                        Duplex.UNKNOWN);
    }

    private static EthtoolInfo withLink(Arena arena, int socket, String interfaceName, EthtoolInfo info) {
        MemorySegment answer = arena.allocate(LINK_SIZE + MASKS_SIZE, 8);
        answer.set(JAVA_INT, 0, GET_LINK);
        if (ask(arena, socket, interfaceName, answer) < 0) {
            return info;
        }
        // asked for masks of no words the kernel says, negated, how many words its masks have, and nothing else
        byte words = answer.get(JAVA_BYTE, LINK_MASK_WORDS);
        if (words < 0) {
            answer.fill((byte) 0);
            answer.set(JAVA_INT, 0, GET_LINK);
            answer.set(JAVA_BYTE, LINK_MASK_WORDS, (byte) -words);
            if (ask(arena, socket, interfaceName, answer) < 0) {
                return info;
            }
        }
        return new EthtoolInfo(
                info.driver,
                info.version,
                info.firmware,
                info.bus,
                Math.max(answer.get(JAVA_INT, LINK_SPEED), -1),
                switch (answer.get(JAVA_BYTE, LINK_DUPLEX)) {
                    case 0 -> Duplex.HALF;
                    case 1 -> Duplex.FULL;
                    default -> Duplex.UNKNOWN;
                });
    }

    private static int ask(Arena arena, int socket, String interfaceName, MemorySegment answer) {
        MemorySegment request = TapDevice.interfaceRequest(arena, interfaceName);
        request.set(JAVA_LONG, TapDevice.IFREQ_DATA, answer.address());
        return FileCalls.ioctl(socket, SIOCETHTOOL, request);
    }

    private static String text(MemorySegment answer, long offset) {
        byte[] bytes = answer.asSlice(offset, TEXT_SIZE).toArray(JAVA_BYTE);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
