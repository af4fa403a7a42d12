package dev.culvert.lab;

import dev.culvert.linux.Epoll;
import dev.culvert.linux.EventFd;
import dev.culvert.linux.Link;
import dev.culvert.linux.MessageBatch;
import dev.culvert.linux.Netlink;
import dev.culvert.linux.NetworkNamespace;
import dev.culvert.linux.PacketSocket;
import dev.culvert.observe.PcapngWriter;
import dev.culvert.observe.PcapngWriter.Direction;
import dev.culvert.observe.capture.WireFrames;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Captures what crosses the underlay, both directions at one end of the cable. Super-frames, which a veth hands over
 * whole, are written as the packets that a wire would carry.
 */
final class UnderlayCapture implements AutoCloseable {
    /** Enough for all that the lab sends while it captures, and a bound on the file. */
    private static final int MAX_PACKETS = 100_000;

    private static final int BUFFER = 1 << 17;

    private static final long TOKEN_PACKETS = 0;
    private static final long TOKEN_STOP = 1;

    /** PACKET_OUTGOING (linux/if_packet.h). */
    private static final int OUTGOING = 4;

    private final Side side;
    private final PcapngWriter file;
    private final OverheadMeter meter = new OverheadMeter();
    private final ClearText clearText;
    private final EventFd stop;
    private final CountDownLatch ready = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable IOException failure;
    private boolean stopped;

    private UnderlayCapture(Side side, Path path, ClearText clearText) throws IOException {
        this.side = side;
        this.clearText = clearText;
        this.stop = EventFd.open();
        this.file = PcapngWriter.create(path, "Culvert lab");
        this.thread = Thread.ofPlatform().name("lab-capture").daemon().unstarted(this::run);
    }

    /**
     * Starts to capture.
     *
     * @param side the side whose box is listened in, which is up
     * @param path the file to write
     * @param clearText is shown every packet
     * @return the capture, which is running
     * @throws LabException if it cannot be captured or written
     * @throws InterruptedException if this thread is interrupted
     */
    static UnderlayCapture start(Side side, Path path, ClearText clearText) throws LabException, InterruptedException {
        try {
            UnderlayCapture capture = new UnderlayCapture(side, path, clearText);
            capture.thread.start();
            capture.ready.await();
            capture.check();
            return capture;
        } catch (IOException e) {
            throw new LabException("the underlay cannot be captured to " + path + ": " + e.getMessage(), e);
        }
    }

    /**
     * Stops, and completes the file.
     *
     * @throws LabException if something went wrong on the way
     */
    void finish() throws LabException {
        close();
        check();
    }

    /** What the encapsulation added to the frames; only after {@link #finish}. */
    OverheadMeter meter() {
        return meter;
    }

    /** How many packets were written; only after {@link #finish}. */
    long packets() {
        return file.packets();
    }

    /** Stops; what is written so far stays. */
    @Override
    public void close() {
        if (stopped) {
            return;
        }
        stopped = true;
        stop.signal();
        try {
            if (thread.join(Duration.ofSeconds(5))) {
                stop.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void check() throws LabException {
        IOException problem = failure;
        if (problem != null) {
            throw new LabException("the capture of the underlay failed: " + problem.getMessage(), problem);
        }
    }

    private void run() {
        try (file;
                Arena arena = Arena.ofConfined();
                Epoll epoll = Epoll.open();
                PacketSocket socket = open()) {
            epoll.add(socket.fd(), Epoll.IN, TOKEN_PACKETS);
            epoll.add(stop.fd(), Epoll.IN, TOKEN_STOP);
            ready.countDown();
            loop(arena, epoll, socket);
            file.lost(0, socket.drops());
        } catch (IOException e) {
            failure = e;
        } finally {
            ready.countDown();
        }
    }

    /** This thread moves into the box for it, and ends there. */
    private PacketSocket open() throws IOException {
        NetworkNamespace.enter(side.box());
        try (Netlink netlink = Netlink.open()) {
            Link link = netlink.link(side.underlayDevice())
                    .orElseThrow(() -> new IOException("no interface " + side.underlayDevice()));
            file.addInterface(
                    side.box() + " " + side.underlayDevice(),
                    "the underlay at " + side.underlayAddress(),
                    PcapngWriter.ETHERNET);
            return PacketSocket.observe(link.ifindex());
        }
    }

    private void loop(Arena arena, Epoll epoll, PacketSocket socket) throws IOException {
        MemorySegment buffer = arena.allocate(BUFFER, 8);
        WireFrames wire = new WireFrames(arena);
        MessageBatch batch = new MessageBatch(1, 1, 64);
        batch.vector(0, 0, buffer.address(), BUFFER);
        boolean stopping = false;
        while (file.packets() < MAX_PACKETS) {
            int events = epoll.await(stopping ? 0 : -1);
            if (stopping && events == 0) {
                return;
            }
            boolean packets = false;
            for (int i = 0; i < events; i++) {
                packets |= epoll.token(i) == TOKEN_PACKETS;
                stopping |= epoll.token(i) == TOKEN_STOP;
            }
            if (stopping && !packets) {
                return; // what was under way when it was told to stop has been written
            }
            batch.prepareReceive(0);
            if (packets && socket.receive(batch, 1) == 1) {
                Direction direction = batch.packetType(0) == OUTGOING ? Direction.OUTBOUND : Direction.INBOUND;
                write(wire.split(buffer.asSlice(0, batch.length(0))), direction);
            }
        }
    }

    private void write(List<MemorySegment> frames, Direction direction) throws IOException {
        long now = PcapngWriter.nanos(Instant.now());
        for (MemorySegment frame : frames) {
            file.packet(0, now, direction, frame);
            meter.observe(frame);
            clearText.observe(frame);
        }
    }
}
