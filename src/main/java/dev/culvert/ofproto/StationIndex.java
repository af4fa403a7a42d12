package dev.culvert.ofproto;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Flows by the stations that their translation has looked up. Most stations have one flow and a few, gateways, have all: so
 * the flows of a station are a chain of links, of which each can be taken out on its own.
 *
 * @param <F> flows
 */
final class StationIndex<F> {
    /** A flow's place under one station. */
    static final class Link<F> {
        private final Translation.Station station;
        private final F flow;
        private @Nullable Link<F> before;
        private @Nullable Link<F> after;

        private Link(Translation.Station station, F flow) {
            this.station = station;
            this.flow = flow;
        }
    }

    private final Map<Translation.Station, Link<F>> first = new HashMap<>();

    /**
     * Files a flow.
     *
     * @param stations what it is filed under
     * @return by which it is taken out again
     */
    List<Link<F>> file(List<Translation.Station> stations, F flow) {
        List<Link<F>> links = new ArrayList<>(stations.size());
        for (Translation.Station station : stations) {
            Link<F> link = new Link<>(station, flow);
            Link<F> next = first.put(station, link);
            link.after = next;
            if (next != null) {
                next.before = link;
            }
            links.add(link);
        }
        return List.copyOf(links);
    }

    /** Takes a flow out. */
    void unfile(List<Link<F>> links) {
        for (Link<F> link : links) {
            Link<F> before = link.before;
            Link<F> after = link.after;
            if (after != null) {
                after.before = before;
            }
            if (before != null) {
                before.after = after;
            } else if (after != null) {
                first.put(link.station, after);
            } else {
                first.remove(link.station);
            }
        }
    }

    /** Does something with each flow that is filed under a station; it must not file or unfile any. */
    void forEach(Translation.Station station, Consumer<F> task) {
        for (Link<F> link = first.get(station); link != null; link = link.after) {
            task.accept(link.flow);
        }
    }
}
