package dev.culvert.observe.capture;

import dev.culvert.datapath.FrameWatch;
import dev.culvert.linux.PcapFilter;
import dev.culvert.observe.PcapngWriter;
import dev.culvert.observe.PcapngWriter.Direction;
import dev.culvert.vswitch.SwitchState;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What of all that is seen gets into a capture, on which interface, and with what to say about it. A frame in a tunnel and the
 * packet around it refer to each other by their numbers, or, where IPsec is between them, by SPI and sequence number. The
 * capture's thread's, but for the counts.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes them
final class CaptureWriter implements AutoCloseable {
    /** Around a packet's bytes, its comment included. */
    private static final int BLOCK = 4_500;

    private final Outbox outbox;
    private final PcapngWriter writer;
    private final CaptureRequest request;
    private final @Nullable PcapFilter filter;
    private final TunnelFinder finder;
    private final List<SwitchState.Port> tunnels;
    private final int[] tunnelNumbers;
    private final Map<Integer, Integer> numberByPort = new HashMap<>();
    private final Map<Integer, String> nameByPort = new HashMap<>();
    private final int dropNumber;
    private final MemorySegment copy;
    private volatile long packets;
    private volatile long lost;

    /**
     * Describes the interfaces of tunnels, and one for drops unless only the underlay is wanted.
     *
     * @param tunnels those that are wanted
     */
    CaptureWriter(
            Outbox outbox,
            CaptureRequest request,
            @Nullable PcapFilter filter,
            List<SwitchState.Port> tunnels,
            Arena arena)
            throws IOException {
        this.outbox = outbox;
        this.request = request;
        this.filter = filter;
        this.tunnels = tunnels;
        writer = new PcapngWriter(outbox, "Culvert");
        finder = new TunnelFinder(tunnels);
        tunnelNumbers = new int[tunnels.size()];
        copy = arena.allocate(FrameWatch.SNAP, 8);
        for (int i = 0; i < tunnels.size() && !request.underlay(); i++) {
            tunnelNumbers[i] = addPort(tunnels.get(i));
        }
        dropNumber = request.underlay()
                ? -1
                : writer.addInterface(
                        "drops of " + request.bridge(),
                        "frames that were dropped, with the reason",
                        PcapngWriter.ETHERNET);
    }

    /** Describes a port; its number in the capture. */
    int addPort(SwitchState.Port port) throws IOException {
        int number = writer.addInterface(
                port.name(),
                "port %d of %s, %s".formatted(port.number(), request.bridge(), port.type()),
                PcapngWriter.ETHERNET);
        numberByPort.put(port.datapathPort(), number);
        nameByPort.put(port.datapathPort(), port.name());
        return number;
    }

    /** Describes an interface of the underlay. */
    int addUnderlay(String name) throws IOException {
        return writer.addInterface(name, "the underlay of " + request.bridge(), PcapngWriter.ETHERNET);
    }

    long packets() {
        return packets;
    }

    long lost() {
        return lost;
    }

    /** Notes packets that could not be captured. */
    void lost(int number, long more) {
        writer.lost(number, more);
        lost += more;
    }

    /** Notes frames that loops have seen and that found no room on the way here. */
    void lostInLoops(long more) {
        if (dropNumber >= 0) {
            lost(dropNumber, more);
        }
    }

    /** A frame that has crossed a port's device. */
    void atPort(int number, long nanos, boolean intoSwitch, MemorySegment frame) throws IOException {
        if (matches(frame)) {
            put(number, nanos, intoSwitch ? Direction.INBOUND : Direction.OUTBOUND, frame, (int) frame.byteSize(), "");
        }
    }

    /** A packet that has crossed the underlay, which may be anybody's. */
    void atUnderlay(int number, long nanos, boolean leaving, MemorySegment packet) throws IOException {
        Direction direction = leaving ? Direction.OUTBOUND : Direction.INBOUND;
        int length = (int) packet.byteSize();
        switch (finder.find(packet, leaving)) {
            case TunnelFinder.Frame(int tunnel, int at) -> inClear(number, nanos, direction, packet, tunnel, at);
            case TunnelFinder.Esp(int spi, int sequence)
            when matches(packet) -> put(number, nanos, direction, packet, length, esp(spi, sequence));
            case TunnelFinder.Fragment _
            when matches(packet) -> put(number, nanos, direction, packet, length, "a fragment");
            case TunnelFinder.Ike _ when matches(packet) -> put(number, nanos, direction, packet, length, "IKE");
            case null, default -> {}
        }
    }

    private void inClear(int number, long nanos, Direction direction, MemorySegment packet, int tunnel, int innerAt)
            throws IOException {
        MemorySegment inner = packet.asSlice(innerAt);
        if (!matches(packet) && !matches(inner)) {
            return;
        }
        String name = tunnels.get(tunnel).name();
        if (request.underlay()) {
            put(number, nanos, direction, packet, (int) packet.byteSize(), name);
            return;
        }
        if (!outbox.hasRoom(kept(packet) + kept(inner) + 2 * BLOCK)) {
            lost(number, 1);
            lost(tunnelNumbers[tunnel], 1);
            return;
        }
        long outer = packets + 1;
        if (put(number, nanos, direction, packet, (int) packet.byteSize(), name + ": carries packet " + (outer + 1))) {
            put(tunnelNumbers[tunnel], nanos, direction, inner, (int) inner.byteSize(), "carried by packet " + outer);
        }
    }

    /** A frame that only a loop has seen, where it is one of a port that is wanted. */
    void inLoop(FrameWatch.Seen seen, long nanos) throws IOException {
        Integer number = numberByPort.get(seen.port());
        if (number == null || dropNumber < 0) {
            return;
        }
        MemorySegment frame = copy.asSlice(0, seen.bytes().length);
        MemorySegment.copy(seen.bytes(), 0, frame, ValueLayout.JAVA_BYTE, 0, seen.bytes().length);
        if (!matches(frame)) {
            return;
        }
        switch (seen.event()) {
            case DROPPED -> {
                String reason = seen.reason() == null ? "" : seen.reason().counter();
                String comment = "came in by %s, dropped: %s".formatted(nameByPort.get(seen.port()), reason);
                put(dropNumber, nanos, Direction.INBOUND, frame, seen.length(), comment);
            }
            case SEALED ->
                put(
                        number,
                        nanos,
                        Direction.OUTBOUND,
                        frame,
                        seen.length(),
                        "in " + esp(seen.spi(), (int) seen.sequence()));
            case OPENED ->
                put(
                        number,
                        nanos,
                        Direction.INBOUND,
                        frame,
                        seen.length(),
                        "in " + esp(seen.spi(), (int) seen.sequence()));
        }
    }

    private static String esp(int spi, int sequence) {
        return String.format(Locale.ROOT, "ESP 0x%08x #%d", spi, Integer.toUnsignedLong(sequence));
    }

    private boolean matches(MemorySegment frame) {
        return filter == null || filter.matches(frame);
    }

    private int kept(MemorySegment frame) {
        return (int) Math.min(frame.byteSize(), request.snapLength());
    }

    private boolean put(int number, long nanos, Direction direction, MemorySegment frame, int length, String comment)
            throws IOException {
        int kept = kept(frame);
        if (!outbox.hasRoom(kept + BLOCK)) {
            lost(number, 1);
            return false;
        }
        writer.packet(number, nanos, direction, frame.asSlice(0, kept), length, comment);
        packets++;
        return true;
    }

    @Override
    public void close() throws IOException {
        writer.close();
        if (filter != null) {
            filter.close();
        }
    }
}
