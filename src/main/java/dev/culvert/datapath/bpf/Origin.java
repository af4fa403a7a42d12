package dev.culvert.datapath.bpf;

import dev.culvert.packet.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Where packets of a tunnel come from ({@code struct endpoint}): one end of it, exactly.
 *
 * @param transport {@link dev.culvert.tunnel.TunnelType#transport}
 * @param key the tunnel's key, 32 bits; 0 if there is none
 * @param keyPresent whether the packets have one
 * @param local their outer destination
 * @param remote their outer source
 */
public record Origin(int transport, int key, boolean keyPresent, IpAddress local, IpAddress remote) {
    static final int SIZE = 44;
    static final int TRANSPORT = 0;
    static final int KEY = 4;
    static final int KEY_PRESENT = 8;
    static final int LOCAL = 12;
    static final int REMOTE = 28;

    byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(SIZE).order(ByteOrder.nativeOrder());
        bytes.putInt(TRANSPORT, transport).putInt(KEY, key).putInt(KEY_PRESENT, keyPresent ? 1 : 0);
        bytes.order(ByteOrder.BIG_ENDIAN);
        bytes.putLong(LOCAL, local.high()).putLong(LOCAL + Long.BYTES, local.low());
        bytes.putLong(REMOTE, remote.high()).putLong(REMOTE + Long.BYTES, remote.low());
        return bytes.array();
    }
}
