package dev.culvert.observe.capture;

import dev.culvert.linux.VirtioNetHeader;
import dev.culvert.observe.FrameSeeds;
import dev.culvert.packet.Packet;
import dev.culvert.tunnel.TunnelConfig;
import dev.culvert.tunnel.TunnelType;
import dev.culvert.vswitch.SwitchState;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Fuzz target: what a capture reads from packet sockets, a header that says what is unfinished and a frame, whose bytes are whoever's. It
 * becomes frames of the wire, and what is inside of a tunnel's lies in its packet.
 */
public final class WireFuzzer {
    /** The most that is made of one: a super-frame's payload and the headers of 128 segments. */
    private static final int WRITTEN_MAX = Packet.CAPACITY + 128 * 256;

    /** Where the inner UDP header of {@link FrameSeeds#vxlan} begins. */
    private static final int UNFINISHED_AT = 14 + 20 + 8 + 8 + 14 + 20;

    private static final WireFrames WIRE = new WireFrames(Arena.global());
    private static final List<SwitchState.Port> TUNNELS = List.of(
            tunnel("gre0", TunnelType.GRE, Map.of("remote_ip", "10.0.0.1")),
            tunnel("gre1", TunnelType.GRE, Map.of("remote_ip", "2001:db8::2", "key", "flow")),
            tunnel("vxlan0", TunnelType.VXLAN, Map.of("remote_ip", "10.0.0.1", "key", "4660")),
            tunnel("geneve0", TunnelType.GENEVE, Map.of("remote_ip", "10.0.0.2", "key", "flow")));

    private static final TunnelFinder FINDER = new TunnelFinder(TUNNELS);

    private WireFuzzer() {}

    private static SwitchState.Port tunnel(String name, TunnelType type, Map<String, String> options) {
        if (!(TunnelConfig.parse(name, type, options) instanceof TunnelConfig.Accepted(var config, var _))) {
            throw new IllegalStateException(name + " is refused");
        }
        Map<String, String> ipsec = type == TunnelType.GRE ? Map.of("ipsec_state", "up") : Map.of();
        return new SwitchState.Port(
                name, 1, 1, "", 0, 0, true, true, null, config, null, ipsec, null, 0, List.of(), Map.of(), Map.of());
    }

    /** For Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment read = arena.allocate(Math.max(1, input.length), 8).asSlice(0, input.length);
            MemorySegment.copy(input, 0, read, ValueLayout.JAVA_BYTE, 0, input.length);
            long written = 0;
            for (MemorySegment frame : WIRE.split(read)) {
                written += frame.byteSize();
                look(frame, true);
                look(frame, false);
            }
            if (written > WRITTEN_MAX) {
                throw new AssertionError(written + " bytes were made of " + input.length);
            }
        }
    }

    private static void look(MemorySegment frame, boolean leaving) {
        if (FINDER.find(frame, leaving) instanceof TunnelFinder.Frame(int tunnel, int inner)
                && (tunnel >= TUNNELS.size() || inner <= 0 || inner > frame.byteSize())) {
            throw new AssertionError("tunnel " + tunnel + ", inside at " + inner + " of " + frame.byteSize());
        }
    }

    /** Where to begin: packets of all kinds, whole and unfinished. */
    public static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (byte[] frame : FrameSeeds.all()) {
            seeds.add(read(frame, VirtioNetHeader.GSO_NONE));
        }
        seeds.add(read(HexFormat.of().parseHex(FrameSeeds.vxlan()), VirtioNetHeader.GSO_UDP_L4));
        return seeds;
    }

    private static byte[] read(byte[] frame, int type) {
        byte[] read = new byte[VirtioNetHeader.LENGTH + frame.length];
        System.arraycopy(frame, 0, read, VirtioNetHeader.LENGTH, frame.length);
        if (type != VirtioNetHeader.GSO_NONE) {
            MemorySegment segment = MemorySegment.ofArray(read);
            int flags = VirtioNetHeader.FLAG_NEEDS_CHECKSUM;
            VirtioNetHeader.write(segment, 0, flags, type, UNFINISHED_AT, 8, UNFINISHED_AT, 6);
        }
        return read;
    }
}
