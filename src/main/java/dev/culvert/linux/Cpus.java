package dev.culvert.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;

/** The processors of this host, by the kernel's numbers, and which of them a thread runs on (sched_setaffinity(2)). */
public final class Cpus {
    /** Processors that a set may name: the kernel's largest CONFIG_NR_CPUS. */
    private static final int MAX = 8192;

    private static final Path ONLINE = Path.of("/sys/devices/system/cpu/online");
    private static final Path POSSIBLE = Path.of("/sys/devices/system/cpu/possible");

    private static final MethodHandle SET =
            NativeCall.link("sched_setaffinity", JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
    private static final MethodHandle GET =
            NativeCall.link("sched_getaffinity", JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);

    private Cpus() {}

    /**
     * The processors that are online.
     *
     * @throws LinuxException if the kernel does not say, which one without {@code /sys} does not
     */
    public static BitSet online() throws LinuxException {
        return read(ONLINE);
    }

    /**
     * How many numbers processors can have while this host runs: what is kept for each of them has so many places.
     *
     * @throws LinuxException if the kernel does not say
     */
    public static int possible() throws LinuxException {
        return read(POSSIBLE).length();
    }

    private static BitSet read(Path list) throws LinuxException {
        try {
            return parseList(Files.readString(list).strip());
        } catch (IOException | NumberFormatException _) {
            throw new LinuxException("read " + list, Errno.ENOENT);
        }
    }

    /** Reads the kernel's list of numbers and ranges, such as {@code 0-3,8}. */
    static BitSet parseList(String text) {
        BitSet cpus = new BitSet();
        for (String range : text.isEmpty() ? new String[0] : text.split(",")) {
            int dash = range.indexOf('-');
            int first = Integer.parseUnsignedInt(dash < 0 ? range : range.substring(0, dash));
            int last = dash < 0 ? first : Integer.parseUnsignedInt(range.substring(dash + 1));
            if (first < 0 || last < first || last >= MAX) {
                throw new NumberFormatException(range);
            }
            cpus.set(first, last + 1);
        }
        return cpus;
    }

    /**
     * The processors that the calling thread may run on.
     *
     * @throws LinuxException if the kernel does not say
     */
    public static BitSet ofThisThread() throws LinuxException {
        MemorySegment state = NativeCall.state();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment set = arena.allocate(MAX / 8, 8);
            int result = NativeCall.result((int) GET.invokeExact(state, 0, set.byteSize(), set), state);
            NativeCall.check(result, "sched_getaffinity");
            return BitSet.valueOf(set.toArray(ValueLayout.JAVA_BYTE));
        } catch (LinuxException e) {
            throw e;
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }

    /**
     * Has the calling thread run on these processors only. It should be a platform thread: a virtual one changes its
     * carrier.
     *
     * @throws LinuxException EINVAL where none of them is there, or this process may use none of them
     */
    public static void bindThisThread(BitSet cpus) throws LinuxException {
        MemorySegment state = NativeCall.state();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment set = arena.allocate(MAX / 8, 8);
            byte[] bytes = cpus.toByteArray();
            MemorySegment.copy(bytes, 0, set, ValueLayout.JAVA_BYTE, 0, Math.min(bytes.length, MAX / 8));
            int result = NativeCall.result((int) SET.invokeExact(state, 0, set.byteSize(), set), state);
            NativeCall.check(result, "sched_setaffinity " + cpus);
        } catch (LinuxException e) {
            throw e;
        } catch (Throwable e) {
            throw NativeCall.broken(e);
        }
    }
}
