package dev.culvert.vswitch;

import dev.culvert.linux.LinuxException;
import dev.culvert.linux.PathMtuProbe;
import dev.culvert.packet.IpAddress;

/** This host's addresses, as its routes choose them. */
final class HostAddress {
    private HostAddress() {}

    /** The source address of packets to another host; {@link IpAddress#NONE} if there is no way to it. */
    static IpAddress towards(IpAddress remote) {
        try (PathMtuProbe probe = PathMtuProbe.open(remote.toInetAddress(), null, 0)) {
            return IpAddress.of(probe.localAddress());
        } catch (LinuxException e) {
            return IpAddress.NONE;
        }
    }
}
