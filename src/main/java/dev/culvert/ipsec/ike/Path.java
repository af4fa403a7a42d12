package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.crypto.Algorithms;
import dev.culvert.ipsec.ike.message.IkeHeader;
import dev.culvert.ipsec.ike.message.NotifyType;
import dev.culvert.ipsec.ike.message.Payload;
import dev.culvert.packet.IpAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;

/** Where an IKE SA's messages go, and what stands in the way: NATs (RFC 7296 section 2.23). */
final class Path {
    /** An IP packet of this size passes everywhere that IPv6 does; so does strongSwan. */
    private static final int PACKET = 1280;

    private static final int UDP_AND_MARKER = 8 + 4;

    IpAddress local;
    int localPort;
    IpAddress remote;
    int remotePort;

    /** Whether we are behind a NAT, or say so. */
    boolean natHere;

    boolean natThere;
    boolean fragments;

    Path(IpAddress local, int localPort, IpAddress remote, int remotePort) {
        this.local = local;
        this.localPort = localPort;
        this.remote = remote;
        this.remotePort = remotePort;
    }

    Path copy() {
        Path copy = new Path(local, localPort, remote, remotePort);
        copy.natHere = natHere;
        copy.natThere = natThere;
        copy.fragments = fragments;
        return copy;
    }

    IkeDatagram to(byte[] message) {
        return new IkeDatagram(local, localPort, remote, remotePort, message);
    }

    boolean encapsulated() {
        return natHere || natThere;
    }

    /** Bytes that a message may have before it is fragmented. */
    int longest() {
        return fragments ? PACKET - (remote.isIpv4() ? 20 : 40) - UDP_AND_MARKER : Integer.MAX_VALUE;
    }

    /** The two notifies by which the other end finds NATs. Who wants encapsulation anyway hashes an address that is not its own. */
    List<Payload> detection(IkeHeader header, boolean pretend, SecureRandom random) {
        byte[] source = hash(header, local, localPort);
        if (pretend) {
            random.nextBytes(source);
        }
        return List.of(
                new Payload.Notify(NotifyType.NAT_DETECTION_SOURCE_IP, source),
                new Payload.Notify(NotifyType.NAT_DETECTION_DESTINATION_IP, hash(header, remote, remotePort)));
    }

    /** Looks at the other end's notifies, and at its other abilities. */
    void detect(IkeHeader header, Payloads payloads, boolean pretend) {
        fragments = payloads.has(NotifyType.IKEV2_FRAGMENTATION_SUPPORTED);
        Payload.Notify destination = payloads.notify(NotifyType.NAT_DETECTION_DESTINATION_IP);
        if (destination == null) {
            return; // it does not know of NATs
        }
        natHere = pretend || !Arrays.equals(destination.data(), hash(header, local, localPort));
        byte[] source = hash(header, remote, remotePort);
        natThere = payloads.list().stream()
                .filter(payload ->
                        payload instanceof Payload.Notify notify && notify.type() == NotifyType.NAT_DETECTION_SOURCE_IP)
                .noneMatch(payload -> Arrays.equals(((Payload.Notify) payload).data(), source));
    }

    private static byte[] hash(IkeHeader header, IpAddress address, int port) {
        byte[] spis = ByteBuffer.allocate(16)
                .putLong(header.spiInitiator())
                .putLong(header.spiResponder())
                .array();
        return Algorithms.digest(
                "SHA-1", spis, address.toInetAddress().getAddress(), new byte[] {(byte) (port >> 8), (byte) port});
    }
}
