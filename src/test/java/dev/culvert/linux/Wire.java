package dev.culvert.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Carries frames between two ports as they are, virtio header and all: the smallest switch there is. */
final class Wire implements AutoCloseable {
    private static final int FRAME = 65_600;

    /** One end: reads and writes a header and a frame at an address; 0 for nothing there, or {@code -errno}. */
    interface Port {
        int fd();

        int read(long address, int length);

        int write(long address, int length);
    }

    private final Port left;
    private final Port right;
    private final EventFd stop = EventFd.open();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Thread thread;
    private final MemorySegment frame = Arena.ofAuto().allocate(FRAME, 16);
    private volatile boolean stopped;
    private final AtomicInteger superFrames = new AtomicInteger();
    private final AtomicInteger unfinishedChecksums = new AtomicInteger();

    Wire(Port left, Port right) throws LinuxException {
        this.left = left;
        this.right = right;
        thread = Thread.ofPlatform().name("wire").start(this::run);
    }

    /** Returns how many frames so far waited for segmentation. */
    int superFrames() {
        return superFrames.get();
    }

    /** Returns how many frames so far had a checksum to be finished. */
    int unfinishedChecksums() {
        return unfinishedChecksums.get();
    }

    static Port port(PacketSocket socket) {
        return new Port() {
            private final MessageBatch batch = new MessageBatch(1, 1, 64);

            @Override
            public int fd() {
                return socket.fd();
            }

            @Override
            public int read(long address, int length) {
                batch.vector(0, 0, address, length);
                batch.prepareReceive(0);
                int received = socket.receive(batch, 1);
                return received == 1 ? batch.length(0) : received;
            }

            @Override
            public int write(long address, int length) {
                batch.clear(0);
                batch.vector(0, 0, address, length);
                return socket.send(batch, 0, 1);
            }
        };
    }

    static Port port(TapDevice tap) {
        return new Port() {
            @Override
            public int fd() {
                return tap.fd();
            }

            @Override
            public int read(long address, int length) {
                return tap.read(address, length);
            }

            @Override
            public int write(long address, int length) {
                return tap.write(address, length);
            }
        };
    }

    private void run() {
        try (Epoll epoll = Epoll.open()) {
            epoll.add(left.fd(), Epoll.IN, 0);
            epoll.add(right.fd(), Epoll.IN, 0);
            epoll.add(stop.fd(), Epoll.IN, 0);
            while (!stopped) {
                int ready = epoll.await(-1);
                if (ready < 0) {
                    throw new LinuxException("epoll", -ready);
                }
                carry(left, right);
                carry(right, left);
            }
        } catch (LinuxException | RuntimeException | Error e) {
            failure.set(e);
        }
    }

    private void carry(Port from, Port to) throws LinuxException {
        while (true) {
            int length = from.read(frame.address(), FRAME);
            if (length == 0) {
                return;
            }
            if (length < 0) {
                throw new LinuxException("read", -length);
            }
            if (VirtioNetHeader.gsoType(frame, 0) != VirtioNetHeader.GSO_NONE) {
                superFrames.incrementAndGet();
            }
            if ((VirtioNetHeader.flags(frame, 0) & VirtioNetHeader.FLAG_NEEDS_CHECKSUM) != 0) {
                unfinishedChecksums.incrementAndGet();
            }
            // the flag of a verified checksum has no meaning for the other side
            int flags = VirtioNetHeader.flags(frame, 0) & VirtioNetHeader.FLAG_NEEDS_CHECKSUM;
            frame.set(JAVA_BYTE, VirtioNetHeader.FLAGS, (byte) flags);
            int written = to.write(frame.address(), length);
            if (written < 0 && written != -Errno.ENOBUFS) {
                throw new LinuxException("write", -written);
            }
        }
    }

    @Override
    public void close() {
        stopped = true;
        stop.signal();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stop.close();
        if (failure.get() != null) {
            throw new AssertionError("the wire broke", failure.get());
        }
    }
}
