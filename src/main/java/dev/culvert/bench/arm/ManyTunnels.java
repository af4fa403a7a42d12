package dev.culvert.bench.arm;

import dev.culvert.lab.BoxSwitch;
import dev.culvert.lab.Encapsulation;
import dev.culvert.lab.LabException;
import dev.culvert.lab.Side;
import dev.culvert.lab.VsctlSwitch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * More tunnels in the left box than the one that carries packets: each to a box of its own, which is not there. Their
 * addresses are those of RFC 2544 for benchmarks, and the route to them leads to the right box, which drops what comes.
 * The kernel's vxlan device has them as further destinations, which is how it has many tunnels; a bridge of the kernel's
 * could not have as many ports.
 */
public final class ManyTunnels {
    /** How many tunnels are made in one transaction: about as many as a command line has room for. */
    private static final int AT_ONCE = 5000;

    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final String NETWORK = "198.18.0.0/15";

    private final Arm arm;
    private final Encapsulation encapsulation;

    /**
     * @param arm which is connected already
     * @param encapsulation the tunnels'
     */
    public ManyTunnels(Arm arm, Encapsulation encapsulation) {
        this.arm = arm;
        this.encapsulation = encapsulation;
    }

    /**
     * Makes them.
     *
     * @param total how many tunnels the box shall have, with the one that it has already
     * @return the seconds that it took until the switch was done with all
     * @throws LabException if it refuses
     * @throws InterruptedException if this thread is interrupted
     */
    public double add(int total) throws LabException, InterruptedException {
        Side side = arm.left();
        arm.shell()
                .run(
                        "ip",
                        "-n",
                        side.box(),
                        "route",
                        "add",
                        NETWORK,
                        "via",
                        arm.right().underlayAddress());
        BoxSwitch box = arm.switches().getFirst();
        long start = System.nanoTime();
        if (box instanceof VsctlSwitch ovs) {
            for (int from = 1; from < total; from += AT_ONCE) {
                ovs.vsctl(LIMIT, commands(side, from, Math.min(total, from + AT_ONCE)));
            }
        } else {
            destinations(side, total);
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private List<String> commands(Side side, int from, int to) {
        List<String> line = new ArrayList<>();
        for (int i = from; i < to; i++) {
            line.add("--");
            line.addAll(encapsulation.addPort(side.withTunnel("t" + i), address(i)));
        }
        return line.isEmpty() ? line : line.subList(1, line.size());
    }

    private void destinations(Side side, int total) throws LabException, InterruptedException {
        StringBuilder commands = new StringBuilder();
        for (int i = 1; i < total; i++) {
            commands.append("fdb append 00:00:00:00:00:00 dev ")
                    .append(side.tunnel())
                    .append(" dst ")
                    .append(address(i))
                    .append('\n');
        }
        try {
            Path file = Files.createTempFile("culvert-bench-", ".bridge");
            try {
                Files.writeString(file, commands);
                List<String> line = List.of("bridge", "-n", side.box(), "-batch", file.toString());
                arm.shell().run(LIMIT, Map.of(), line).orThrow();
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new LabException("no temporary file: " + e.getMessage(), e);
        }
    }

    /**
     * The address of the box at the far end of a tunnel.
     *
     * @param tunnel its number, from 1
     * @return an address of 198.18.0.0/15
     */
    static String address(int tunnel) {
        int host = tunnel % 250 + 1;
        int third = tunnel / 250 % 256;
        int second = 18 + tunnel / 250 / 256;
        return "198." + second + "." + third + "." + host;
    }

    /**
     * Keeps the guests from asking everybody: each question would be sent through all tunnels, in every arm. They know
     * each other for good, and have no IPv6, which asks by itself.
     *
     * @throws LabException if that cannot be set
     * @throws InterruptedException if this thread is interrupted
     */
    public void quietGuests() throws LabException, InterruptedException {
        quiet(arm.left(), arm.right(), arm.receiver().ask(1, "mac", arm.right().guestDevice()));
        quiet(arm.right(), arm.left(), arm.sender().ask(1, "mac", arm.left().guestDevice()));
    }

    private void quiet(Side side, Side other, String mac) throws LabException, InterruptedException {
        String device = side.guestDevice();
        arm.shell()
                .run(
                        "ip",
                        "-n",
                        side.guest(),
                        "neighbour",
                        "replace",
                        other.guestAddress(),
                        "lladdr",
                        text(mac),
                        "dev",
                        device,
                        "nud",
                        "permanent");
        String[] sysctl = {
            "ip", "netns", "exec", side.guest(), "sysctl", "-qw", "net.ipv6.conf." + device + ".disable_ipv6=1"
        };
        arm.shell().run(sysctl);
    }

    private static String text(String mac) {
        long address = Long.parseLong(mac);
        StringBuilder text = new StringBuilder();
        for (int shift = 40; shift >= 0; shift -= 8) {
            text.append(text.isEmpty() ? "" : ":").append(String.format("%02x", address >>> shift & 0xff));
        }
        return text.toString();
    }
}
