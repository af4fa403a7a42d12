package dev.culvert.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The programs that a lab runs, and the Debian packages that have them. */
public final class Prerequisites {
    /** Those whose package has another name. */
    private static final Map<String, String> PACKAGES = Map.of(
            "ip", "iproute2",
            "bridge", "iproute2",
            "ping", "iputils-ping",
            "wg", "wireguard-tools",
            "ovs-vswitchd", "openvswitch-switch",
            "ovsdb-server", "openvswitch-switch",
            "ovsdb-tool", "openvswitch-switch",
            "ovs-vsctl", "openvswitch-switch",
            "ovs-ofctl", "openvswitch-switch");

    private static final List<String> FOLDERS =
            List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

    /** What every lab needs. */
    public static final List<String> LAB = List.of("ip", "ping", "iperf3");

    private Prerequisites() {}

    /**
     * Sees to it that programs are there: what is missing is installed where there is an apt-get, and said so.
     *
     * @param programs names of programs
     * @param console where to say what is installed
     * @throws LabException naming what is missing, if it cannot be installed
     * @throws InterruptedException if this thread is interrupted
     */
    public static void require(List<String> programs, Console console) throws LabException, InterruptedException {
        Set<String> packages = new LinkedHashSet<>();
        List<String> missing = new ArrayList<>();
        for (String program : programs) {
            if (!installed(program)) {
                missing.add(program);
                packages.add(PACKAGES.getOrDefault(program, program));
            }
        }
        if (missing.isEmpty()) {
            return;
        }
        String names = String.join(" ", packages);
        Path script = CulvertSwitch.launcher().resolveSibling("scripts").resolve("install-packages");
        if (!installed("apt-get") || !Files.isExecutable(script)) {
            throw new LabException(
                    "not installed: " + String.join(", ", missing) + " (Debian's packages: " + names + ")");
        }
        console.begin("installing " + names + " (apt-get)");
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(packages);
        try (Shell shell = new Shell()) {
            shell.run(Duration.ofMinutes(10), Map.of(), command).orThrow();
        }
        console.done("installed", names);
    }

    private static boolean installed(String program) {
        return FOLDERS.stream().anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
