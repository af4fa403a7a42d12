package dev.culvert.observe.state;

import dev.culvert.datapath.DatapathStatistics;
import dev.culvert.datapath.ThreadLoad;
import dev.culvert.openflow.service.OpenFlowStatistics;
import dev.culvert.vswitch.SwitchState;
import java.util.List;
import java.util.Map;

/** A switch that somebody looks at. */
public final class SwitchStates {
    private SwitchStates() {}

    /** One with a bridge {@code br0} that has some ports, 5 ms after its clock began. */
    public static SwitchState of(List<SwitchState.Port> ports) {
        return new SwitchState(
                5_000_000L,
                List.of(new SwitchState.Bridge(
                        "br0",
                        1,
                        1,
                        ports,
                        new SwitchState.MacState(2, 8192, 3, 0, 0, 1),
                        1,
                        new OpenFlowStatistics(0, 0, 0, 0),
                        List.of())),
                new SwitchState.DatapathState(
                        new DatapathStatistics(10, 2, 0, 2, 1, 0, 0, 0),
                        Map.of("no_output", 4L, "port_down", 0L),
                        65_536,
                        1,
                        2_000_000,
                        List.of(new ThreadLoad("datapath", 1_500_000_000L))),
                List.of(),
                new SwitchState.DatabaseState(true, 12, null));
    }
}
