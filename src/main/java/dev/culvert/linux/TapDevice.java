package dev.culvert.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * A TAP device (Documentation/networking/tuntap.rst): an interface of this host whose other side is the switch. It lives
 * as long as it is open. A {@link VirtioNetHeader} is before every frame in both directions.
 */
public final class TapDevice implements AutoCloseable {
    static final int IFREQ_SIZE = 40;
    static final int IFREQ_DATA = 16;
    static final int NAME_SIZE = 16;

    static final int IFF_TAP = 0x0002;
    static final int IFF_NO_PI = 0x1000;
    static final int IFF_VNET_HDR = 0x4000;
    static final int IFF_TUN_EXCL = 0x8000;
    static final long TUNSETIFF = 0x400454ca;
    static final long TUNSETOFFLOAD = 0x400454d0;
    static final long TUNSETVNETHDRSZ = 0x400454d8;
    static final int TUN_F_CSUM = 0x01;
    static final int TUN_F_TSO4 = 0x02;
    static final int TUN_F_TSO6 = 0x04;
    static final int TUN_F_USO4 = 0x20; // since Linux 6.2
    static final int TUN_F_USO6 = 0x40;
    static final int TUN_F_UDP_TUNNEL_GSO = 0x80; // since Linux 6.17
    static final int TUN_F_UDP_TUNNEL_GSO_CSUM = 0x100;
    static final long SIOCGIFINDEX = 0x8933;

    private final Descriptor descriptor;
    private final String name;
    private final int ifindex;
    private final boolean takesDatagrams;

    /** @param tunnels whether frames may be super-frames in a UDP tunnel, which takes a longer header */
    private TapDevice(int fd, String wanted, boolean tunnels) throws LinuxException {
        descriptor = new Descriptor(fd);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = interfaceRequest(arena, wanted);
            // exclusive: otherwise a persistent TAP of that name would be taken over
            request.set(JAVA_SHORT, IFREQ_DATA, (short) (IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | IFF_TUN_EXCL));
            NativeCall.check(FileCalls.ioctl(fd, TUNSETIFF, request), "TUNSETIFF " + wanted);
            name = request.getString(0);
            int headerLength = tunnels ? UdpTunnelSegmentation.HEADER : VirtioNetHeader.LENGTH;
            MemorySegment header = arena.allocateFrom(JAVA_INT, headerLength);
            NativeCall.check(FileCalls.ioctl(fd, TUNSETVNETHDRSZ, header), "TUNSETVNETHDRSZ " + name);
            int offloads = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6;
            if (tunnels) {
                offloads |= TUN_F_UDP_TUNNEL_GSO | TUN_F_UDP_TUNNEL_GSO_CSUM;
            }
            takesDatagrams = FileCalls.ioctl(fd, TUNSETOFFLOAD, offloads | TUN_F_USO4 | TUN_F_USO6) >= 0;
            if (!takesDatagrams) {
                NativeCall.check(FileCalls.ioctl(fd, TUNSETOFFLOAD, offloads), "TUNSETOFFLOAD " + name);
            }
            ifindex = indexOf(arena, name);
        } catch (LinuxException e) {
            close();
            throw e;
        }
    }

    /**
     * Makes a device, set down and with a random address.
     *
     * @param name 1 to 15 bytes without '/' or white space
     * @throws LinuxException EBUSY when an interface has that name, EINVAL when the name is none, EPERM without
     *     CAP_NET_ADMIN, ENOENT without {@code /dev/net/tun}
     */
    public static TapDevice open(String name) throws LinuxException {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length >= NAME_SIZE || name.indexOf('%') >= 0) { // the kernel would number a name with %d
            throw new LinuxException("TUNSETIFF " + name, Errno.EINVAL);
        }
        return new TapDevice(openClone(), name, false);
    }

    /**
     * Makes a device with a name that is free.
     *
     * @param pattern a name with {@code %d} in it, where the kernel puts the first number that makes it a free one
     * @throws LinuxException as {@link #open}
     */
    static TapDevice openNumbered(String pattern) throws LinuxException {
        return new TapDevice(openClone(), pattern, false);
    }

    /**
     * Makes a device with a name that is free, which takes super-frames in UDP tunnels ({@link UdpTunnelSegmentation}).
     *
     * @throws LinuxException as {@link #open}, and EINVAL before Linux 6.17
     */
    static TapDevice openTunnelling(String pattern) throws LinuxException {
        return new TapDevice(openClone(), pattern, true);
    }

    private static int openClone() throws LinuxException {
        int flags = FileCalls.O_RDWR | FileCalls.O_NONBLOCK | FileCalls.O_CLOEXEC;
        return NativeCall.check(FileCalls.open("/dev/net/tun", flags, 0), "open /dev/net/tun");
    }

    /** Returns the descriptor, for {@link Epoll#add}. */
    public int fd() {
        return descriptor.number();
    }

    /** Returns the name that the device was made with. */
    public String name() {
        return name;
    }

    /**
     * Tells whether the kernel knows super-frames of UDP datagrams ({@link VirtioNetHeader#GSO_UDP_L4}, Linux 6.2), from
     * TAP devices and packet sockets alike.
     */
    public boolean takesDatagrams() {
        return takesDatagrams;
    }

    /** Returns the interface's index. */
    public int ifindex() {
        return ifindex;
    }

    /**
     * Reads one frame that the host sends. Allocates nothing.
     *
     * @param address of native memory, which the header and then the frame are put at
     * @param length of that memory; what is longer is cut
     * @return the bytes read, header included; 0 when none waits; {@code -errno} on failure
     */
    public int read(long address, int length) {
        int read = FileCalls.read(descriptor.number(), address, length);
        return read == -Errno.EAGAIN || read == -Errno.EINTR ? 0 : read;
    }

    /**
     * Gives one frame to the host. Allocates nothing.
     *
     * @param address of native memory, which holds the header and the frame behind it
     * @param length of both, in bytes
     * @return the bytes written; {@code -errno} on failure: EIO while the device is down, EINVAL when header and frame do
     *     not match
     */
    public int write(long address, int length) {
        return FileCalls.write(descriptor.number(), address, length);
    }

    /** Removes the device. */
    @Override
    public void close() {
        descriptor.close();
    }

    /** Makes a {@code struct ifreq} with a name of less than 16 bytes. */
    static MemorySegment interfaceRequest(Arena arena, String name) {
        MemorySegment request = arena.allocate(IFREQ_SIZE, 8);
        request.setString(0, name);
        return request;
    }

    private static int indexOf(Arena arena, String name) throws LinuxException {
        int socket = NativeCall.check(
                SocketCalls.socket(AddressFamily.INET, SocketCalls.SOCK_DGRAM | SocketCalls.SOCK_CLOEXEC, 0), "socket");
        try {
            MemorySegment request = interfaceRequest(arena, name);
            NativeCall.check(FileCalls.ioctl(socket, SIOCGIFINDEX, request), "SIOCGIFINDEX " + name);
            return request.get(JAVA_INT, IFREQ_DATA);
        } finally {
            FileCalls.close(socket);
        }
    }
}
