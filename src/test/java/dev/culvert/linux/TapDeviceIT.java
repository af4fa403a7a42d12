package dev.culvert.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** TAP devices in namespaces of the test's own. */
@Timeout(60)
class TapDeviceIT {
    @Test
    void carriesSuperFramesToAndFromTheHost() throws Exception {
        try (TestNetwork network = TestNetwork.of("host", "peer")) {
            network.veth("host", "p1", "peer", "e0");
            network.address("peer", "e0", "10.9.0.2/24");
            int port = network.link("host", "p1").ifindex();
            try (TapDevice tap = network.in("host", () -> TapDevice.open("br9"));
                    PacketSocket socket = network.in("host", () -> PacketSocket.open(port));
                    IngressDrop _ = network.in("host", () -> IngressDrop.attach(port))) {
                network.ip("host", "link set br9 up");
                network.address("host", "br9", "10.9.0.1/24");
                try (Wire wire = new Wire(Wire.port(tap), Wire.port(socket))) {
                    assertThat(Transfer.succeeds(network, "host", "peer", "10.9.0.2", 3_000_000))
                            .isTrue();
                    int fromTap = wire.superFrames();
                    assertThat(fromTap).isPositive();
                    assertThat(Transfer.succeeds(network, "peer", "host", "10.9.0.1", 3_000_000))
                            .isTrue();
                    assertThat(wire.superFrames()).isGreaterThan(fromTap);
                }
            }
        }
    }

    @Test
    void hasItsNameWhileItIsOpen() throws Exception {
        try (TestNetwork network = TestNetwork.of("host")) {
            try (TapDevice tap = network.in("host", () -> TapDevice.open("vif1"))) {
                Link link = network.link("host", "vif1");
                assertThat(link.ifindex()).isEqualTo(tap.ifindex());
                assertThat(link.name()).isEqualTo(tap.name());
                assertThat(link.kind()).isEqualTo("tun");
                assertThat(link.adminUp()).isFalse();
                assertThat(network.in("host", () -> EthtoolInfo.of("vif1").driver()))
                        .isEqualTo("tun");
            }
            assertThat(network.in("host", () -> {
                        try (Netlink netlink = Netlink.open()) {
                            return netlink.link("vif1");
                        }
                    }))
                    .isEmpty();
        }
    }

    @Test
    void takesFramesOnlyWhileItIsUp() throws Exception {
        try (TestNetwork network = TestNetwork.of("host");
                TapDevice tap = network.in("host", () -> TapDevice.open("vif1"));
                Arena arena = Arena.ofConfined()) {
            int length = VirtioNetHeader.LENGTH + 60;
            MemorySegment frame = arena.allocate(length);
            assertThat(tap.read(frame.address(), length)).isZero();
            assertThat(tap.write(frame.address(), length)).isEqualTo(-Errno.EIO);
            network.ip("host", "link set vif1 up");
            assertThat(tap.write(frame.address(), length)).isEqualTo(length);
            VirtioNetHeader.write(frame, 0, VirtioNetHeader.FLAG_NEEDS_CHECKSUM, 0, 0, 0, 60_000, 0);
            assertThat(tap.write(frame.address(), length)).isEqualTo(-Errno.EINVAL);
            assertThat(tap.write(frame.address(), 4)).isEqualTo(-Errno.EINVAL);
        }
    }

    @Test
    void takesNoNameThatIsTakenOrWrong() throws Exception {
        try (TestNetwork network = TestNetwork.of("host")) {
            network.ip("host", "tuntap add dev kept mode tap");
            network.ip("host", "link add dummy9 type veth peer name dummy8");
            assertErrno(network, "kept", Errno.EBUSY);
            assertErrno(network, "dummy9", Errno.EBUSY);
            assertErrno(network, "", Errno.EINVAL);
            assertErrno(network, "sixteen-bytes-xx", Errno.EINVAL);
            assertErrno(network, "a/b", Errno.EINVAL);
            assertErrno(network, "tap%d", Errno.EINVAL);
        }
    }

    private static void assertErrno(TestNetwork network, String name, int errno) {
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> network.in("host", () -> TapDevice.open(name)))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(errno));
    }
}
