package dev.culvert.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void alignsFiguresToTheRight() {
        Table table = new Table(false, 1, List.of(List.of("", "TCP"), List.of("encapsulation", "Gb/s")));
        table.add("gre", "12.50");
        table.add("vxlan", "9.1");
        assertThat(table.lines())
                .containsExactly(
                        "                 TCP",
                        "encapsulation   Gb/s",
                        "-------------  -----",
                        "gre            12.50",
                        "vxlan            9.1");
    }

    @Test
    void countsCharactersNotBytes() {
        Table table = new Table(true, 1, List.of(List.of("a", "µs")));
        table.add("b", "1");
        assertThat(table.lines()).containsExactly("a  µs", "─  ──", "b   1");
    }

    @Test
    void refusesARowOfAnotherLength() {
        Table table = new Table(false, 1, List.of(List.of("a", "b")));
        assertThatThrownBy(() -> table.add("1")).isInstanceOf(IllegalArgumentException.class);
    }
}
