package dev.culvert.lab;

import dev.culvert.stream.StreamException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A switch that is configured through {@code ovs-vsctl}: what Culvert and Open vSwitch have in common. */
public abstract sealed class VsctlSwitch implements BoxSwitch permits CulvertSwitch, OpenVswitchSwitch {
    final Side side;
    final Path folder;
    final Shell shell;
    private final LabStore store;
    private final List<ProcessIdentity> processes = new ArrayList<>();

    VsctlSwitch(Side side, Path folder, Shell shell, LabStore store) {
        this.side = side;
        this.folder = folder;
        this.shell = shell;
        this.store = store;
    }

    /** The command line of one of its tools, such as {@code vsctl}. */
    abstract List<String> tool(String name);

    /** Arguments that {@code add-br} needs beside the bridge's name. */
    abstract List<String> bridgeArguments(String bridge);

    @Override
    public String show() throws LabException, InterruptedException {
        return vsctl("show");
    }

    @Override
    public void connectGuest() throws LabException, InterruptedException {
        List<String> addBridge = new ArrayList<>(List.of("add-br", side.bridge()));
        addBridge.addAll(bridgeArguments(side.bridge()));
        vsctl(addBridge);
        vsctl("add-port", side.bridge(), side.port());
    }

    @Override
    public void addTunnel(Encapsulation encapsulation, String remote) throws LabException, InterruptedException {
        vsctl(encapsulation.addPort(side, remote));
    }

    @Override
    public void removeTunnel() throws LabException, InterruptedException {
        vsctl("del-port", side.tunnel());
    }

    @Override
    public String describe() throws LabException, InterruptedException {
        return "# ovs-vsctl show\n" + show() + "\n# ovs-ofctl show " + side.bridge() + "\n"
                + run(tool("ofctl"), List.of("show", side.bridge()));
    }

    @Override
    public List<ProcessIdentity> processes() {
        return List.copyOf(processes);
    }

    /** Each box has its run, database and log folder of its own, as each machine would. */
    @Override
    public Map<String, String> environment() {
        String path = folder.toString();
        return Map.of("OVS_RUNDIR", path, "OVS_DBDIR", path, "OVS_LOGDIR", path, "OVS_SYSCONFDIR", path);
    }

    /**
     * Runs the switch's {@code vsctl}, which waits until the switch has done what it was told.
     *
     * @param limit how long it may take
     * @param arguments without the program's name
     * @return what it printed
     * @throws LabException with its complaint, if it fails
     * @throws InterruptedException if this thread is interrupted
     */
    public final String vsctl(Duration limit, List<String> arguments) throws LabException, InterruptedException {
        return run(limit, tool("vsctl"), arguments);
    }

    /**
     * Runs the switch's {@code appctl}.
     *
     * @param arguments without the program's name
     * @return what it printed
     * @throws LabException with its complaint, if it fails
     * @throws InterruptedException if this thread is interrupted
     */
    public final String appctl(String... arguments) throws LabException, InterruptedException {
        return run(tool("appctl"), List.of(arguments));
    }

    final String vsctl(List<String> arguments) throws LabException, InterruptedException {
        return vsctl(Shell.LIMIT, arguments);
    }

    final String vsctl(String... arguments) throws LabException, InterruptedException {
        return vsctl(List.of(arguments));
    }

    /** Runs a program of the switch in its box. */
    final String run(List<String> program, List<String> arguments) throws LabException, InterruptedException {
        return run(Shell.LIMIT, program, arguments);
    }

    private String run(Duration limit, List<String> program, List<String> arguments)
            throws LabException, InterruptedException {
        List<String> line = new ArrayList<>(program);
        line.addAll(arguments);
        return shell.run(limit, environment(), Shell.inside(side.box(), line))
                .orThrow()
                .out();
    }

    final void makeFolder() throws LabException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new LabException("the folder " + folder + " cannot be made: " + StreamException.reasonOf(e), e);
        }
    }

    /** Takes note of a daemon, so that it is ended whatever happens. */
    final void daemon(String pidfile) throws LabException {
        ProcessIdentity process = ProcessIdentity.fromPidfile(folder.resolve(pidfile));
        processes.add(process);
        store.addProcess(process);
    }
}
