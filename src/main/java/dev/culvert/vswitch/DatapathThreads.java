package dev.culvert.vswitch;

import dev.culvert.datapath.Datapath;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How many threads work on packets, and where, as {@code other_config} of the Open_vSwitch row says
 * (ovs-vswitchd.conf.db(5)): {@code pmd-cpu-mask} names a processor for each, otherwise {@code n-handler-threads} says how
 * many there are. The default is one.
 */
final class DatapathThreads {
    /** In place of a processor: any. */
    static final int ANY = -1;

    private static final System.Logger LOG = System.getLogger("ovs_numa");

    private DatapathThreads() {}

    /**
     * Reads the configuration. What is wrong in it is logged, and does without.
     *
     * @param otherConfig the row's
     * @param online the processors that there are
     * @return for each thread its processor, or {@link #ANY}; 1 to {@link Datapath#MAX_THREADS} of them
     */
    static List<Integer> of(Map<String, String> otherConfig, BitSet online) {
        String mask = otherConfig.get("pmd-cpu-mask");
        if (mask != null && !mask.isEmpty()) {
            List<Integer> cpus = new ArrayList<>();
            BitSet wanted = parseMask(mask);
            wanted.and(online);
            wanted.stream().limit(Datapath.MAX_THREADS).forEach(cpus::add);
            if (!cpus.isEmpty()) {
                return cpus;
            }
            LOG.log(System.Logger.Level.WARNING, "pmd-cpu-mask {0} names no core that there is", mask);
            return List.of(ANY);
        }
        int count = Reconciler.number(otherConfig.get("n-handler-threads"), 1, 1, Datapath.MAX_THREADS);
        return Collections.nCopies(count, ANY);
    }

    /** Reads a mask as Open vSwitch does: the last digit is for processors 0 to 3, and what is no digit counts as 0. */
    static BitSet parseMask(String mask) {
        String digits = mask.startsWith("0x") || mask.startsWith("0X") ? mask.substring(2) : mask;
        BitSet cpus = new BitSet();
        for (int i = 0; i < digits.length(); i++) {
            char digit = digits.charAt(digits.length() - 1 - i);
            int value = digit < 128 ? Character.digit(digit, 16) : -1;
            if (value < 0) {
                LOG.log(System.Logger.Level.WARNING, "Invalid cpu mask: {0}", printable(digit));
                continue;
            }
            for (int bit = 0; bit < 4; bit++) {
                cpus.set(4 * i + bit, (value >> bit & 1) != 0);
            }
        }
        return cpus;
    }

    private static String printable(char digit) {
        return Character.isISOControl(digit) ? "\\x%02x".formatted((int) digit) : String.valueOf(digit);
    }

    /** Whether two configurations say the same of threads. */
    static boolean same(@Nullable Map<String, String> one, Map<String, String> other) {
        return one != null
                && one.getOrDefault("pmd-cpu-mask", "").equals(other.getOrDefault("pmd-cpu-mask", ""))
                && one.getOrDefault("n-handler-threads", "").equals(other.getOrDefault("n-handler-threads", ""));
    }
}
