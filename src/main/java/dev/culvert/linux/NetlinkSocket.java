package dev.culvert.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** A socket to the kernel (netlink(7)), mostly for its routing protocol: requests and their answers, or notifications. */
final class NetlinkSocket implements AutoCloseable {
    static final int ADDRESS_SIZE = 12;
    static final int ADDRESS_GROUPS = 8;
    static final int SOL_NETLINK = 270;
    static final int NETLINK_CAP_ACK = 10;
    static final int NETLINK_EXT_ACK = 11;

    static final int NETLINK_ROUTE = 0;
    private static final int RECEIVE_BYTES = 256 << 10;
    private static final int QUEUE_BYTES = 4 << 20;
    private static final int ANSWER_MILLIS = 5_000;
    private static final int DUMP_ATTEMPTS = 20;

    private final Descriptor descriptor;
    private final MemorySegment buffer = Arena.ofAuto().allocate(RECEIVE_BYTES, 8);
    private int sequence;

    private NetlinkSocket(int fd) {
        descriptor = new Descriptor(fd);
    }

    /** Opens a socket of the routing protocol that receives the notifications of some RTMGRP_* groups. */
    static NetlinkSocket open(int groups) throws LinuxException {
        return open(NETLINK_ROUTE, groups);
    }

    /**
     * Opens a socket that receives the notifications of some groups.
     *
     * @throws LinuxException EPROTONOSUPPORT when the kernel does not have the protocol
     */
    static NetlinkSocket open(int protocol, int groups) throws LinuxException {
        NetlinkSocket socket = new NetlinkSocket(NativeCall.check(
                SocketCalls.socket(AddressFamily.NETLINK, SocketCalls.SOCK_RAW | SocketCalls.SOCK_CLOEXEC, protocol),
                "socket AF_NETLINK"));
        try (Arena arena = Arena.ofConfined()) {
            // older kernels than 4.12 have neither and only tell less
            SocketCalls.setOption(socket.fd(), SOL_NETLINK, NETLINK_CAP_ACK, 1);
            SocketCalls.setOption(socket.fd(), SOL_NETLINK, NETLINK_EXT_ACK, 1);
            if (SocketCalls.setOption(socket.fd(), SocketOption.SOL_SOCKET, SocketOption.SO_RCVBUFFORCE, QUEUE_BYTES)
                    < 0) {
                SocketCalls.setOption(socket.fd(), SocketOption.SOL_SOCKET, SocketOption.SO_RCVBUF, QUEUE_BYTES);
            }
            MemorySegment address = arena.allocate(ADDRESS_SIZE, 4);
            address.set(JAVA_SHORT, 0, (short) AddressFamily.NETLINK);
            address.set(JAVA_INT, ADDRESS_GROUPS, groups);
            NativeCall.check(SocketCalls.bind(socket.fd(), address), "bind AF_NETLINK");
            // connected to the kernel (port 0): nobody else can send to it, so nobody can pretend to be the kernel
            address.set(JAVA_INT, ADDRESS_GROUPS, 0);
            NativeCall.check(SocketCalls.connect(socket.fd(), address), "connect AF_NETLINK");
            return socket;
        } catch (LinuxException e) {
            socket.close();
            throw e;
        }
    }

    int fd() {
        return descriptor.number();
    }

    /**
     * Sends a request and waits until the kernel has done it.
     *
     * @return the messages that came before the acknowledgement: a question's answer
     * @throws LinuxException with the kernel's error number and explanation
     */
    synchronized List<NetlinkMessage> request(NetlinkRequest request) throws LinuxException {
        int number = send(request, NetlinkRequest.NLM_F_ACK);
        List<NetlinkMessage> answer = new ArrayList<>();
        while (true) {
            for (NetlinkMessage message : awaitMessages(request)) {
                if (message.sequence() != number) {
                    continue; // a late answer to a request that was given up
                }
                if (message.type() == NetlinkMessage.ERROR) {
                    throwIfFailed(request, message);
                    return answer;
                }
                answer.add(message);
            }
        }
    }

    /**
     * Sends a request for all objects of a kind, again and again until they were read while nothing changed.
     *
     * @throws LinuxException with the kernel's error number; EAGAIN when things never stop changing
     */
    synchronized List<NetlinkMessage> dump(NetlinkRequest request) throws LinuxException {
        for (int i = 0; i < DUMP_ATTEMPTS; i++) {
            List<NetlinkMessage> answer = new ArrayList<>();
            if (dumpOnce(request, answer)) {
                return answer;
            }
        }
        throw new LinuxException(request.operation(), Errno.EAGAIN);
    }

    /**
     * Receives what has arrived.
     *
     * @param timeoutMillis how long to wait for it; negative for ever
     * @return the bytes of a datagram; empty when the time passed
     * @throws LinuxException ENOBUFS when notifications were lost
     */
    byte[] receive(int timeoutMillis) throws LinuxException {
        int ready = FileCalls.awaitInput(fd(), timeoutMillis);
        if (ready == 0 || ready == -Errno.EINTR) {
            return new byte[0];
        }
        NativeCall.check(ready, "poll");
        int length = NativeCall.check(
                SocketCalls.receive(fd(), buffer, SocketCalls.MSG_DONTWAIT | SocketCalls.MSG_TRUNC), "recv AF_NETLINK");
        if (length > RECEIVE_BYTES) {
            throw new LinuxException("recv AF_NETLINK", Errno.EMSGSIZE);
        }
        return buffer.asSlice(0, length).toArray(JAVA_BYTE);
    }

    @Override
    public void close() {
        descriptor.close();
    }

    /** Reads one dump; false when the kernel says that the objects changed meanwhile. */
    private boolean dumpOnce(NetlinkRequest request, List<NetlinkMessage> answer) throws LinuxException {
        int number = send(request, NetlinkRequest.NLM_F_DUMP);
        boolean consistent = true;
        while (true) {
            for (NetlinkMessage message : awaitMessages(request)) {
                if (message.sequence() != number) {
                    continue;
                }
                consistent &= (message.flags() & NetlinkMessage.FLAG_INTERRUPTED) == 0;
                if (message.type() == NetlinkMessage.DONE || message.type() == NetlinkMessage.ERROR) {
                    throwIfFailed(request, message);
                    return consistent;
                }
                answer.add(message);
            }
        }
    }

    private int send(NetlinkRequest request, int flags) throws LinuxException {
        sequence = sequence == Integer.MAX_VALUE ? 1 : sequence + 1; // 0 is for notifications
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = arena.allocateFrom(JAVA_BYTE, request.finish(sequence, flags));
            NativeCall.check(SocketCalls.send(fd(), message, 0), request.operation());
        }
        return sequence;
    }

    private List<NetlinkMessage> awaitMessages(NetlinkRequest request) throws LinuxException {
        long deadline = System.nanoTime() + ANSWER_MILLIS * 1_000_000L;
        while (true) {
            byte[] datagram = receive(ANSWER_MILLIS);
            if (datagram.length > 0) {
                return NetlinkMessage.parse(datagram);
            }
            if (System.nanoTime() - deadline >= 0) {
                throw new LinuxException(request.operation(), Errno.ETIMEDOUT);
            }
        }
    }

    private static void throwIfFailed(NetlinkRequest request, NetlinkMessage message) throws LinuxException {
        if (message.errno() != 0) {
            throw new LinuxException(request.operation(), message.errno(), message.explanation());
        }
    }
}
