package dev.culvert.linux;

import java.lang.ref.Reference;

/**
 * A datagram socket of the data plane: whole batches a system call, never waiting, never throwing, never allocating.
 * Threads may send and receive at the same time, each with a batch of its own; the messages of one call stay together in
 * their order, and those of several calls come in whatever order the kernel took the calls.
 */
public abstract sealed class MessageSocket implements AutoCloseable permits PacketSocket, UdpSocket, RawSocket {
    /** In {@link MessageBatch#flags}: the message was longer than its vectors (MSG_TRUNC). */
    public static final int TRUNCATED = SocketCalls.MSG_TRUNC;

    private final Descriptor descriptor;

    MessageSocket(int fd) {
        descriptor = new Descriptor(fd);
    }

    /** Returns the descriptor, for {@link Epoll#add}. */
    public final int fd() {
        return descriptor.number();
    }

    /**
     * Receives as many messages as there are, into those that {@link MessageBatch#prepareReceive} made ready.
     *
     * @param count of messages, from the first on
     * @return how many were received, 0 when none wait, or {@code -errno}: an error is reported once and says nothing
     *     about the next call (ENETDOWN when a packet socket's interface was set down)
     */
    public final int receive(MessageBatch batch, int count) {
        try {
            int received = SocketCalls.receiveMany(descriptor.number(), batch.address(0, count), count);
            return received == -Errno.EAGAIN || received == -Errno.EINTR ? 0 : received;
        } finally {
            Reference.reachabilityFence(batch);
        }
    }

    /**
     * Sends messages.
     *
     * @param from the index of the first
     * @return how many were sent, from the first on: fewer than {@code count} when the next one fails; 0 when the
     *     socket's buffer is full; {@code -errno} when the first one fails (EMSGSIZE when it does not fit, ENOBUFS when
     *     the interface's queue is full, ENETUNREACH and the like by routing)
     */
    public final int send(MessageBatch batch, int from, int count) {
        try {
            int sent = SocketCalls.sendMany(descriptor.number(), batch.address(from, count), count);
            return sent == -Errno.EAGAIN || sent == -Errno.EINTR ? 0 : sent;
        } finally {
            Reference.reachabilityFence(batch);
        }
    }

    /**
     * Marks what is sent, for policy routing (SO_MARK).
     *
     * @throws LinuxException EPERM without CAP_NET_ADMIN
     */
    public final void setMark(int mark) throws LinuxException {
        set(SocketOption.SOL_SOCKET, SocketOption.SO_MARK, mark, "SO_MARK");
    }

    /** Closes the socket; more than once is harmless. */
    @Override
    public final void close() {
        descriptor.close();
    }

    final void set(int level, int option, int value, String name) throws LinuxException {
        NativeCall.check(SocketCalls.setOption(descriptor.number(), level, option, value), "setsockopt " + name);
    }

    /** Sets an option that the caller can do without. */
    final boolean trySet(int level, int option, int value) {
        return SocketCalls.setOption(descriptor.number(), level, option, value) >= 0;
    }

    /** Sizes the buffers beyond the system's limits where that is permitted, otherwise as far as they go. */
    final void setBuffers(int receiveBytes, int sendBytes) {
        setBuffer(SocketOption.SO_RCVBUFFORCE, SocketOption.SO_RCVBUF, receiveBytes);
        setBuffer(SocketOption.SO_SNDBUFFORCE, SocketOption.SO_SNDBUF, sendBytes);
    }

    private void setBuffer(int forced, int polite, int bytes) {
        if (bytes > 0 && !trySet(SocketOption.SOL_SOCKET, forced, bytes)) {
            trySet(SocketOption.SOL_SOCKET, polite, bytes);
        }
    }
}
