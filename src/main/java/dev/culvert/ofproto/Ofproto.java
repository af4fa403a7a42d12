package dev.culvert.ofproto;

import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One bridge: its ports, what it has learned, and its OpenFlow flows. Belongs to the conductor's thread. */
public final class Ofproto {
    /** What an OpenFlow switch does with packets while nothing has programmed it. */
    public enum FailMode {
        /** It acts as an ordinary learning switch. */
        STANDALONE,
        /** It forwards nothing until a controller says so. */
        SECURE
    }

    private final String name;
    private final MacTable macs;
    private final Map<Integer, OfPort> byNumber = new LinkedHashMap<>();
    private final BitSet numbers = new BitSet();
    private final Map<String, OfPort> byName = new HashMap<>();
    private @Nullable FlowRule normal;
    private boolean forwardBpdu;

    /**
     * Makes a bridge without ports that acts as a learning switch.
     *
     * @param name its name
     * @param changed is told which station of this bridge is found elsewhere now
     * @param now the time in nanoseconds
     */
    Ofproto(String name, BiConsumer<Ofproto, Long> changed, long now) {
        this.name = name;
        this.macs = new MacTable(station -> changed.accept(this, station));
        this.normal = new FlowRule(now);
    }

    /** The bridge's name. */
    public String name() {
        return name;
    }

    /** What it has learned. */
    public MacTable macs() {
        return macs;
    }

    /** Its ports, in the order in which they were added. */
    public Collection<OfPort> ports() {
        return byNumber.values();
    }

    /**
     * Finds a port.
     *
     * @param portName the interface's name
     * @return the port, or null
     */
    public @Nullable OfPort port(String portName) {
        return byName.get(portName);
    }

    /**
     * Finds a port.
     *
     * @param number its OpenFlow number
     * @return the port, or null
     */
    public @Nullable OfPort port(int number) {
        return byNumber.get(number);
    }

    /** The lowest number, 1 or higher, that no port has. */
    public int freeNumber() {
        return numbers.nextClearBit(1);
    }

    /** The one flow of a bridge that nobody has programmed; null in fail mode secure, where there is none. */
    public @Nullable FlowRule normal() {
        return normal;
    }

    /** Whether frames to the reserved addresses 01:80:c2:00:00:0X are forwarded ({@code other_config:forward-bpdu}). */
    public boolean forwardBpdu() {
        return forwardBpdu;
    }

    void setForwardBpdu(boolean forward) {
        forwardBpdu = forward;
    }

    void setFailMode(FailMode mode, long now) {
        if (mode == FailMode.SECURE) {
            normal = null;
        } else if (normal == null) {
            normal = new FlowRule(now);
        }
    }

    FailMode failMode() {
        return normal == null ? FailMode.SECURE : FailMode.STANDALONE;
    }

    void add(OfPort port) {
        byNumber.put(port.number(), port);
        numbers.set(port.number());
        byName.put(port.name(), port);
    }

    void remove(OfPort port) {
        if (byNumber.remove(port.number(), port)) {
            numbers.clear(port.number());
        }
        byName.remove(port.name(), port);
        macs.flush(port);
    }

    @Override
    public String toString() {
        return name;
    }
}
