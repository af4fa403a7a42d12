package dev.culvert.observe.capture;

import dev.culvert.datapath.FrameWatch;
import dev.culvert.linux.Epoll;
import dev.culvert.linux.PcapFilter;
import dev.culvert.observe.PcapngWriter;
import dev.culvert.vswitch.SwitchState;
import dev.culvert.vswitch.VirtualSwitch;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A capture that runs. Its thread reads a batch of each socket that has something, puts the packets of this pass in the order of
 * their time, makes of super-frames what a wire would carry, and writes. It ends when it is told to, when nobody fetches what it
 * has, or when the switch closes.
 */
final class Capture {
    /** Devices that one capture observes at most. */
    static final int DEVICES_MAX = 64;

    private static final System.Logger LOG = System.getLogger("capture");
    private static final long PASS_NANOS = 20_000_000;
    private static final long COUNT_NANOS = 1_000_000_000;

    /** Frames out of rings in one pass. */
    private static final int FRAMES_MAX = 4_096;

    private static final int LAST_PASSES = 10_000;

    /** How long nobody may fetch anything before nobody is there any more. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** What of one pass is to be put in order: a message of an observer, or a frame that a loop has seen. */
    private record Event(long nanos, @Nullable Observer observer, int message, FrameWatch.@Nullable Seen seen) {}

    private final CaptureRequest request;
    private final VirtualSwitch.Watch watch;
    private final Outbox outbox = new Outbox();
    private final Arena arena = Arena.ofShared();
    private final Epoll epoll;
    private final List<Observer> observers = new ArrayList<>();
    private final CaptureWriter writer;
    private final WireFrames wire = new WireFrames(arena);
    private final Thread thread;
    private volatile long fetchedNanos = System.nanoTime();
    private volatile boolean stopping;
    private long countedNanos;
    private long frameLosses;

    /**
     * A device that is to be observed.
     *
     * @param port what of the bridge it is; null for one of the underlay
     */
    record Device(int ifindex, String name, SwitchState.@Nullable Port port) {}

    /**
     * Opens everything.
     *
     * @param watch has the switch show what it is to show; the capture's to close
     * @param tunnels that are wanted
     * @throws IOException if something of it cannot be had; then nothing is left open but {@code watch}
     */
    Capture(
            int id,
            CaptureRequest request,
            VirtualSwitch.Watch watch,
            @Nullable PcapFilter filter,
            List<SwitchState.Port> tunnels,
            List<Device> devices)
            throws IOException {
        this.request = request;
        this.watch = watch;
        epoll = Epoll.open();
        boolean opened = false;
        try {
            writer = new CaptureWriter(outbox, request, filter, tunnels, arena);
            for (Device device : devices) {
                observe(device);
            }
            opened = true;
        } finally {
            if (!opened) {
                closeSockets();
                arena.close();
            }
        }
        thread = Thread.ofPlatform().name("capture-" + id).daemon(true).unstarted(this::run);
    }

    private void observe(Device device) throws IOException {
        SwitchState.Port port = device.port();
        int number = port == null ? writer.addUnderlay(device.name()) : writer.addPort(port);
        MemorySegment memory = arena.allocate((long) Observer.BATCH * Observer.SLOT, 64);
        boolean internal = port != null && port.type().equals("internal");
        Observer observer = new Observer(device.ifindex(), memory, number, internal, port == null);
        observers.add(observer);
        epoll.add(observer.fd(), Epoll.IN, observers.size() - 1L);
    }

    void start() {
        thread.start();
    }

    /** Has it end, with all that has come until now. */
    void stop() {
        stopping = true;
    }

    /** Whether all has been fetched, or nobody is there any more who would. */
    boolean isOver() {
        if (!outbox.isOpen() && isForgotten()) {
            outbox.discard();
        }
        return outbox.isExhausted();
    }

    /** Takes out what there is; waits a little for the first bytes. For any thread. */
    byte[] fetch(int most, long millis) {
        fetchedNanos = System.nanoTime();
        return outbox.take(most, millis);
    }

    String describe() {
        return "%s: %d packets, %d lost".formatted(request.describe(), writer.packets(), writer.lost());
    }

    private void run() {
        try (writer;
                watch) {
            long wallMinusNano = PcapngWriter.nanos(Instant.now()) - System.nanoTime();
            while (!stopping && !isForgotten()) {
                pass(epoll.await(PASS_NANOS), wallMinusNano);
                count(false);
            }
            // what has come until now, of which each socket has room for some thousand frames
            int ready = 1;
            for (int i = 0; i < LAST_PASSES && ready > 0; i++) {
                ready = epoll.await(0);
                pass(ready, wallMinusNano);
            }
            count(true);
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "a capture ends: {0}", e.getMessage());
        } finally {
            closeSockets();
            arena.close();
        }
    }

    private boolean isForgotten() {
        return System.nanoTime() - fetchedNanos > PATIENCE_NANOS;
    }

    private void pass(int ready, long wallMinusNano) throws IOException {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < ready; i++) {
            Observer observer = observers.get((int) epoll.token(i));
            int read = observer.read();
            for (int k = 0; k < read; k++) {
                events.add(new Event(observer.nanos(k), observer, k, null));
            }
        }
        for (int i = 0; i < FRAMES_MAX; i++) {
            FrameWatch.Seen seen = watch.frames().poll();
            if (seen == null) {
                break;
            }
            events.add(new Event(seen.nanos() + wallMinusNano, null, 0, seen));
        }
        events.sort(Comparator.comparingLong(Event::nanos));
        for (Event event : events) {
            write(event);
        }
    }

    private void write(Event event) throws IOException {
        Observer observer = event.observer();
        if (observer == null) {
            if (event.seen() != null) {
                writer.inLoop(event.seen(), event.nanos());
            }
            return;
        }
        boolean leaving = observer.isLeaving(event.message());
        for (MemorySegment frame : wire.split(observer.message(event.message()))) {
            if (observer.underlay) {
                writer.atUnderlay(observer.number, event.nanos(), leaving, frame);
            } else {
                writer.atPort(observer.number, event.nanos(), leaving == observer.internal, frame);
            }
        }
    }

    private void count(boolean last) {
        long now = System.nanoTime();
        if (!last && now - countedNanos < COUNT_NANOS) {
            return;
        }
        countedNanos = now;
        for (Observer observer : observers) {
            writer.lost(observer.number, observer.newlyLost());
        }
        long frames = watch.frames().lost();
        writer.lostInLoops(frames - frameLosses);
        frameLosses = frames;
    }

    private void closeSockets() {
        observers.forEach(Observer::close);
        epoll.close();
    }
}
