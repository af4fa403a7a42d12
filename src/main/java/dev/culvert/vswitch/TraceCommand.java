package dev.culvert.vswitch;

import dev.culvert.datapath.Datapath;
import dev.culvert.datapath.DatapathFlowParser;
import dev.culvert.datapath.DatapathFlowText;
import dev.culvert.datapath.Megaflow;
import dev.culvert.linux.Netlink;
import dev.culvert.ofproto.Backer;
import dev.culvert.ofproto.CachePlace;
import dev.culvert.ofproto.OfPort;
import dev.culvert.ofproto.Ofproto;
import dev.culvert.ofproto.Translation;
import dev.culvert.openflow.text.ExactFlowParser;
import dev.culvert.openflow.text.FlowSyntaxException;
import dev.culvert.packet.FlowExtractor;
import dev.culvert.packet.FlowField;
import dev.culvert.packet.FlowKey;
import dev.culvert.packet.FlowText;
import dev.culvert.packet.Packet;
import dev.culvert.unixctl.UnixctlCommands;
import dev.culvert.unixctl.UnixctlException;
import dev.culvert.vswitch.ipsec.IpsecTrace;
import dev.culvert.vswitch.ipsec.IpsecTunnels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code ofproto/trace} and {@code ofproto/trace-packet-out}: where a packet goes, told by the code that decides it. Without a
 * packet nothing comes of it; with one, or where one is asked for, bridges learn what it shows. It is never sent.
 */
final class TraceCommand {
    private static final String DATAPATH = "ovs-netdev";
    private static final String FLOW = "{[dp_name] odp_flow | bridge br_flow} [OPTIONS...] [-generate|packet]";

    /** Where a packet comes from that has no port of arrival: of no bridge, so nothing is learned there. */
    private static final OfPort NOWHERE = OfPort.device("ANY", 0xffff, OfPort.NO_DEVICE);

    private final SwitchCommands commands;
    private final Backer backer;
    private final Datapath datapath;
    private final Netlink netlink;
    private final IpsecTunnels ipsec;

    TraceCommand(SwitchCommands commands, Backer backer, Datapath datapath, Netlink netlink, IpsecTunnels ipsec) {
        this.commands = commands;
        this.backer = backer;
        this.datapath = datapath;
        this.netlink = netlink;
        this.ipsec = ipsec;
    }

    void register() {
        commands.add(
                "ofproto/trace",
                FLOW,
                1,
                UnixctlCommands.UNLIMITED,
                line -> trace(TraceArguments.parse(line, false), false));
        commands.add(
                "ofproto/trace-packet-out",
                "[-consistent] " + FLOW + " actions",
                2,
                UnixctlCommands.UNLIMITED,
                this::packetOut);
    }

    /**
     * Where a packet arrives.
     *
     * @param number of its port, OpenFlow's in its 32-bit form
     * @param in that port; null where the bridge has none of that number
     * @param key its flow key, whose port of arrival is the datapath's
     */
    @SuppressWarnings("ArrayRecordComponent") // a key is an array everywhere; these are never compared
    private record Arrival(
            Ofproto bridge, int number, @Nullable OfPort in, long[] key) {}

    private String trace(TraceArguments arguments, boolean packetOut) throws UnixctlException {
        Arrival arrival = withPacket(arrival(arguments.words()), arguments.packet());
        boolean learns = arguments.hasPacket();
        TraceTunnels tunnels = new TraceTunnels(netlink, new IpsecTrace(ipsec));
        TraceText trace = new TraceText(learns, number(arrival.number), (port, lines) -> behind(port, tunnels, lines));
        Translation translation = packetOut
                ? backer.translateNormal(arrival.key, arrival.bridge, arrival.in, trace)
                : backer.translate(arrival.key, arrival.bridge, arrival.in, trace);
        if (learns) {
            backer.learn(translation);
        }
        Map<Integer, String> names = arguments.names() ? datapath.ports() : Map.of();
        OfPort in = arrival.in;
        String port = arguments.names() && in != null ? in.name() : number(arrival.number);
        return "Flow: %s\n%s\nFinal flow: unchanged\nMegaflow: recirc_id=0,eth,%s\nDatapath actions: %s\n%s"
                .formatted(
                        FlowText.format(arrival.key, _ -> port),
                        trace,
                        FlowText.format(arrival.key, translation.mask(), _ -> port),
                        DatapathFlowText.actions(translation.actions(), names),
                        cache(arrival.key, translation));
    }

    private static String number(int port) {
        return dev.culvert.openflow.OfPort.name(port);
    }

    /** Only what NORMAL does can be asked for: this switch has no other action. */
    private String packetOut(List<String> line) throws UnixctlException {
        String actions = line.getLast().toLowerCase(Locale.ROOT);
        TraceArguments arguments = TraceArguments.parse(line.subList(0, line.size() - 1), true);
        if (!actions.equals("normal")) {
            arrival(arguments.words()); // the original complains of the flow first
            throw new UnixctlException("unknown action " + line.getLast());
        }
        return trace(arguments, true);
    }

    // ---- what is traced

    private Arrival arrival(List<String> words) throws UnixctlException {
        String flow = words.isEmpty() ? "" : words.getLast();
        boolean known = words.size() < 2 || words.getFirst().equals(DATAPATH);
        long[] key;
        try {
            key = DatapathFlowParser.parse(flow, known ? numbers() : Map.of());
        } catch (DatapathFlowParser.SyntaxException e) {
            if (words.size() != 2) {
                throw new UnixctlException(e.getMessage() + " (or the bridge name was omitted)");
            }
            return ofBridge(words.getFirst(), flow);
        }
        if (!known) {
            throw new UnixctlException("Cannot find the datapath");
        }
        long recirculation = FlowField.RECIRC_ID.get(key);
        if (recirculation != 0) {
            throw new UnixctlException("no recirculation data for recirc_id 0x" + Long.toHexString(recirculation));
        }
        int datapathPort = (int) FlowField.IN_PORT.get(key);
        Backer.Attachment at = backer.attachment(datapathPort);
        if (at == null) {
            throw new UnixctlException("no OpenFlow port for datapath port " + Integer.toUnsignedString(datapathPort));
        }
        int number = dev.culvert.openflow.OfPort.fromOf10(at.port().number());
        return new Arrival(at.bridge(), number, at.port(), key);
    }

    private Map<String, Integer> numbers() {
        Map<String, Integer> numbers = new HashMap<>();
        datapath.ports().forEach((number, name) -> numbers.put(name, number));
        return numbers;
    }

    private Arrival ofBridge(String name, String flow) throws UnixctlException {
        Ofproto bridge = commands.bridge(name, name + ": unknown bridge").ofproto;
        Map<String, Integer> ports = new HashMap<>();
        for (OfPort port : bridge.ports()) {
            ports.put(port.name(), dev.culvert.openflow.OfPort.fromOf10(port.number()));
        }
        try {
            long[] key = ExactFlowParser.parse(flow, ports);
            int number = (int) FlowField.IN_PORT.get(key);
            OfPort in = number == dev.culvert.openflow.OfPort.ANY
                    ? NOWHERE
                    : bridge.port(dev.culvert.openflow.OfPort.toOf10(number));
            FlowField.IN_PORT.set(key, in == null ? OfPort.NO_DEVICE : in.datapathPort());
            return new Arrival(bridge, number, in, key);
        } catch (FlowSyntaxException e) {
            throw new UnixctlException("Bad openflow flow syntax: " + e.getMessage());
        }
    }

    /** With a packet, the flow says only how it arrives, and the rest is the packet's. */
    private static Arrival withPacket(Arrival arrival, byte @Nullable [] bytes) throws UnixctlException {
        if (bytes == null) {
            return arrival;
        }
        if (bytes.length > Packet.FRAME_MAX) {
            throw new UnixctlException("a packet of more than " + Packet.FRAME_MAX + " bytes");
        }
        long[] key = FlowKey.create();
        try (Arena arena = Arena.ofConfined()) {
            Packet packet = new Packet(arena.allocate(Packet.CAPACITY));
            packet.offset = Packet.HEADROOM;
            packet.length = bytes.length;
            MemorySegment.copy(
                    bytes, 0, packet.memory, java.lang.foreign.ValueLayout.JAVA_BYTE, packet.offset, bytes.length);
            FlowExtractor.extract(packet, key);
        }
        for (FlowField field : List.of(
                FlowField.IN_PORT,
                FlowField.PKT_MARK,
                FlowField.TUN_ID,
                FlowField.TUN_SRC,
                FlowField.TUN_DST,
                FlowField.TUN_TOS,
                FlowField.TUN_TTL,
                FlowField.TUN_FLAGS)) {
            field.set(key, field.getHigh(arrival.key), field.get(arrival.key));
        }
        return new Arrival(arrival.bridge, arrival.number, arrival.in, key);
    }

    // ---- what becomes of it

    private void behind(OfPort port, TraceTunnels tunnels, TraceTunnels.Lines lines) {
        RunningInterface present = commands.openInterface(port.name());
        if (present != null && present.tunnel != null) {
            tunnels.tell(port.name(), present.tunnel, present.path, lines);
        }
    }

    /** The cache entry that results, and whether it gets a copy in the kernel. */
    private String cache(long[] key, Translation translation) {
        if ((int) FlowField.IN_PORT.get(key) == OfPort.NO_DEVICE) {
            return "Cache entry: none, no packet arrives there but out of a patch cable\n";
        }
        return switch (backer.place(key, translation)) {
            case CachePlace.Present(Megaflow flow) ->
                "Cache entry: there is one, with %d packets\n%s"
                        .formatted(
                                flow.packets(), flow.inKernel() ? "Kernel: forwards its packets\n" : kernel(flow, key));
            case CachePlace.New(Megaflow flow) -> "Cache entry: a new one\n" + kernel(flow, key);
            case CachePlace.None(String why) -> "Cache entry: none, " + why + "\n";
        };
    }

    private String kernel(Megaflow flow, long[] key) {
        String known = flow.refusal();
        String refusal = known == null ? datapath.kernelRefusal(flow, key) : known;
        return refusal == null
                ? "Kernel: takes it over once it has carried a few packets\n"
                : "Kernel: does not forward it: " + refusal + "\n";
    }
}
