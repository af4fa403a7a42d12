package dev.culvert.datapath;

import dev.culvert.linux.Cpus;
import dev.culvert.linux.LinuxException;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Which processor a loop's thread is bound to. That thread's. */
final class Binding {
    private static final System.Logger LOG = System.getLogger("dpif");

    private final String name;
    private int cpu = -1;

    /** Where the thread might run before it was bound; null if it never was. */
    private @Nullable BitSet everywhere;

    Binding(String name) {
        this.name = name;
    }

    /**
     * Binds the calling thread to a processor. Where that is not possible it stays where it is.
     *
     * @param wanted the processor's number; -1 for any
     */
    void bind(int wanted) {
        if (wanted == cpu) {
            return;
        }
        try {
            BitSet cpus = everywhere == null ? Cpus.ofThisThread() : everywhere;
            everywhere = cpus;
            if (wanted >= 0) {
                cpus = new BitSet();
                cpus.set(wanted);
            }
            Cpus.bindThisThread(cpus);
            cpu = wanted;
        } catch (LinuxException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0}: cannot run on core {1}: {2}",
                    name,
                    Integer.toString(wanted),
                    e.getMessage());
        }
    }
}
