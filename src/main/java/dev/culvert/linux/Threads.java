package dev.culvert.linux;

/** The kernel's view of the calling platform thread. */
@SuppressWarnings("DoNotCallSuggester")
public final class Threads {
    private Threads() {}

    /** Names the thread as {@code ps} and {@code top} show it: the first 15 bytes count. */
    public static void setName(String name) {
        throw new UnsupportedOperationException(name);
    }

    /**
     * Lets the thread run on some processors only.
     *
     * @throws LinuxException EINVAL when none of them may be used
     */
    public static void pinCurrentThread(int... processors) throws LinuxException {
        throw new UnsupportedOperationException("" + processors.length);
    }
}
