package dev.culvert.linux;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link UdpSocket} or {@link RawSocket} is to be set up. The defaults are a tunnel's: everything about received
 * packets is told, what is sent carries DF and a checksum, UDP over IPv6 is accepted without one, buffers are 7 MB.
 * Setters change this object and return it.
 */
public final class SocketOptions {
    @Nullable
    InetAddress local;

    boolean coalesce = true;
    boolean packetInfo = true;
    boolean trafficClass = true;
    boolean dontFragment = true;
    boolean flowLabels = true;
    boolean noChecksum;
    boolean acceptNoChecksum = true;
    boolean sendOnly;
    int receiveBytes = 7 << 20;
    int sendBytes = 7 << 20;
    int mark;

    /** Sets the local address to bind to; null for any. */
    public SocketOptions local(@Nullable InetAddress value) {
        local = value;
        return this;
    }

    /** Sets whether datagrams of one sender may arrive merged (UDP_GRO, udp(7)). UDP only. */
    public SocketOptions coalesce(boolean value) {
        coalesce = value;
        return this;
    }

    /** Sets whether the destination and the interface of received packets are told. */
    public SocketOptions packetInfo(boolean value) {
        packetInfo = value;
        return this;
    }

    /** Sets whether TOS or traffic class, and TTL or hop limit, of received packets are told. */
    public SocketOptions trafficClass(boolean value) {
        trafficClass = value;
        return this;
    }

    /**
     * Sets whether what is sent carries DF, and fails with EMSGSIZE beyond the path's MTU, instead of being cut into IP
     * fragments by the kernel.
     */
    public SocketOptions dontFragment(boolean value) {
        dontFragment = value;
        return this;
    }

    /** Sets whether the kernel may give packets a flow label of its own (RFC 6437); IPv6 only. */
    public SocketOptions flowLabels(boolean value) {
        flowLabels = value;
        return this;
    }

    /** Sets whether UDP is sent without a checksum (over IPv6: RFC 6935). UDP_SEGMENT does not work then. UDP only. */
    public SocketOptions noChecksum(boolean value) {
        noChecksum = value;
        return this;
    }

    /** Sets whether UDP over IPv6 is received without a checksum (RFC 6935); over IPv4 it always is. UDP only. */
    public SocketOptions acceptNoChecksum(boolean value) {
        acceptNoChecksum = value;
        return this;
    }

    /** Sets whether the kernel throws away all that arrives. */
    public SocketOptions sendOnly(boolean value) {
        sendOnly = value;
        return this;
    }

    /** Sets the sizes of the buffers in bytes; 0 for the system's default. */
    public SocketOptions buffers(int receive, int send) {
        receiveBytes = receive;
        sendBytes = send;
        return this;
    }

    /** Sets the mark of what is sent, for policy routing; 0 for none. */
    public SocketOptions mark(int value) {
        mark = value;
        return this;
    }
}
