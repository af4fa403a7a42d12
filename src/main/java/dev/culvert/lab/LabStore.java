package dev.culvert.lab;

import dev.culvert.stream.StreamException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A lab's folder, with its state file: everything that the lab makes is written down here before or as it is made,
 * and taken away from here. Nothing that is not written here is ever touched.
 */
public final class LabStore {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    /** In the environment of every program of a lab: its folder. So those are found that an unlucky end left behind. */
    private static final String MARK = "CULVERT_LAB";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path folder;
    private final List<LabState.Namespace> namespaces = new ArrayList<>();
    private final List<ProcessIdentity> processes = new ArrayList<>();
    private boolean kept;

    private LabStore(Path folder) {
        this.folder = folder;
    }

    /**
     * The store of the lab with this prefix. It lives where everything is gone after a boot, as namespaces are.
     *
     * @param prefix the lab's prefix, empty for the usual one
     * @return the store; nothing is made yet
     */
    public static LabStore of(String prefix) {
        return new LabStore(Path.of("/run/culvert-lab", prefix.isEmpty() ? "default" : prefix));
    }

    /** The lab's folder; each box has one in it. */
    public Path folder() {
        return folder;
    }

    /** What every program of the lab must have in its environment, whatever it is and however it ends. */
    public Map<String, String> mark() {
        return Map.of(MARK, folder.toString());
    }

    /**
     * What an earlier or a running lab has written down.
     *
     * @return its state, or nothing if there is no such lab
     * @throws LabException if there is a state file that cannot be read
     */
    public Optional<LabState> read() throws LabException {
        try {
            return Optional.of(JSON.readValue(Files.readString(file()), LabState.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | JacksonException e) {
            throw new LabException("the lab's state file " + file() + " is not readable", e);
        }
    }

    /**
     * Makes the folder and a state file that names this process as the owner.
     *
     * @throws LabException if the folder cannot be made
     */
    public void create() throws LabException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new LabException("the lab's folder " + folder + " cannot be made: " + StreamException.reasonOf(e), e);
        }
        write();
    }

    /**
     * Makes a network namespace and writes it down.
     *
     * @param shell what runs {@code ip}
     * @param name the namespace's name
     * @throws LabException if it exists already or cannot be made
     * @throws InterruptedException if this thread is interrupted
     */
    public synchronized void addNamespace(Shell shell, String name) throws LabException, InterruptedException {
        shell.run("ip", "netns", "add", name);
        namespaces.add(new LabState.Namespace(name, inode(name)));
        write();
    }

    /**
     * Writes down a process that may outlive this one.
     *
     * @param process the process
     * @throws LabException if the state file cannot be written
     */
    public synchronized void addProcess(ProcessIdentity process) throws LabException {
        processes.add(process);
        write();
    }

    /**
     * Says that the lab stays when this process ends.
     *
     * @throws LabException if the state file cannot be written
     */
    public synchronized void keep() throws LabException {
        kept = true;
        write();
    }

    /**
     * Takes away what is written down: processes, namespaces, the folder. What is gone already is no error.
     *
     * @param shell a shell that is open
     * @return what could not be taken away, in words; empty if all is gone
     * @throws LabException if the state file cannot be read
     * @throws InterruptedException if this thread is interrupted
     */
    public synchronized List<String> destroy(Shell shell) throws LabException, InterruptedException {
        List<String> left = new ArrayList<>();
        Optional<LabState> state = read();
        if (state.isPresent()) {
            endAll(state.get().processes());
            endAll(ProcessIdentity.withEnvironment(MARK + "=" + folder));
            for (LabState.Namespace namespace : state.get().namespaces()) {
                if (inode(namespace.name()) != namespace.inode()) {
                    continue; // gone, or somebody else's by now
                }
                Shell.Output output = shell.run(Shell.LIMIT, Map.of(), List.of("ip", "netns", "del", namespace.name()));
                if (!output.succeeded()) {
                    left.add("namespace " + namespace.name() + ": "
                            + output.err().strip());
                }
            }
        }
        if (left.isEmpty()) {
            removeFolder(left);
        }
        return left;
    }

    /**
     * A network namespace's inode number.
     *
     * @param name the namespace's name
     * @return the number, or -1 if there is no such namespace
     */
    public static long inode(String name) {
        try {
            return (Long) Files.getAttribute(Path.of("/run/netns", name), "unix:ino");
        } catch (IOException e) {
            return -1;
        }
    }

    /** All at once, so that their patience is not added up. */
    private static void endAll(List<ProcessIdentity> processes) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (ProcessIdentity process : processes.reversed()) {
            threads.add(Thread.ofVirtual().start(() -> process.end(PATIENCE)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void removeFolder(List<String> left) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                        throws IOException {
                    Files.deleteIfExists(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
            Files.deleteIfExists(folder.getParent()); // not empty while another lab is up
        } catch (DirectoryNotEmptyException | NoSuchFileException e) {
            // another lab's, or nothing was there
        } catch (IOException e) {
            left.add("folder " + folder + ": " + e.getMessage());
        }
    }

    private synchronized void write() throws LabException {
        ProcessIdentity owner =
                ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow();
        Path next = folder.resolve("state.json.new");
        try {
            Files.writeString(next, JSON.writeValueAsString(new LabState(owner, kept, namespaces, processes)));
            Files.move(next, file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new LabException("the lab's state file " + file() + " cannot be written: " + e.getMessage(), e);
        }
    }

    private Path file() {
        return folder.resolve("state.json");
    }
}
