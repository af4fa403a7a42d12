package dev.culvert.datapath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.packet.FlowKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class MegaflowTest {
    private final Megaflow flow = new Megaflow(FlowKey.create(), FlowKey.create(), List.of(new Action.Output(1)));

    @Test
    void theFirstLoopThatAsksHasTheFlowItselfAndOthersCopies() {
        assertThat(flow.entry(3)).isNull();
        assertThat(flow.in(3)).isSameAs(flow).isSameAs(flow.entry(3));
        assertThat(flow.entry(0)).isNull();
        Megaflow copy = flow.in(0);
        assertThat(copy).isNotSameAs(flow).isSameAs(flow.in(0)).isSameAs(flow.entry(0));
        assertThat(copy.program).isEqualTo(flow.program);
        assertThat(copy.hash).isEqualTo(flow.hash);
        assertThat(flow.in(7)).isNotSameAs(copy);
        assertThat(flow.entry(5)).isNull();
        assertThat(flow.entry(8)).isNull();
    }

    @Test
    void itCountsForAll() {
        Megaflow one = flow.in(1);
        Megaflow two = flow.in(2);
        assertThat(flow.usedNanos()).isZero();
        two.packets = 3;
        two.bytes = 300;
        two.usedNanos = -7; // the clock begins wherever it likes
        assertThat(flow.usedNanos()).isEqualTo(-7);
        one.packets = 1;
        one.bytes = 100;
        one.usedNanos = -9;
        assertThat(flow.packets()).isEqualTo(4);
        assertThat(flow.bytes()).isEqualTo(400);
        assertThat(flow.usedNanos()).isEqualTo(-7);
        one.usedNanos = 5;
        assertThat(flow.usedNanos()).isEqualTo(5);
    }

    @Test
    void newActionsAreEveryonesAtOnce() {
        flow.in(0);
        Megaflow copy = flow.in(1);
        flow.replaceActions(List.of(new Action.Output(9)));
        assertThat(copy.program).isEqualTo(ActionProgram.compile(List.of(new Action.Output(9))));
        assertThat(flow.in(2).program).isEqualTo(copy.program);
    }
}
