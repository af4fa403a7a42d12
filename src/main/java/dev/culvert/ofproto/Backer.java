package dev.culvert.ofproto;

import dev.culvert.datapath.FlowCache;
import dev.culvert.datapath.Megaflow;
import dev.culvert.datapath.UpcallHandler;
import dev.culvert.packet.FlowField;
import dev.culvert.packet.Packet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The bridges that share one datapath, and the flows that they have put into its cache (Open vSwitch's word for this is
 * "dpif backer"). It answers upcalls, and keeps the cache true: each cached flow is filed under what its translation
 * looked up, so that a station which moves touches its own flows and no others. Belongs to the conductor's thread.
 */
public final class Backer implements UpcallHandler {
    /** Flows that carried nothing for this long leave the cache; Open vSwitch's {@code max-idle} default. */
    public static final long MAX_IDLE_NANOS = 10_000_000_000L;

    /** The same while the cache is full, so that what is new finds a place: as in Open vSwitch. */
    private static final long CROWDED_IDLE_NANOS = 100_000_000L;

    /**
     * Where a datapath port is plugged in.
     *
     * @param bridge which bridge
     * @param port as which of its ports
     */
    public record Attachment(Ofproto bridge, OfPort port) {}

    /** What a cached flow matches: two flows that match the same are one. */
    private record Match(Megaflow flow) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Match(Megaflow that)
                    && Arrays.equals(flow.key(), that.key())
                    && Arrays.equals(flow.mask(), that.mask());
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(flow.key());
        }
    }

    /** A cached flow and what it was made from. */
    private static final class Cached {
        final Megaflow flow;
        final long[] key;
        Translation translation;
        List<StationIndex.Link<Cached>> links = List.of();
        long creditedPackets;
        long creditedBytes;
        long addedNanos;

        Cached(Megaflow flow, long[] key, Translation translation, long addedNanos) {
            this.flow = flow;
            this.key = key;
            this.translation = translation;
            this.addedNanos = addedNanos;
        }
    }

    private final FlowCache cache;
    private final LongSupplier clock;
    private int flowLimit;
    private long tickNanos;
    private final Map<String, Ofproto> bridges = new LinkedHashMap<>();
    private final Map<Integer, Attachment> attachments = new HashMap<>();
    private final Map<Match, Cached> flows = new LinkedHashMap<>();
    private final StationIndex<Cached> byStation = new StationIndex<>();
    private final SharedParts parts = new SharedParts();
    private final Set<Cached> stale = new HashSet<>();
    private final Set<Ofproto> changedBridges = new HashSet<>();
    private boolean changedCables;

    /**
     * Makes a backer without bridges.
     *
     * @param cache the datapath's
     * @param flowLimit how many flows may be cached
     * @param clock the time in nanoseconds, {@link System#nanoTime} outside tests
     */
    public Backer(FlowCache cache, int flowLimit, LongSupplier clock) {
        this.cache = cache;
        this.flowLimit = flowLimit;
        this.clock = clock;
    }

    /**
     * Adds a bridge.
     *
     * @param name a name that no other bridge has
     * @return the new bridge, without ports
     */
    public Ofproto addBridge(String name) {
        Ofproto bridge = new Ofproto(name, this::stationChanged, clock.getAsLong());
        if (bridges.putIfAbsent(name, bridge) != null) {
            throw new IllegalArgumentException("there is a bridge " + name + " already");
        }
        return bridge;
    }

    /**
     * Takes a bridge away, with its ports.
     *
     * @param bridge one of this backer's
     */
    public void removeBridge(Ofproto bridge) {
        for (OfPort port : List.copyOf(bridge.ports())) {
            removePort(bridge, port);
        }
        bridges.remove(bridge.name(), bridge);
        invalidate(bridge);
    }

    /** The bridges, in the order in which they were added. */
    public Collection<Ofproto> bridges() {
        return bridges.values();
    }

    /**
     * Finds a bridge.
     *
     * @param name its name
     * @return the bridge, or null
     */
    public @Nullable Ofproto bridge(String name) {
        return bridges.get(name);
    }

    /**
     * Plugs a port into a bridge.
     *
     * @param bridge the bridge
     * @param port a port whose number and name are free there
     */
    public void addPort(Ofproto bridge, OfPort port) {
        bridge.add(port);
        if (port.datapathPort() != OfPort.NO_DEVICE) {
            attachments.put(port.datapathPort(), new Attachment(bridge, port));
        }
        invalidate(bridge, port);
    }

    /**
     * Unplugs a port.
     *
     * @param bridge the bridge
     * @param port one of its ports
     */
    public void removePort(Ofproto bridge, OfPort port) {
        bridge.remove(port);
        attachments.computeIfPresent(port.datapathPort(), (_, at) -> at.port() == port ? null : at);
        invalidate(bridge, port);
    }

    /**
     * Changes a port's part in VLANs.
     *
     * @param bridge the bridge
     * @param port one of its ports
     * @param policy the VLANs
     * @param isProtected whether it is kept apart from other protected ports
     */
    public void configurePort(Ofproto bridge, OfPort port, VlanPolicy policy, boolean isProtected) {
        if (port.configure(policy, isProtected)) {
            bridge.macs().flush(port);
            invalidate(bridge);
        }
    }

    /**
     * Changes what a bridge does on its own.
     *
     * @param bridge the bridge
     * @param mode what it does while nothing has programmed it
     * @param forwardBpdu whether it forwards frames to reserved addresses
     */
    public void configure(Ofproto bridge, Ofproto.FailMode mode, boolean forwardBpdu) {
        if (bridge.failMode() != mode || bridge.forwardBpdu() != forwardBpdu) {
            bridge.setFailMode(mode, clock.getAsLong());
            bridge.setForwardBpdu(forwardBpdu);
            invalidate(bridge);
        }
    }

    @Override
    public Verdict decide(Packet packet, long[] key) {
        long now = clock.getAsLong();
        Translation translation = new Translator(this, key, null).translate().kept(parts);
        learn(translation, now);
        Megaflow flow = new Megaflow(key, translation.mask(), translation.actions());
        Cached present = flows.get(new Match(flow));
        if (present != null) {
            // asked twice before the first answer was in the cache: both are counted in the one that is
            cache.replaceActions(present.flow, translation.actions());
            return new Verdict(present.flow, true);
        }
        if (flows.size() >= flowLimit || isTooLong(translation)) {
            credit(translation, 1, packet.length, now);
            return new Verdict(flow, false);
        }
        Cached cached = new Cached(flow, key.clone(), translation, now);
        flows.put(new Match(flow), cached);
        file(cached);
        return new Verdict(flow, true);
    }

    /** A flood to thousands of ports costs so much more than to be decided about, and its flow so much memory. */
    private static boolean isTooLong(Translation translation) {
        return translation.actions().size() > SharedParts.ACTIONS_MAX;
    }

    /**
     * Translates without any consequence.
     *
     * @param key a flow key, whose port of arrival does not count
     * @param bridge where the packet arrives
     * @param in by which of the bridge's ports; null for one that it does not have
     * @param trace is told why
     * @return what would be done
     */
    public Translation translate(long[] key, Ofproto bridge, @Nullable OfPort in, Trace trace) {
        return new Translator(this, arrived(key, in), trace).translate(bridge, in);
    }

    /**
     * The same for a packet that a controller would give to a bridge with the action NORMAL, whatever its flows.
     *
     * @param key as above
     * @param bridge where the packet is
     * @param in the port that it is said to have come by
     * @param trace is told why
     */
    public Translation translateNormal(long[] key, Ofproto bridge, @Nullable OfPort in, Trace trace) {
        return new Translator(this, arrived(key, in), trace).normal(bridge, in);
    }

    private static long[] arrived(long[] key, @Nullable OfPort in) {
        long[] arrived = key.clone();
        FlowField.IN_PORT.set(arrived, in == null ? OfPort.NO_DEVICE : in.datapathPort());
        return arrived;
    }

    /**
     * Has bridges learn what a packet shows, though none has come.
     *
     * @param translation of such a packet
     */
    public void learn(Translation translation) {
        learn(translation, clock.getAsLong());
        revalidate();
    }

    /**
     * Looks what cache entry results from a translation; makes none.
     *
     * @param key what was translated, with the datapath's number of the port of arrival
     */
    public CachePlace place(long[] key, Translation translation) {
        Megaflow flow = new Megaflow(key, translation.mask(), translation.actions());
        Cached present = flows.get(new Match(flow));
        if (present != null) {
            return new CachePlace.Present(present.flow);
        }
        if (isTooLong(translation)) {
            return new CachePlace.None("it does more than " + SharedParts.ACTIONS_MAX + " things");
        }
        return flows.size() < flowLimit
                ? new CachePlace.New(flow)
                : new CachePlace.None("the cache is full with " + flowLimit + " entries");
    }

    /**
     * Translates anew what a change has made doubtful. To be called when a change is complete and before the thread
     * rests; costs nothing when nothing has changed.
     */
    public void revalidate() {
        spread();
        while (!stale.isEmpty()) {
            List<Cached> doubtful = List.copyOf(stale);
            stale.clear();
            for (Cached cached : doubtful) {
                if (flows.get(new Match(cached.flow)) == cached) {
                    revalidate(cached);
                }
            }
        }
    }

    /**
     * Does what is due from time to time: credits counters, keeps what still talks from ageing, forgets what does not.
     * To be called about twice a second.
     */
    public void tick() {
        long start = System.nanoTime();
        long now = clock.getAsLong();
        long maxIdle = flows.size() < flowLimit ? MAX_IDLE_NANOS : CROWDED_IDLE_NANOS;
        for (Iterator<Cached> all = flows.values().iterator(); all.hasNext(); ) {
            Cached cached = all.next();
            collect(cached);
            long used = Math.max(cached.flow.usedNanos(), cached.addedNanos);
            if (now - used > maxIdle) {
                all.remove();
                dropped(cached);
            }
        }
        for (Ofproto bridge : bridges.values()) {
            bridge.macs().expire(now);
        }
        revalidate();
        tickNanos = System.nanoTime() - start;
    }

    /** How long the last {@link #tick} took. */
    public long tickNanos() {
        return tickNanos;
    }

    /**
     * A cached flow, for who looks at it.
     *
     * @param flow what the datapath has
     * @param key the whole key of the packet that it was made for
     */
    @SuppressWarnings("ArrayRecordComponent") // a key is an array everywhere; these are never compared
    public record CachedFlow(Megaflow flow, long[] key) {}

    /** The cached flows with what they carry, as {@code dpctl/dump-flows} lists them. */
    public List<CachedFlow> flows() {
        return flows.values().stream()
                .map(cached -> new CachedFlow(cached.flow, cached.key))
                .toList();
    }

    /**
     * Lists the cached flows that arrive at a bridge.
     *
     * @param bridge which bridge
     * @return its flows
     */
    public List<CachedFlow> flows(Ofproto bridge) {
        List<CachedFlow> found = new ArrayList<>();
        for (Cached cached : flows.values()) {
            Attachment at = attachment((int) FlowField.IN_PORT.get(cached.flow.key()));
            if (at != null && at.bridge() == bridge) {
                found.add(new CachedFlow(cached.flow, cached.key));
            }
        }
        return found;
    }

    /** How many flows may be cached. */
    public int flowLimit() {
        return flowLimit;
    }

    /** Changes how many flows may be cached from now on; those that are stay until they are idle. */
    public void setFlowLimit(int limit) {
        flowLimit = limit;
    }

    /** Forgets all cached flows; they come back as their packets do. */
    public void purge() {
        for (Cached cached : List.copyOf(flows.values())) {
            collect(cached);
            drop(cached);
        }
    }

    /** How many datapath ports are plugged in. */
    int attached() {
        return attachments.size();
    }

    /** Where a datapath port is plugged in, or null for nowhere. */
    public @Nullable Attachment attachment(int datapathPort) {
        return attachments.get(datapathPort);
    }

    /**
     * Tells whether a patch port's cable has another end.
     *
     * @param bridge the port's bridge
     * @param port a patch port
     */
    public boolean isPatched(Ofproto bridge, OfPort port) {
        return patchPeer(bridge, port) != null;
    }

    /** The port at the other end of a patch cable, or null where the two ends do not name each other. */
    @Nullable
    Attachment patchPeer(Ofproto bridge, OfPort port) {
        String wanted = port.peer();
        if (wanted == null) {
            return null;
        }
        for (Ofproto other : bridges.values()) {
            OfPort far = other.port(wanted);
            if (far != null && port.name().equals(far.peer())) {
                return new Attachment(other, far);
            }
        }
        return null;
    }

    private void stationChanged(Ofproto bridge, long station) {
        byStation.forEach(new Translation.Station(bridge, station), stale::add);
    }

    /** A change of a bridge makes all flows doubtful that pass through it. */
    private void invalidate(Ofproto bridge) {
        changedBridges.add(bridge);
    }

    /** A port has come or gone; a cable's second end changes the way of packets that had not reached it before. */
    private void invalidate(Ofproto bridge, OfPort port) {
        if (port.peer() == null) {
            invalidate(bridge);
        } else {
            changedCables = true;
        }
    }

    /** Finds the flows that the changes of bridges concern: once for a thousand ports that come together. */
    private void spread() {
        if (changedCables) {
            stale.addAll(flows.values());
        } else if (!changedBridges.isEmpty()) {
            for (Cached cached : flows.values()) {
                if (passesChanged(cached.translation)) {
                    stale.add(cached);
                }
            }
        }
        changedCables = false;
        changedBridges.clear();
    }

    private boolean passesChanged(Translation translation) {
        for (Translation.Station station : translation.stations()) {
            if (changedBridges.contains(station.bridge())) {
                return true;
            }
        }
        return translation.stations().isEmpty();
    }

    private void learn(Translation translation, long now) {
        for (Translation.Sighting sighting : translation.sightings()) {
            // a port may have left between the translation and the packets that were counted for it
            if (sighting.bridge().port(sighting.port().number()) == sighting.port()) {
                sighting.bridge().macs().learn(sighting.vlan(), sighting.mac(), sighting.port(), now);
            }
        }
    }

    private static void credit(Translation translation, long packets, long bytes, long used) {
        for (FlowRule rule : translation.rules()) {
            rule.credit(packets, bytes, used);
        }
        for (Translation.Crossing crossing : translation.crossings()) {
            crossing.out().creditSent(packets, bytes);
            crossing.in().creditReceived(packets, bytes);
        }
        Translation.Origin origin = translation.origin();
        if (origin != null) {
            origin.counts().credit(origin.remote(), packets, bytes);
        }
    }

    private void collect(Cached cached) {
        long packets = cached.flow.packets();
        long bytes = cached.flow.bytes();
        if (packets > cached.creditedPackets) {
            credit(
                    cached.translation,
                    packets - cached.creditedPackets,
                    bytes - cached.creditedBytes,
                    cached.flow.usedNanos());
            cached.creditedPackets = packets;
            cached.creditedBytes = bytes;
            learn(cached.translation, cached.flow.usedNanos());
        }
    }

    private void revalidate(Cached cached) {
        collect(cached);
        Translation now = new Translator(this, cached.key, null).translate().kept(parts);
        if (!Arrays.equals(now.mask(), cached.flow.mask()) || isTooLong(now) || movedAway(now)) {
            drop(cached);
            return;
        }
        unfile(cached);
        cached.translation = now;
        file(cached);
        if (!now.actions().equals(cached.flow.actions())) {
            cache.replaceActions(cached.flow, now.actions());
        }
    }

    /** Whether a source was seen elsewhere since: without its flow, its return is noticed at the first packet. */
    private static boolean movedAway(Translation translation) {
        for (Translation.Sighting sighting : translation.sightings()) {
            MacTable.Entry entry = sighting.bridge().macs().lookup(sighting.vlan(), sighting.mac());
            if (entry != null && entry.port() != sighting.port()) {
                return true;
            }
        }
        return false;
    }

    private void drop(Cached cached) {
        flows.remove(new Match(cached.flow));
        dropped(cached);
    }

    private void dropped(Cached cached) {
        stale.remove(cached);
        unfile(cached);
        cache.removeFlow(cached.flow);
    }

    private void file(Cached cached) {
        cached.links = byStation.file(cached.translation.stations(), cached);
    }

    private void unfile(Cached cached) {
        byStation.unfile(cached.links);
        cached.links = List.of();
    }
}
