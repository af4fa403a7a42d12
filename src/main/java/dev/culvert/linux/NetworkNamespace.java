package dev.culvert.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** The network namespace that the calling platform thread, and each socket that it opens, belongs to. */
public final class NetworkNamespace {
    private static final Path SELF = Path.of("/proc/thread-self/ns/net");

    private NetworkNamespace() {}

    /**
     * Moves the calling platform thread into a namespace that {@code ip netns} made.
     *
     * @throws LinuxException ENOENT when there is none of that name, EPERM without CAP_SYS_ADMIN
     * @throws IllegalStateException on a virtual thread, whose carrier would be moved with all that it carries later
     */
    public static void enter(String name) throws LinuxException {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("a virtual thread cannot change its network namespace");
        }
        String operation = "network namespace " + name;
        if (name.isEmpty() || name.contains("/")) {
            throw new LinuxException(operation, Errno.ENOENT);
        }
        int fd = NativeCall.check(
                FileCalls.open("/run/netns/" + name, FileCalls.O_RDONLY | FileCalls.O_CLOEXEC, 0), operation);
        try {
            NativeCall.check(ProcessCalls.setNamespace(fd, ProcessCalls.CLONE_NEWNET), operation);
        } finally {
            FileCalls.close(fd);
        }
    }

    /**
     * Runs a task on a platform thread of its own in a namespace, and waits for it. What it opens stays in that namespace,
     * also when other threads use it.
     *
     * @throws LinuxException as {@link #enter} does
     * @throws ExecutionException when the task fails, with its exception as the cause
     * @throws InterruptedException when the waiting is interrupted; the task is interrupted as well
     */
    public static <T> T call(String name, Callable<T> task)
            throws LinuxException, ExecutionException, InterruptedException {
        FutureTask<T> inside = new FutureTask<>(() -> {
            enter(name);
            return task.call();
        });
        Thread thread = Thread.ofPlatform().daemon().name("netns " + name).start(inside);
        try {
            return inside.get();
        } catch (InterruptedException e) {
            thread.interrupt();
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LinuxException refused) {
                throw refused;
            }
            throw e;
        }
    }

    /**
     * Returns the inode number of the calling thread's namespace, which identifies it while it exists (namespaces(7)).
     *
     * @throws IOException when /proc is not mounted
     */
    public static long current() throws IOException {
        return (Long) Files.getAttribute(SELF, "unix:ino");
    }
}
