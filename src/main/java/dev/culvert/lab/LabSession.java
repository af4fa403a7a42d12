package dev.culvert.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One lab that is up: its network and the switch in each box. It is taken away when this is closed, or when the
 * process is interrupted or told to end, whatever it is doing then.
 */
public final class LabSession implements AutoCloseable {
    private final String prefix;
    private final LabStore store;
    private final Shell shell;
    private final LabNetwork network;
    private final List<BoxSwitch> switches = new ArrayList<>();
    private final Thread hook = new Thread(this::interrupted, "lab-teardown");
    private boolean hooked;
    private boolean gone;
    private boolean kept;

    private LabSession(String prefix) {
        this.prefix = prefix;
        store = LabStore.of(prefix);
        shell = new Shell(store.mark());
        network = LabNetwork.of(prefix);
    }

    /**
     * Makes the lab's network. A lab that was kept, or whose process was killed, is taken away first; anything else of
     * the same name is left alone.
     *
     * @param prefix put before the namespaces' names
     * @param console where to say what is done
     * @return the session, without switches yet
     * @throws LabException if this is not root, something is in the way, or a step fails; nothing is left behind then
     * @throws InterruptedException if this thread is interrupted; nothing is left behind then
     */
    public static LabSession open(String prefix, Console console) throws LabException, InterruptedException {
        requireRoot();
        LabSession session = new LabSession(prefix);
        removeEarlier(session.store, console);
        List<String> existing = session.network.existing();
        if (!existing.isEmpty()) {
            throw new LabException("there is a network namespace " + existing.getFirst()
                    + " already, which is not this lab's: remove it (ip netns del " + existing.getFirst()
                    + "), or give the lab's namespaces other names with --prefix");
        }
        try {
            session.store.create();
            Runtime.getRuntime().addShutdownHook(session.hook);
            session.hooked = true;
            session.network.create(session.shell, session.store);
            return session;
        } catch (LabException | InterruptedException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** What takes this very lab away when it is kept. */
    String downCommand() {
        return "./culvert lab down" + (prefix.isEmpty() ? "" : " --prefix " + prefix);
    }

    /**
     * Takes away a lab that was kept.
     *
     * @param prefix its prefix
     * @param console where to say so
     * @return whether there was one
     * @throws LabException if it is still running, or something of it could not be taken away
     * @throws InterruptedException if this thread is interrupted
     */
    public static boolean down(String prefix, Console console) throws LabException, InterruptedException {
        requireRoot();
        return removeEarlier(LabStore.of(prefix), console);
    }

    /**
     * Starts the switch of one side and gives it its guest. The left one comes first.
     *
     * @param kind its kind
     * @param side its side
     * @return how long it took from its start until it answered its tool; what followed is not counted
     * @throws LabException if it does not come up
     * @throws InterruptedException if this thread is interrupted
     */
    public Duration startSwitch(SwitchKind kind, Side side) throws LabException, InterruptedException {
        Path folder = store.folder().resolve(side.box());
        BoxSwitch box = kind.create(side, folder, shell, store);
        long start = System.nanoTime();
        box.start();
        Duration ready = Duration.ofNanos(System.nanoTime() - start);
        box.connectUnderlay();
        box.connectGuest();
        if (kind.needsFinishedChecksums()) {
            Side opposite = network.opposite(side);
            LabNetwork.finishChecksums(shell, side.guest(), side.guestDevice());
            LabNetwork.finishChecksums(shell, opposite.box(), opposite.underlayDevice());
        }
        switches.add(box);
        return ready;
    }

    /**
     * Joins the boxes.
     *
     * @param encapsulation by this kind of tunnel
     * @throws LabException if a switch refuses
     * @throws InterruptedException if this thread is interrupted
     */
    public void connect(Encapsulation encapsulation) throws LabException, InterruptedException {
        switches.getFirst().addTunnel(encapsulation, network.right().underlayAddress());
        switches.getLast().addTunnel(encapsulation, network.left().underlayAddress());
    }

    /**
     * Parts the boxes.
     *
     * @throws LabException if a switch refuses
     * @throws InterruptedException if this thread is interrupted
     */
    public void disconnect() throws LabException, InterruptedException {
        for (BoxSwitch box : switches) {
            box.removeTunnel();
        }
    }

    /** What runs the lab's programs. */
    public Shell shell() {
        return shell;
    }

    /** The network. */
    public LabNetwork network() {
        return network;
    }

    /** The switches, left first; empty before they are started. */
    public List<BoxSwitch> switches() {
        return List.copyOf(switches);
    }

    /** Where the boxes' files are. */
    public Path folder() {
        return store.folder();
    }

    /**
     * Copies the switches' logs, before they are taken away with the rest.
     *
     * @param target a folder, which is made if need be
     * @throws LabException if they cannot be copied
     */
    public void saveLogs(Path target) throws LabException {
        for (Side side : network.sides()) {
            Path folder = store.folder().resolve(side.box());
            if (!Files.isDirectory(folder)) {
                continue;
            }
            try (var files = Files.newDirectoryStream(folder, "*.log")) {
                Files.createDirectories(target);
                for (Path file : files) {
                    Files.write(target.resolve(side.box() + "-" + file.getFileName()), Files.readAllBytes(file));
                }
            } catch (IOException e) {
                throw new LabException("the logs cannot be copied to " + target + ": " + e.getMessage(), e);
            }
        }
    }

    /**
     * Leaves the lab up when this session is closed.
     *
     * @throws LabException if the state file cannot be written
     */
    public void keep() throws LabException {
        store.keep();
        kept = true;
    }

    /** Takes the lab away, unless it is kept. What could not be taken away is told on standard error. */
    @Override
    public void close() {
        shell.close();
        if (!kept) {
            tearDown();
        }
        if (hooked) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // the process is ending, and the hook is what runs, or has run
            }
        }
    }

    private void interrupted() {
        shell.close();
        if (!kept) {
            tearDown();
        }
    }

    private synchronized void tearDown() {
        if (gone) {
            return;
        }
        gone = true;
        // an interrupt that reached this thread has done its work; the teardown itself must not be cut short
        boolean interrupted = Thread.interrupted();
        try (Shell own = new Shell()) {
            for (String left : store.destroy(own)) {
                System.err.println("culvert lab: could not remove " + left);
            }
        } catch (LabException | InterruptedException e) {
            System.err.println("culvert lab: " + e.getMessage() + " (run: " + downCommand() + ")");
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean removeEarlier(LabStore store, Console console) throws LabException, InterruptedException {
        Optional<LabState> earlier = store.read();
        if (earlier.isEmpty()) {
            return false;
        }
        if (!earlier.get().kept() && earlier.get().owner().alive()) {
            throw new LabException(
                    "a lab is running (process " + earlier.get().owner().pid() + "); interrupt it first");
        }
        console.begin("taking down an earlier lab");
        List<String> left;
        try (Shell shell = new Shell()) {
            left = store.destroy(shell);
        }
        if (!left.isEmpty()) {
            throw new LabException("could not remove " + String.join(", ", left));
        }
        console.done("took down the lab that was up", "");
        return true;
    }

    private static void requireRoot() throws LabException {
        boolean root;
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            root = lines.anyMatch(line -> line.matches("Uid:\\s+\\d+\\s+0\\s.*"));
        } catch (IOException e) {
            root = true; // let the first command tell
        }
        if (!root) {
            throw new LabException("network namespaces need root: run it with sudo");
        }
    }
}
