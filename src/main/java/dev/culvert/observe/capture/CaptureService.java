package dev.culvert.observe.capture;

import dev.culvert.linux.Link;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.Netlink;
import dev.culvert.linux.PcapFilter;
import dev.culvert.observe.state.Answers;
import dev.culvert.observe.state.UnavailableException;
import dev.culvert.unixctl.UnixctlCommands;
import dev.culvert.unixctl.UnixctlException;
import dev.culvert.vswitch.SwitchCompanion;
import dev.culvert.vswitch.SwitchState;
import dev.culvert.vswitch.VirtualSwitch;
import dev.culvert.vswitch.daemon.DaemonContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The captures of a switch, as control commands:
 *
 * <ul>
 *   <li>{@code capture/start BRIDGE [port=NAME | underlay] [snaplen=N] [filter=EXPRESSION]} begins one; its number is the answer.
 *   <li>{@code capture/read NUMBER} gives the next bytes of it, pcapng in base64; nothing after a quarter of a second in which
 *       nothing has come; {@code end} after the last ones.
 *   <li>{@code capture/stop NUMBER} ends it; what is left is still to be read.
 *   <li>{@code capture/list} shows all.
 * </ul>
 */
public final class CaptureService implements SwitchCompanion {
    /** Captures at a time. */
    private static final int CAPTURES_MAX = 8;

    private static final int CHUNK = 256 << 10;
    private static final long READ_MILLIS = 250;

    private final Map<Integer, Capture> captures = new TreeMap<>();
    private int last;
    private @Nullable VirtualSwitch observed;

    /** For {@link java.util.ServiceLoader}. */
    public CaptureService() {}

    @Override
    public void start(VirtualSwitch running, DaemonContext context) {
        observed = running;
        UnixctlCommands commands = context.commands();
        commands.register(
                "capture/start", "bridge [port=name | underlay] [snaplen=n] [filter=expression]", 1, 5, this::begin);
        commands.register("capture/read", "number", 1, 1, this::read);
        commands.register("capture/stop", "number", 1, 1, arguments -> {
            capture(arguments.getFirst()).stop();
            return "";
        });
        commands.register("capture/list", "", 0, 0, _ -> list());
    }

    @Override
    public synchronized void stop() {
        captures.values().forEach(Capture::stop);
    }

    private synchronized String list() {
        captures.values().removeIf(Capture::isOver);
        return captures.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue().describe() + "\n")
                .collect(Collectors.joining());
    }

    private String read(List<String> arguments) throws UnixctlException {
        Capture capture = capture(arguments.getFirst());
        byte[] bytes = capture.fetch(CHUNK, READ_MILLIS);
        return bytes.length == 0 && capture.isOver()
                ? "end"
                : Base64.getEncoder().encodeToString(bytes);
    }

    private synchronized Capture capture(String number) throws UnixctlException {
        try {
            Capture capture = captures.get(Integer.parseInt(number));
            if (capture != null) {
                return capture;
            }
        } catch (NumberFormatException e) {
            // the same as a number that no capture has
        }
        throw new UnixctlException("no capture " + number);
    }

    private String begin(List<String> arguments) throws UnixctlException {
        CaptureRequest request = CaptureRequest.of(arguments);
        VirtualSwitch running = observed;
        if (running == null) {
            throw new UnixctlException("the switch has not started");
        }
        PcapFilter filter = null;
        VirtualSwitch.Watch watch = null;
        boolean started = false;
        try {
            // none of this with the lock: names in a filter may be asked for, and the switch may be busy
            filter = request.filter().isBlank() ? null : PcapFilter.compile(request.filter());
            SwitchState state = Answers.await(running.state());
            SwitchState.Bridge bridge = state.bridge(request.bridge());
            if (bridge == null) {
                throw new UnixctlException("no such bridge");
            }
            List<SwitchState.Port> ports = ports(bridge, request);
            List<Capture.Device> devices = devices(bridge, ports, request);
            watch = Answers.await(running.watch(watched(state, devices)), VirtualSwitch.Watch::close);
            List<SwitchState.Port> tunnels =
                    ports.stream().filter(port -> port.tunnel() != null).toList();
            int number = start(request, watch, filter, tunnels, devices);
            started = true;
            return "" + number;
        } catch (PcapFilter.FilterException e) {
            throw new UnixctlException("filter: " + e.getMessage());
        } catch (UnavailableException e) {
            throw new UnixctlException(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UnixctlException("it cannot be observed: " + e.getMessage());
        } finally {
            if (!started && watch != null) {
                watch.close();
            }
            if (!started && filter != null) {
                filter.close();
            }
        }
    }

    private synchronized int start(
            CaptureRequest request,
            VirtualSwitch.Watch watch,
            @Nullable PcapFilter filter,
            List<SwitchState.Port> tunnels,
            List<Capture.Device> devices)
            throws IOException, UnixctlException {
        captures.values().removeIf(Capture::isOver);
        if (captures.size() >= CAPTURES_MAX) {
            throw new UnixctlException("there are " + CAPTURES_MAX + " captures already");
        }
        Capture capture = new Capture(last + 1, request, watch, filter, tunnels, devices);
        capture.start();
        captures.put(++last, capture);
        return last;
    }

    /** The datapath's ports, of whichever bridge, that are devices which are looked at: one may be another's underlay. */
    private static Set<Integer> watched(SwitchState state, List<Capture.Device> devices) {
        Set<Integer> indexes = devices.stream().map(Capture.Device::ifindex).collect(Collectors.toSet());
        return state.bridges().stream()
                .flatMap(bridge -> bridge.ports().stream())
                .filter(port -> indexes.contains(port.ifindex()))
                .map(SwitchState.Port::datapathPort)
                .collect(Collectors.toSet());
    }

    private static List<SwitchState.Port> ports(SwitchState.Bridge bridge, CaptureRequest request)
            throws UnixctlException {
        if (request.port() == null) {
            return bridge.ports().stream()
                    .filter(port -> port.tunnel() != null || !request.underlay())
                    .toList();
        }
        SwitchState.Port port = bridge.port(request.port());
        if (port == null) {
            throw new UnixctlException("no port " + request.port() + " on bridge " + bridge.name());
        }
        if (port.number() < 0) {
            throw new UnixctlException(port.name() + " is not open: " + port.error());
        }
        if (port.tunnel() == null && port.ifindex() == 0) {
            throw new UnixctlException(port.name() + " has no device to look at, being of type " + port.type());
        }
        return List.of(port);
    }

    /** The devices of ports, and those that tunnels leave by. */
    private static List<Capture.Device> devices(
            SwitchState.Bridge bridge, List<SwitchState.Port> ports, CaptureRequest request)
            throws UnixctlException, LinuxException {
        List<Capture.Device> devices = new ArrayList<>();
        Set<Integer> underlay = new LinkedHashSet<>();
        boolean anywhere = false;
        for (SwitchState.Port port : ports) {
            SwitchState.Egress way = port.way();
            if (port.tunnel() == null) {
                if (port.ifindex() != 0) {
                    devices.add(new Capture.Device(port.ifindex(), port.name(), port));
                }
            } else if (way != null && way.ifindex() != 0) {
                underlay.add(way.ifindex());
            } else {
                anywhere = true; // each flow says where to, or there is no route yet
            }
        }
        if (anywhere || !underlay.isEmpty()) {
            addUnderlay(devices, underlay, anywhere, bridge);
        }
        if (devices.size() > Capture.DEVICES_MAX) {
            throw new UnixctlException("%d devices; at most %d can be looked at, name one port"
                    .formatted(devices.size(), Capture.DEVICES_MAX));
        }
        if (devices.isEmpty()) {
            throw new UnixctlException("bridge " + request.bridge() + " has nothing that could be looked at");
        }
        return devices;
    }

    private static void addUnderlay(
            List<Capture.Device> devices, Set<Integer> underlay, boolean anywhere, SwitchState.Bridge bridge)
            throws LinuxException {
        Set<Integer> own = new HashSet<>();
        bridge.ports().forEach(port -> own.add(port.ifindex()));
        try (Netlink netlink = Netlink.open()) {
            for (Link link : netlink.links()) {
                boolean candidate = anywhere && link.adminUp() && !own.contains(link.ifindex());
                if ((underlay.contains(link.ifindex()) || candidate) && own.add(link.ifindex())) {
                    devices.add(new Capture.Device(link.ifindex(), link.name(), null));
                }
            }
        }
    }
}
