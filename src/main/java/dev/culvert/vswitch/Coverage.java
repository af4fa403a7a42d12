package dev.culvert.vswitch;

import dev.culvert.datapath.Datapath;
import dev.culvert.datapath.DatapathStatistics;
import dev.culvert.ipsec.ike.IkeDrop;
import dev.culvert.packet.DropReason;
import dev.culvert.vswitch.ipsec.IpsecTunnels;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * What happened how often, in all and of late: drops by their reason, what was done for paths that are too narrow, upcalls that
 * found no room. The conductor's.
 */
final class Coverage {
    /** Seconds between samples. */
    static final int PERIOD = 5;

    private static final int PER_MINUTE = 60 / PERIOD;
    private static final int PER_HOUR = 60;

    private final Datapath datapath;
    private final IpsecTunnels ipsec;
    private final ArrayDeque<Map<String, Long>> lastMinute = new ArrayDeque<>();
    private final ArrayDeque<Map<String, Long>> lastHour = new ArrayDeque<>();
    private int samples;

    Coverage(Datapath datapath, IpsecTunnels ipsec) {
        this.datapath = datapath;
        this.ipsec = ipsec;
    }

    /** How many packets were dropped for each reason, those of IKE included; also those that never occurred. */
    Map<String, Long> drops() {
        Map<String, Long> all = new LinkedHashMap<>();
        Map<DropReason, Long> drops = datapath.drops();
        for (DropReason reason : DropReason.values()) {
            all.put(reason.counter(), drops.getOrDefault(reason, 0L));
        }
        Map<IkeDrop, Long> ike = ipsec.drops();
        for (IkeDrop reason : IkeDrop.values()) {
            // some is found to be malformed before IKE looks at it
            all.merge("ike_" + reason.name().toLowerCase(Locale.ROOT), ike.getOrDefault(reason, 0L), Long::sum);
        }
        return all;
    }

    private Map<String, Long> now() {
        Map<String, Long> now = new LinkedHashMap<>();
        drops().forEach((reason, count) -> now.put("drop_" + reason, count));
        DatapathStatistics statistics = datapath.statistics();
        now.put("path_mtu_resegmented", statistics.resegmented());
        now.put("path_mtu_answered", statistics.answered());
        now.put("path_mtu_fragmented", statistics.fragmented());
        now.put("upcall_lost", statistics.lost());
        return now;
    }

    /** Remembers how it is; to be called every {@link #PERIOD} seconds. */
    void sample() {
        Map<String, Long> now = now();
        push(lastMinute, now, PER_MINUTE);
        if (samples++ % PER_MINUTE == 0) {
            push(lastHour, now, PER_HOUR);
        }
    }

    private static void push(ArrayDeque<Map<String, Long>> history, Map<String, Long> now, int limit) {
        history.addLast(now);
        if (history.size() > limit + 1) {
            history.removeFirst();
        }
    }

    /** {@code coverage/show}. */
    String show() {
        Map<String, Long> now = now();
        StringBuilder text = new StringBuilder();
        CRC32 hash = new CRC32();
        int silent = 0;
        for (Map.Entry<String, Long> event : now.entrySet()) {
            if (event.getValue() == 0) {
                silent++;
                continue;
            }
            String name = event.getKey();
            hash.update(name.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            text.append(String.format(
                    Locale.ROOT,
                    "%-24s %5.1f/sec %9.3f/sec %13.4f/sec   total: %d\n",
                    name,
                    since(previous(lastMinute), lastMinute.peekLast(), name) / PERIOD,
                    since(lastMinute.peekFirst(), lastMinute.peekLast(), name) / 60,
                    since(lastHour.peekFirst(), lastMinute.peekLast(), name) / 3600,
                    event.getValue()));
        }
        return String.format(
                Locale.ROOT,
                "Event coverage, avg rate over last: %d seconds, last minute, last hour,  hash=%08x:\n%s%d events never hit\n",
                PERIOD,
                hash.getValue(),
                text,
                silent);
    }

    /** The sample before the last; the last itself where it is the only one. */
    private static @Nullable Map<String, Long> previous(ArrayDeque<Map<String, Long>> history) {
        Map<String, Long> previous = history.peekLast();
        var backwards = history.descendingIterator();
        for (int i = 0; i < 2 && backwards.hasNext(); i++) {
            previous = backwards.next();
        }
        return previous;
    }

    private static double since(@Nullable Map<String, Long> from, @Nullable Map<String, Long> to, String name) {
        return from == null || to == null ? 0 : to.getOrDefault(name, 0L) - from.getOrDefault(name, 0L);
    }

    /** How often an event has happened; null where there is none of that name. */
    @Nullable
    Long total(String name) {
        return now().get(name);
    }
}
