package dev.culvert.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NetlinkMessageTest {
    @Test
    void readsWhatARequestWrites() {
        NetlinkRequest request = new NetlinkRequest("test", Rtnetlink.RTM_NEWLINK, 0)
                .u8(AddressFamily.UNSPEC)
                .u8(0)
                .u16(0)
                .u32(7)
                .u32(Link.IFF_UP)
                .u32(0)
                .attribute(Rtnetlink.IFLA_IFNAME, "e0")
                .attribute(Rtnetlink.IFLA_ADDRESS, new byte[] {2, 0, 0, 0, 0, 9})
                .attribute(Rtnetlink.IFLA_MTU, 1400);
        int nested = request.begin(Rtnetlink.IFLA_LINKINFO);
        byte[] bytes =
                request.attribute(Rtnetlink.IFLA_INFO_KIND, "veth").end(nested).finish(3, 0);
        List<NetlinkMessage> messages = NetlinkMessage.parse(bytes);
        assertThat(messages).hasSize(1);
        assertThat(messages.getFirst().sequence()).isEqualTo(3);
        assertThat(Rtnetlink.link(messages.getFirst()))
                .isEqualTo(new Link(7, "e0", 0x0200_0000_0009L, 1400, 1, "veth", 0, 0, LinkStatistics.NONE));
    }

    @Test
    void findsTheKernelsWordsBehindTheRequestThatComesBack() {
        // an error -22, the request's header, and the words "no"
        ByteBuffer capped = message(NetlinkMessage.FLAG_EXPLAINED | NetlinkMessage.FLAG_CAPPED, 48)
                .putInt(20, 40)
                .putShort(36, (short) 7)
                .putShort(38, (short) NetlinkMessage.EXPLANATION)
                .put(40, new byte[] {'n', 'o', 0});
        assertThat(only(capped).errno()).isEqualTo(Errno.EINVAL);
        assertThat(only(capped).explanation()).isEqualTo("no");
        // the same, with the request's eight bytes after its header
        ByteBuffer whole = message(NetlinkMessage.FLAG_EXPLAINED, 56)
                .putInt(20, 24)
                .putShort(44, (short) 7)
                .putShort(46, (short) NetlinkMessage.EXPLANATION)
                .put(48, new byte[] {'n', 'o', 0});
        assertThat(only(whole).explanation()).isEqualTo("no");
        assertThat(only(message(0, 36)).explanation()).isEmpty();
    }

    @Test
    void damagedMessagesHarmNobody() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
            if (bytes.length >= NetlinkRequest.HEADER) { // mostly right, so that the depths are reached
                buffer.putInt(0, bytes.length - random.nextInt(3));
                buffer.putShort(4, (short) random.nextInt(50));
            }
            for (int at = NetlinkRequest.HEADER + 8; at + 4 <= bytes.length; at += 4 * (1 + random.nextInt(6))) {
                buffer.putShort(at, (short) random.nextInt(40));
                buffer.putShort(at + 2, (short) random.nextInt(24));
            }
            assertThat(exercise(bytes)).as("seed %d, message %d", seed, i).isNotNegative();
        }
    }

    @Test
    void aMessageOfNoLengthEndsTheDatagram() {
        assertThat(NetlinkMessage.parse(new byte[64])).isEmpty();
        assertThat(NetlinkMessage.parse(new byte[0])).isEmpty();
        byte[] attributes = new byte[64];
        assertThat(NetlinkAttributes.parse(ByteBuffer.wrap(attributes), 0).u32(0, -1))
                .isEqualTo(-1);
    }

    private static int exercise(byte[] bytes) {
        int read = 0;
        for (NetlinkMessage message : NetlinkMessage.parse(bytes)) {
            read += Rtnetlink.link(message) == null ? 0 : 1;
            read += Rtnetlink.address(message) == null ? 0 : 1;
            read += Rtnetlink.neighbour(message) == null ? 0 : 1;
            read += Rtnetlink.routes(message).size();
            read += Rtnetlink.answer(message).size();
            read += message.explanation().length();
            read += message.errno() == 0 ? 0 : 1;
        }
        return read;
    }

    private static ByteBuffer message(int flags, int length) {
        return ByteBuffer.allocate(length)
                .order(ByteOrder.nativeOrder())
                .putInt(0, length)
                .putShort(NetlinkRequest.HEADER_TYPE, (short) NetlinkMessage.ERROR)
                .putShort(NetlinkRequest.HEADER_FLAGS, (short) flags)
                .putInt(NetlinkRequest.HEADER, -Errno.EINVAL);
    }

    private static NetlinkMessage only(ByteBuffer bytes) {
        byte[] datagram = new byte[bytes.capacity()];
        bytes.get(0, datagram);
        return NetlinkMessage.parse(datagram).getFirst();
    }
}
