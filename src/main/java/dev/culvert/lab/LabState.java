package dev.culvert.lab;

import java.util.List;

/**
 * What a lab has made on this machine, as written to its state file, so that another process can take it away.
 *
 * @param owner the process that runs the lab
 * @param kept whether the owner has finished and left the lab up on purpose
 * @param namespaces the network namespaces that were made
 * @param processes the processes that were started and may outlive the owner
 */
public record LabState(
        ProcessIdentity owner, boolean kept, List<Namespace> namespaces, List<ProcessIdentity> processes) {
    /** Copies the lists. */
    public LabState {
        namespaces = List.copyOf(namespaces);
        processes = List.copyOf(processes);
    }

    /**
     * A network namespace that cannot be mistaken for another one of the same name.
     *
     * @param name its name
     * @param inode its inode number, as in {@code ip netns identify}
     */
    public record Namespace(String name, long inode) {}
}
