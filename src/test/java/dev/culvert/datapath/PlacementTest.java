package dev.culvert.datapath;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlacementTest {
    @Test
    void theFirstLoopIsFilledFirstAndThenInTurn() {
        Placement<String, String> placement = new Placement<>(List.of("x", "y", "z"));
        assertThat(List.of(placement.add("a"), placement.add("b"), placement.add("c"), placement.add("d")))
                .containsExactly("x", "y", "z", "x");
        assertThat(placement.of("b")).isEqualTo("y");
    }

    @Test
    void whatLeavesIsReplacedByWhatComesAndMovesNothing() {
        Placement<String, String> placement = new Placement<>(List.of("x", "y"));
        List.of("a", "b", "c", "d").forEach(placement::add); // a and c are with x
        placement.remove("b");
        placement.remove("d");
        placement.remove("nobody");
        assertThat(placement.of("a")).isEqualTo("x");
        assertThat(placement.of("c")).isEqualTo("x");
        assertThat(placement.add("e")).isEqualTo("y");
        assertThat(placement.add("f")).isEqualTo("y");
    }

    @Test
    void moreLoopsTakeWhatCameLastAndOnlyTheirShare() {
        Placement<String, String> placement = new Placement<>(List.of("x"));
        List.of("a", "b", "c", "d").forEach(placement::add);
        assertThat(placement.change(List.of("x", "y"))).isEqualTo(Map.of("d", "y", "c", "y"));
        assertThat(placement.change(List.of("x", "y"))).isEmpty();
        assertThat(placement.change(List.of("x", "y", "z"))).hasSize(1);
    }

    @Test
    void onlyWhatALoopLeavesBehindIsMoved() {
        Placement<String, String> placement = new Placement<>(List.of("x", "y", "z"));
        List.of("a", "b", "c", "d", "e", "f").forEach(placement::add); // b and e are with y
        assertThat(placement.change(List.of("x", "z"))).isEqualTo(Map.of("b", "x", "e", "z"));
        assertThat(placement.change(List.of("z"))).containsOnlyKeys("a", "d", "b");
        assertThat(placement.of("f")).isEqualTo("z");
    }

    @Test
    void whateverHappensAllHaveAPlaceAndChangesBalance() {
        Random random = new Random(7);
        Placement<Integer, String> placement = new Placement<>(List.of("0"));
        Map<Integer, String> places = new HashMap<>();
        for (int step = 0; step < 2000; step++) {
            int source = random.nextInt(30);
            if (step % 10 == 9) {
                List<String> loops = random.ints(0, 6)
                        .distinct()
                        .limit(1 + random.nextInt(5))
                        .mapToObj(Integer::toString)
                        .toList();
                Map<Integer, String> moved = placement.change(loops);
                moved.forEach((which, to) -> assertThat(places.put(which, to)).isNotEqualTo(to));
                Map<String, Integer> counts = new HashMap<>();
                loops.forEach(loop -> counts.put(loop, 0));
                places.values().forEach(place -> counts.merge(place, 1, Integer::sum));
                assertThat(counts.keySet()).hasSameElementsAs(loops);
                assertThat(java.util.Collections.max(counts.values()) - java.util.Collections.min(counts.values()))
                        .isLessThanOrEqualTo(1);
            } else if (places.containsKey(source)) {
                placement.remove(source);
                places.remove(source);
            } else {
                places.put(source, placement.add(source));
            }
            places.forEach((which, place) ->
                    assertThat(Objects.requireNonNull(placement.of(which))).isEqualTo(place));
        }
    }
}
