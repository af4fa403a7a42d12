package dev.culvert.linux;

/** The kernel's view of the calling platform thread. */
public final class Threads {
    /** As many processors as glibc's cpu_set_t has room for. */
    private static final int PROCESSORS_MAX = 1024;

    private Threads() {}

    /** Names the thread as {@code ps} and {@code top} show it: the first 15 bytes count (prctl(2), PR_SET_NAME). */
    public static void setName(String name) {
        ProcessCalls.setName(name);
    }

    /**
     * Lets the thread run on some processors only (sched_setaffinity(2)).
     *
     * @param processors their numbers, from 0
     * @throws LinuxException EINVAL when none of them may be used
     */
    public static void pinCurrentThread(int... processors) throws LinuxException {
        byte[] mask = new byte[PROCESSORS_MAX / Byte.SIZE];
        for (int processor : processors) {
            if (processor < 0 || processor >= PROCESSORS_MAX) {
                throw new LinuxException("sched_setaffinity " + processor, Errno.EINVAL);
            }
            mask[processor / Byte.SIZE] |= (byte) (1 << processor % Byte.SIZE);
        }
        NativeCall.check(ProcessCalls.setAffinity(mask), "sched_setaffinity");
    }
}
