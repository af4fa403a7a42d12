package dev.culvert.datapath;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which loop reads what: each source is one loop's, for only so do the packets of a flow stay in order. A new source goes
 * where the fewest are. What has a place keeps it, as long as the loop is there; only when loops come or go is anything
 * moved, and then so much that no loop has two sources more than another.
 *
 * @param <S> the sources, and
 * @param <L> the loops; neither has to be more than equal to itself
 */
final class Placement<S, L> {
    /** How many sources each loop has, in the order in which the loops were named. */
    private final Map<L, Integer> counts = new LinkedHashMap<>();

    private final Map<S, L> places = new LinkedHashMap<>();

    /**
     * Makes a placement of nothing.
     *
     * @param loops those that there are, at least one
     */
    Placement(List<L> loops) {
        loops.forEach(loop -> counts.put(loop, 0));
    }

    /** Finds a place for a source that has none. */
    L add(S source) {
        L place = loop(false);
        put(source, place);
        return place;
    }

    /** Forgets a source. */
    void remove(S source) {
        L place = places.remove(source);
        if (place != null) {
            counts.computeIfPresent(place, (_, count) -> count - 1);
        }
    }

    /** Where a source is; null if it has no place. */
    @Nullable
    L of(S source) {
        return places.get(source);
    }

    /**
     * Takes note of other loops.
     *
     * @param now those that there are from now on, at least one
     * @return the sources that have another place now, with that place
     */
    Map<S, L> change(List<L> now) {
        Map<S, L> before = new LinkedHashMap<>(places);
        counts.clear();
        now.forEach(loop -> counts.put(loop, 0));
        places.clear();
        before.forEach((source, place) -> {
            if (counts.containsKey(place)) {
                put(source, place);
            }
        });
        before.forEach((source, _) -> {
            if (!places.containsKey(source)) {
                add(source);
            }
        });
        while (count(loop(true)) - count(loop(false)) > 1) {
            S last = last(loop(true));
            L place = loop(false);
            remove(last);
            put(last, place);
        }
        Map<S, L> moved = new LinkedHashMap<>(places);
        moved.entrySet().removeIf(entry -> Objects.equals(before.get(entry.getKey()), entry.getValue()));
        return moved;
    }

    private void put(S source, L place) {
        places.put(source, place);
        counts.merge(place, 1, Integer::sum);
    }

    private int count(L loop) {
        return counts.getOrDefault(loop, 0);
    }

    /** The first of the loops that have most, or fewest, sources. */
    private L loop(boolean most) {
        L found = counts.keySet().iterator().next();
        for (L loop : counts.keySet()) {
            if (most ? count(loop) > count(found) : count(loop) < count(found)) {
                found = loop;
            }
        }
        return found;
    }

    /** The source that has come last of those of a loop that has some. */
    private S last(L loop) {
        S last = null;
        for (Map.Entry<S, L> entry : places.entrySet()) {
            if (entry.getValue().equals(loop)) {
                last = entry.getKey();
            }
        }
        return Objects.requireNonNull(last);
    }
}
