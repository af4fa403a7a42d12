package dev.culvert.linux;

/** The network namespace that the calling platform thread, and each socket that it opens, belongs to. */
@SuppressWarnings("DoNotCallSuggester")
public final class NetworkNamespace {
    private NetworkNamespace() {}

    /**
     * Moves the calling platform thread into a namespace that {@code ip netns} made.
     *
     * @throws LinuxException ENOENT when there is none of that name, EPERM without CAP_SYS_ADMIN
     */
    public static void enter(String name) throws LinuxException {
        throw new UnsupportedOperationException(name);
    }

    /** Returns the inode number of the calling thread's namespace, which identifies it while it exists. */
    public static long current() throws LinuxException {
        throw new UnsupportedOperationException();
    }
}
