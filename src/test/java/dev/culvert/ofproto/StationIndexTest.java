package dev.culvert.ofproto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StationIndexTest {
    private final Ofproto bridge = new Ofproto("br0", (_, _) -> {}, 0);
    private final StationIndex<String> index = new StationIndex<>();

    @Test
    void findsWhatIsFiledUnderAStationAndNothingElse() {
        long seed = Long.getLong("culvert.seed", System.nanoTime());
        Random random = new Random(seed);
        Map<String, List<StationIndex.Link<String>>> links = new HashMap<>();
        Map<String, List<Translation.Station>> filed = new HashMap<>();
        for (int step = 0; step < 5000; step++) {
            String flow = "flow" + random.nextInt(200);
            List<StationIndex.Link<String>> old = links.remove(flow);
            if (old != null) {
                index.unfile(old);
                filed.remove(flow);
            } else {
                List<Translation.Station> stations = List.of(station(random.nextInt(20)), station(100));
                links.put(flow, index.file(stations, flow));
                filed.put(flow, stations);
            }
            Translation.Station asked = station(random.nextInt(20));
            assertThat(flows(asked)).as("seed %d, step %d", seed, step).isEqualTo(expected(filed, asked));
        }
        assertThat(flows(station(100))).isEqualTo(filed.keySet());
        links.values().forEach(index::unfile);
        assertThat(flows(station(100))).isEmpty();
    }

    private Translation.Station station(int number) {
        return new Translation.Station(bridge, number);
    }

    private Set<String> flows(Translation.Station station) {
        List<String> found = new ArrayList<>();
        index.forEach(station, found::add);
        assertThat(found).doesNotHaveDuplicates();
        return new HashSet<>(found);
    }

    private static Set<String> expected(Map<String, List<Translation.Station>> filed, Translation.Station station) {
        Set<String> expected = new HashSet<>();
        filed.forEach((flow, stations) -> {
            if (stations.contains(station)) {
                expected.add(flow);
            }
        });
        return expected;
    }
}
