package dev.culvert.lab;

import dev.culvert.unixctl.program.PidFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Culvert in a box: its daemon, started and configured exactly as somebody at the box's terminal would. */
final class CulvertSwitch extends VsctlSwitch {
    private static final String DAEMON = "ovs-vswitchd";

    CulvertSwitch(Side side, Path folder, Shell shell, LabStore store) {
        super(side, folder, shell, store);
    }

    @Override
    public void start() throws LabException, InterruptedException {
        makeFolder();
        run(
                List.of(launcher().toString()),
                List.of("switch", "--detach", "--pidfile", "--log-file", "--allow-key-export"));
        daemon(DAEMON + ".pid");
        show();
    }

    @Override
    public void connectUnderlay() throws LabException, InterruptedException {
        LabNetwork.address(shell, side.box(), side.underlayAddress(), side.underlayDevice());
    }

    /** Where it takes control commands; somebody may have started it again. */
    Path controlSocket() throws IOException {
        try {
            return folder.resolve(DAEMON + "." + PidFile.read(folder.resolve(DAEMON + ".pid")) + ".ctl");
        } catch (PidFile.PidFileException e) {
            throw new IOException(e.getMessage());
        }
    }

    /** Has it write the keys of its security associations to a folder, as Wireshark reads them. */
    void exportKeys(Path target) throws LabException, InterruptedException {
        run(tool("appctl"), List.of("ipsec/export-keys", target.toAbsolutePath().toString()));
    }

    @Override
    List<String> tool(String name) {
        return List.of(launcher().toString(), name);
    }

    @Override
    List<String> bridgeArguments(String bridge) {
        return List.of();
    }

    @Override
    public Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(super.environment());
        // what is there has been built before the lab began; a build in its middle would spoil every figure
        environment.put("CULVERT_BUILD", "never");
        return environment;
    }

    /**
     * The launcher of the installation that this code belongs to.
     *
     * @return its path; the working directory's when the launcher did not say where it is
     */
    static Path launcher() {
        List<Path> candidates = new ArrayList<>();
        String home = System.getProperty("culvert.home");
        if (home != null) {
            candidates.add(Path.of(home, "culvert"));
        }
        Path here = Path.of("culvert").toAbsolutePath();
        return candidates.stream().filter(Files::isExecutable).findFirst().orElse(here);
    }
}
